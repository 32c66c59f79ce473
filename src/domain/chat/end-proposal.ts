import { authorize } from '../../auth/permissions.ts';
import type { ChatProposal, Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { lockRecord } from '../records/lock-records.ts';
import { saveRecord } from '../records/save-records.ts';
import { createProposedTasks } from './create-proposed-tasks.ts';
import { courseOf } from './plan.ts';
import { proposalRecords } from './store.ts';

type ProposalTarget = { id: string; hash: string; idempotencyKey?: string | null };

/**
 * Executes a pending proposal if it is still the one that was shown. @throws AppError `NOT_FOUND`; `CONFLICT` if it is
 * no longer pending, or the hash is different.
 */
export async function confirmProposal(
  acting: Acting,
  { id, hash, idempotencyKey }: ProposalTarget,
): Promise<{ proposal: ChatProposal; tasks: Task[]; changeId: string }> {
  authorize(acting.viewer, 'chat:use');
  return change(acting, { operation: 'confirmProposal', input: { id, hash }, idempotencyKey }, async (tx) => {
    const before = await lockPending(tx, acting, { id, hash });
    const course = courseOf({ kind: 'CONFIRM', open: before });
    if (course.kind !== 'CREATE') throw conflict('This proposal has no action to execute.');
    const tasks = await createProposedTasks(tx, acting, course.actions);
    const executed = { event: 'chatProposal.executed', changes: { changeId: tx.changeId } } as const;
    const proposal = await saveRecord(tx, proposalRecords, before, executed);
    return { proposal, tasks };
  });
}

/** Discards a pending proposal. @throws AppError like `confirmProposal`. */
export async function discardProposal(
  acting: Acting,
  { id, hash, idempotencyKey }: ProposalTarget,
): Promise<{ proposal: ChatProposal; changeId: string }> {
  authorize(acting.viewer, 'chat:use');
  return change(acting, { operation: 'discardProposal', input: { id, hash }, idempotencyKey }, async (tx) => {
    const before = await lockPending(tx, acting, { id, hash });
    return { proposal: await saveRecord(tx, proposalRecords, before, { event: 'chatProposal.discarded' }) };
  });
}

async function lockPending(tx: Change, { viewer }: Acting, { id, hash }: ProposalTarget): Promise<ChatProposal> {
  const proposal = await lockRecord(tx, proposalRecords, viewer, { id });
  if (proposal.status !== 'PENDING') throw conflict(`The proposal is already ${proposal.status.toLowerCase()}.`);
  if (proposal.hash !== hash) throw conflict('The hash does not match the proposal. Read the proposal again.');
  return proposal;
}
