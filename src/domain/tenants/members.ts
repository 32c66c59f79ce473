import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { type Membership, Prisma } from '../../generated/prisma/client.ts';
import type { Role } from '../../generated/prisma/enums.ts';
import { AppError, conflict, notFound } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { lockRecord, requireRecord } from '../records/lock-records.ts';
import { defineRecords } from '../records/record-kind.ts';
import { saveRecord } from '../records/save-records.ts';

/** Memberships. A removed member keeps theirs. */
export const memberRecords = defineRecords<'membership', Membership>({
  kind: 'membership',
  table: 'membership',
  noun: 'member',
  fields: Prisma.MembershipScalarFieldEnum,
  key: ['tenantId', 'userId'],
  seen: () => 'true',
  erasure: 'KEPT',
});

/** Those of the users who are current members of the tenant. They stay members until the end of the transaction. */
export async function membersAmong(tx: Change, tenantId: string, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set();
  const found = await tx.query<{ userId: string }>(
    'find-members',
    `SELECT "userId" FROM membership WHERE "tenantId" = $1 AND "userId" = ANY($2) AND "removedAt" IS NULL FOR KEY SHARE`,
    [tenantId, userIds],
  );
  return new Set(found.map(({ userId }) => userId));
}

/** Whether the user is a current member of the tenant. They stay a member until the end of the transaction. */
export async function isMember(tx: Change, tenantId: string, userId: string): Promise<boolean> {
  return (await membersAmong(tx, tenantId, [userId])).has(userId);
}

/** @throws AppError `NOT_FOUND` unless the user is a current member of the tenant. */
export async function requireMember(tx: Change, tenantId: string, userId: string): Promise<void> {
  if (!(await isMember(tx, tenantId, userId))) throw notFound('The member');
}

/** The current members of the tenant, in the order in which they joined. */
export async function listMembers({ app, viewer }: Acting): Promise<Membership[]> {
  authorize(viewer, 'member:read');
  return app.prisma.membership.findMany({
    where: { tenantId: viewer.tenantId, removedAt: null },
    orderBy: [{ createdAt: 'asc' }, { userId: 'asc' }],
  });
}

export type MemberTarget = { userId: string; idempotencyKey?: string | null };

/**
 * Changes the role of a member and ends their live subscriptions. @throws AppError `NOT_FOUND`; `FORBIDDEN` if it
 * requires an owner; `CONFLICT` for the last owner.
 */
export async function changeRole(
  acting: Acting,
  { userId, role, idempotencyKey }: MemberTarget & { role: Role },
): Promise<{ member: Membership; changeId: string }> {
  authorize(acting.viewer, 'member:write');
  return change(acting, { operation: 'changeRole', input: { userId, role }, idempotencyKey }, async (tx) => {
    const before = await lockMember(tx, acting.viewer, userId);
    if (before.role === role) return { member: before };
    requireRank(acting.viewer, [before.role, role]);
    if (before.role === 'OWNER') await requireOtherOwner(tx, before);
    const event = 'membership.roleChanged';
    return { member: await saveRecord(tx, memberRecords, before, { event, changes: { role } }) };
  });
}

/** @throws AppError `NOT_FOUND` unless the user is a current member of the viewer's tenant. */
export async function lockMember(tx: Change, viewer: Viewer, userId: string): Promise<Membership> {
  const member = await lockRecord(tx, memberRecords, viewer, { id: userId });
  return requireRecord(memberRecords, member.removedAt ? null : member, null);
}

/** Only an owner can add or remove owners. @throws AppError `FORBIDDEN`. */
export function requireRank(viewer: Pick<Viewer, 'role'>, roles: readonly Role[]): void {
  if (viewer.role === 'OWNER' || !roles.includes('OWNER')) return;
  throw new AppError('FORBIDDEN', 'Only an owner can add or remove owners.');
}

/** Locks all owners, so that two owners cannot remove each other at the same time. @throws AppError `CONFLICT`. */
export async function requireOtherOwner(tx: Change, owner: Membership): Promise<void> {
  const owners = await tx.query(
    'lock-owners',
    `SELECT "userId" FROM membership WHERE "tenantId" = $1 AND role = 'OWNER' AND "removedAt" IS NULL
     ORDER BY "userId" FOR UPDATE`,
    [owner.tenantId],
  );
  if (owners.length < 2) throw conflict('A tenant must have at least one owner. Make another member an owner first.');
}
