import { authorize } from '../../auth/permissions.ts';
import { type LoggedErasure, toLogged } from '../../events/contract.ts';
import type { Erasure, Membership } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import { erasureRecords } from '../kinds/erasure-records.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { recordEvent } from '../records/record-event.ts';
import { type MemberTarget, memberRecords } from '../tenants/members.ts';
import { eraseRows } from './erase-rows.ts';
import { lockErasure, saveErasure } from './store.ts';

/**
 * Erases the personal data of a former member from the tenant: their rows immediately, their comments and the event log
 * in a job. A repeated call returns the existing erasure, unless the user was a member again in between. @throws
 * AppError `FORBIDDEN`; `NOT_FOUND` for a user who never was a member; `CONFLICT` for a current member.
 */
export async function eraseUser(
  acting: Acting,
  { userId, idempotencyKey }: MemberTarget,
): Promise<{ erasure: LoggedErasure; changeId: string }> {
  authorize(acting.viewer, 'user:erase');
  const { tenantId } = acting.viewer;
  return change(acting, { operation: 'eraseUser', input: { userId }, idempotencyKey }, async (tx) => {
    const removedAt = await lockFormerMember(tx, { tenantId, userId });
    const before = await lockErasure(tx, { tenantId, userId });
    if (before && before.startedAt >= removedAt) return { erasure: toLogged('erasure', before) };
    const erasure: Erasure = {
      ...{ tenantId, userId, rows: await eraseRows(tx, { tenantId, userId }), events: 0 },
      ...{ position: 0n, lastEventId: null, startedAt: tx.now, finishedAt: null },
    };
    await saveErasure(tx, erasure);
    recordEvent(tx, erasureRecords, { event: 'erasure.started', before, after: erasure });
    return { erasure: toLogged('erasure', erasure) };
  });
}

const lock = `SELECT ${memberRecords.columns} FROM membership WHERE "tenantId" = $1 AND "userId" = $2 FOR UPDATE`;

/** Locks the membership, so that nothing of the user is added in the meantime. @returns when they were removed. */
async function lockFormerMember(
  tx: Change,
  { tenantId, userId }: Pick<Membership, 'tenantId' | 'userId'>,
): Promise<Date> {
  const [member] = await tx.query<Membership>('lock-former-member', lock, [tenantId, userId]);
  if (!member) throw notFound('The member');
  if (!member.removedAt) throw conflict('The user is a member of the tenant. Remove the member first.');
  return member.removedAt;
}

/** The progress of the erasure of a user. @throws AppError `FORBIDDEN`; `NOT_FOUND` if there is none. */
export async function readErasure({ app, viewer }: Acting, userId: string): Promise<LoggedErasure> {
  authorize(viewer, 'user:erase');
  const found = await app.prisma.erasure.findUnique({
    where: { tenantId_userId: { tenantId: viewer.tenantId, userId } },
  });
  if (!found) throw notFound('An erasure of this user');
  return toLogged('erasure', found);
}
