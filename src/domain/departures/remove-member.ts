import { authorize } from '../../auth/permissions.ts';
import type { Membership } from '../../generated/prisma/client.ts';
import { invalidInput } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { saveRecord } from '../records/save-records.ts';
import {
  lockMember,
  type MemberTarget,
  memberRecords,
  requireMember,
  requireOtherOwner,
  requireRank,
} from '../tenants/members.ts';
import { handOver } from './hand-over.ts';

/**
 * Ends a membership: its tokens stop working, its live subscriptions end, and the work of the member is handed over to
 * a successor (the viewer by default). @throws AppError `NOT_FOUND`; `INVALID_INPUT` without a successor; `FORBIDDEN`
 * if it requires an owner; `CONFLICT` for the last owner.
 */
export async function removeMember(
  acting: Acting,
  { userId, handOverTo, idempotencyKey }: MemberTarget & { handOverTo?: string | null },
): Promise<{ member: Membership; changeId: string }> {
  authorize(acting.viewer, 'member:write');
  const { tenantId } = acting.viewer;
  const successorId = handOverTo ?? acting.viewer.userId;
  const call = { operation: 'removeMember', input: { userId, handOverTo }, idempotencyKey };
  return change(acting, call, async (tx) => {
    const before = await lockMember(tx, acting.viewer, userId);
    requireRank(acting.viewer, [before.role]);
    if (before.role === 'OWNER') await requireOtherOwner(tx, before);
    if (successorId === userId) {
      throw invalidInput([{ path: ['handOverTo'], message: 'Choose another member as the successor.' }]);
    }
    await requireMember(tx, tenantId, successorId);
    const removed = { event: 'membership.removed', changes: { removedAt: tx.now } } as const;
    const member = await saveRecord(tx, memberRecords, before, removed);
    await handOver(tx, { tenantId, departingId: userId, successorId });
    return { member };
  });
}
