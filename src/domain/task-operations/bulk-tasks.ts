import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import type { Answered, Targets } from './answer.ts';
import { type BulkEditInput, checkEdits, editsFor } from './bulk-edits.ts';
import { type BulkTarget, checkTarget, targetsOf } from './bulk-target.ts';
import { editTasks } from './edit-tasks.ts';
import { moveTasks, type SubtaskHandling, transitions } from './move-tasks.ts';

/** What came of one of the tasks. Its id may be of a task that the viewer does not see; then it is refused as not found. */
export type TaskResult = { id: string; task: Task | null; refusal: { code: ErrorCode; message: string } | null };

/** All or nothing: when one task is refused none is changed, and the results tell which and why. */
export type BulkResult = { isApplied: boolean; results: TaskResult[]; subtasks: Task[]; changeId: string };

export type BulkCall = {
  target: BulkTarget;
  /** How many tasks the target's filter must match. */
  expectedCount?: number | null;
  idempotencyKey?: string | null;
};
type BulkMove<Call> = (acting: Acting, call: Call) => Promise<BulkResult>;

/** Each as the operation on one task. @throws AppError `INVALID_INPUT`, `PRECONDITION_FAILED`: see bulk-target.ts. */
export const completeTasks: BulkMove<BulkCall & { subtasks?: SubtaskHandling | null }> = bulkMove('complete');
export const reopenTasks: BulkMove<BulkCall> = bulkMove('reopen');
export const deleteTasks: BulkMove<BulkCall> = bulkMove('delete');
export const restoreTasks: BulkMove<BulkCall> = bulkMove('restore');

function bulkMove(name: keyof typeof transitions): BulkMove<BulkCall & { subtasks?: SubtaskHandling | null }> {
  return (acting, { subtasks, ...call }) =>
    bulk(acting, { ...call, operation: `${name}Tasks`, input: { subtasks } }, (tx, targets) =>
      moveTasks(tx, acting.viewer, { ...targets, move: transitions[name], subtasks }),
    );
}

/** Changes the same of each. @throws AppError as the moves; `NOT_FOUND` when the assignee is no member. */
export async function updateTasks(
  acting: Acting,
  { changes, ...call }: BulkCall & { changes: BulkEditInput },
): Promise<BulkResult> {
  const edits = checkEdits(changes);
  return bulk(acting, { ...call, operation: 'updateTasks', input: { changes } }, (tx, targets) =>
    editTasks(tx, acting.viewer, { ...targets, shared: edits, editsOf: editsFor(edits) }),
  );
}

type Bulk = BulkCall & { operation: string; input: object };

async function bulk(
  acting: Acting,
  { target, expectedCount, operation, input, idempotencyKey }: Bulk,
  work: (tx: Change, targets: Targets) => Promise<Answered>,
): Promise<BulkResult> {
  authorize(acting.viewer, 'task:write');
  checkTarget(target, expectedCount);
  return change(acting, { operation, input: { target, expectedCount, ...input }, idempotencyKey }, async (tx) => {
    const { answers, subtasks } = await work(tx, await targetsOf(tx, acting, target));
    if (expectedCount != null && answers.length !== expectedCount) {
      throw new AppError('PRECONDITION_FAILED', `The filter matches ${answers.length} tasks, not ${expectedCount}.`);
    }
    const results = answers.map(({ id, task, refusal }) => ({ id, task, refusal: refusal && told(refusal) }));
    return { isApplied: answers.every(({ refusal }) => !refusal), results, subtasks };
  });
}

/** As it is kept with an idempotency key. */
function told({ code, message }: AppError) {
  return { code, message };
}
