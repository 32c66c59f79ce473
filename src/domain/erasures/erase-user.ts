import { authorize } from '../../auth/permissions.ts';
import type { LoggedErasure } from '../../events/contract.ts';
import type { Erasure, Membership } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { type MemberTarget, memberColumns } from '../tenants/members.ts';
import { eraseRows } from './erase-rows.ts';
import { lockErasure, logged, recordErasure, saveErasure } from './store.ts';

/**
 * Removes the words of a former member from the tenant: their own rows at once, their comments and what the log says of
 * all that by a job (`runErasure`). Again, it answers with the same erasure, unless they were a member in between.
 * @throws AppError `FORBIDDEN`; `NOT_FOUND` for who never was a member; `CONFLICT` for who is one.
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
    if (before && before.startedAt >= removedAt) return { erasure: logged(before) };
    const erasure: Erasure = {
      ...{ tenantId, userId, rows: await eraseRows(tx, { tenantId, userId }), events: 0 },
      ...{ position: 0n, lastEventId: null, startedAt: tx.now, finishedAt: null },
    };
    await saveErasure(tx, erasure);
    recordErasure(tx, 'erasure.started', { before, after: erasure });
    return { erasure: logged(erasure) };
  });
}

const lock = `SELECT ${memberColumns} FROM membership WHERE "tenantId" = $1 AND "userId" = $2 FOR UPDATE`;

/** Whatever refers to the membership waits, so nothing of theirs is added meanwhile. @returns when they were removed. */
async function lockFormerMember(
  tx: Change,
  { tenantId, userId }: Pick<Membership, 'tenantId' | 'userId'>,
): Promise<Date> {
  const [member] = await tx.query<Membership>('lock-former-member', lock, [tenantId, userId]);
  if (!member) throw notFound('The member');
  if (!member.removedAt) throw conflict('The user is a member of the tenant. Remove the member first.');
  return member.removedAt;
}

/** How far the erasure of a user is. @throws AppError `FORBIDDEN`; `NOT_FOUND` while there is none. */
export async function readErasure({ app, viewer }: Acting, userId: string): Promise<LoggedErasure> {
  authorize(viewer, 'user:erase');
  const found = await app.prisma.erasure.findUnique({
    where: { tenantId_userId: { tenantId: viewer.tenantId, userId } },
  });
  if (!found) throw notFound('An erasure of this user');
  return logged(found);
}
