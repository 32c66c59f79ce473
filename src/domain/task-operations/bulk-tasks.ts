import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import type { Answered, Targets } from './answer.ts';
import { type BulkEditInput, checkEdits, editsFor } from './bulk-edits.ts';
import { type BulkTarget, checkTarget, targetsOf } from './bulk-target.ts';
import { changeStatus, type SubtaskHandling, statusChanges } from './change-status.ts';
import { editTasks } from './edit-tasks.ts';

/** The result for one task. A task that the viewer cannot see is refused as not found. */
export type TaskResult = { id: string; task: Task | null; refusal: { code: ErrorCode; message: string } | null };

/** Either all tasks are changed or none; the results have the refusals. */
type BulkResult = { isApplied: boolean; results: TaskResult[]; subtasks: Task[]; changeId: string };

type BulkCall = {
  target: BulkTarget;
  /** The number of tasks that the filter must match. */
  expectedCount?: number | null;
  idempotencyKey?: string | null;
};
type BulkOperation<Call> = (acting: Acting, call: Call) => Promise<BulkResult>;

/** Applies an operation to each task. @throws AppError `INVALID_INPUT`, `PRECONDITION_FAILED`: see bulk-target.ts. */
export const completeTasks: BulkOperation<BulkCall & { subtasks?: SubtaskHandling | null }> = bulkOperation('complete');
export const reopenTasks: BulkOperation<BulkCall> = bulkOperation('reopen');
export const deleteTasks: BulkOperation<BulkCall> = bulkOperation('delete');
export const restoreTasks: BulkOperation<BulkCall> = bulkOperation('restore');

function bulkOperation(
  name: keyof typeof statusChanges,
): BulkOperation<BulkCall & { subtasks?: SubtaskHandling | null }> {
  return async (acting, { subtasks, ...call }) => {
    authorize(acting.viewer, 'task:write');
    return bulk(acting, { ...call, operation: `${name}Tasks`, input: { subtasks } }, (tx, targets) =>
      changeStatus(tx, acting.viewer, { ...targets, by: statusChanges[name], subtasks }),
    );
  };
}

/**
 * Makes the same changes to each task. @throws AppError like the other bulk operations; `NOT_FOUND` if the assignee is
 * not a member.
 */
export async function updateTasks(
  acting: Acting,
  { changes, ...call }: BulkCall & { changes: BulkEditInput },
): Promise<BulkResult> {
  authorize(acting.viewer, 'task:write');
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
  checkTarget(target, expectedCount);
  // The filter is a read that no index bounds. Its turn is taken before the connection: see docs/decisions/028-turns.md.
  using _ = target.filter ? await acting.app.tenants.costlyTurn(acting.viewer.tenantId) : null;
  return await change(acting, { operation, input: { target, expectedCount, ...input }, idempotencyKey }, async (tx) => {
    const { answers, subtasks } = await work(tx, await targetsOf(tx, acting, target));
    if (expectedCount != null && answers.length !== expectedCount) {
      throw new AppError('PRECONDITION_FAILED', `The filter matches ${answers.length} tasks, not ${expectedCount}.`);
    }
    const results = answers.map(({ id, task, refusal }) => ({ id, task, refusal: refusal && told(refusal) }));
    return { isApplied: answers.every(({ refusal }) => !refusal), results, subtasks };
  });
}

/** The form that is stored with an idempotency key. */
function told({ code, message }: AppError) {
  return { code, message };
}
