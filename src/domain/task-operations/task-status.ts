import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import type { KeyedTarget } from '../records/on-record.ts';
import { onlyAnswer } from './answer.ts';
import { changeStatus, type SubtaskHandling, statusChanges } from './change-status.ts';

type CompletionTarget = KeyedTarget & { subtasks?: SubtaskHandling | null };
/** A task after its change, and the subtasks that were changed with it. */
type Changed = { task: Task; subtasks: Task[] };
type StatusOperation<Target> = (acting: Acting, target: Target) => Promise<Changed & { changeId: string }>;

/**
 * Completes a task, and its open subtasks if requested. @throws AppError `NOT_FOUND`, `CONFLICT` if it is already
 * completed or has open subtasks, `PRECONDITION_FAILED`.
 */
export const completeTask: StatusOperation<CompletionTarget> = operation('complete');
/** Reopens a completed task. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`. */
export const reopenTask: StatusOperation<KeyedTarget> = operation('reopen');
/**
 * Moves a task and its subtasks to the trash; they keep their status. @throws AppError `NOT_FOUND`, `CONFLICT`,
 * `PRECONDITION_FAILED`.
 */
export const deleteTask: StatusOperation<KeyedTarget> = operation('delete');
/**
 * Restores a task from the trash with its status, and the subtasks that were deleted with it. If its parent is in the
 * trash, it loses its parent. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`.
 */
export const restoreTask: StatusOperation<KeyedTarget> = operation('restore');

function operation(name: keyof typeof statusChanges): StatusOperation<CompletionTarget> {
  return async (acting, { idempotencyKey, ...target }) => {
    authorize(acting.viewer, 'task:write');
    return change(acting, { operation: `${name}Task`, input: target, idempotencyKey }, async (tx) => {
      const { subtasks } = target;
      const changed = await changeStatus(tx, acting.viewer, { by: statusChanges[name], targets: [target], subtasks });
      return { task: onlyAnswer(changed), subtasks: changed.subtasks };
    });
  };
}
