import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import type { KeyedTarget } from '../records/on-record.ts';
import { onlyAnswer } from './answer.ts';
import { moveTasks, type SubtaskHandling, transitions } from './move-tasks.ts';

type CompletionTarget = KeyedTarget & { subtasks?: SubtaskHandling | null };
/** A task after its transition, and the subtasks that made it too. */
type Moved = { task: Task; subtasks: Task[] };
type TaskChange<Target> = (acting: Acting, target: Target) => Promise<Moved & { changeId: string }>;

/**
 * Completes a task, and its open subtasks if requested. @throws AppError `NOT_FOUND`, `CONFLICT` if it is already
 * completed or has open subtasks, `PRECONDITION_FAILED`.
 */
export const completeTask: TaskChange<CompletionTarget> = transition('complete');
/** Reopens a completed task. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`. */
export const reopenTask: TaskChange<KeyedTarget> = transition('reopen');
/**
 * Moves a task and its subtasks to the trash; they keep their status. @throws AppError `NOT_FOUND`, `CONFLICT`,
 * `PRECONDITION_FAILED`.
 */
export const deleteTask: TaskChange<KeyedTarget> = transition('delete');
/**
 * Restores a task from the trash with its status, and the subtasks that were deleted with it. If its parent is in the
 * trash, it loses its parent. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`.
 */
export const restoreTask: TaskChange<KeyedTarget> = transition('restore');

function transition(name: keyof typeof transitions): TaskChange<CompletionTarget> {
  return async (acting, { idempotencyKey, ...target }) => {
    authorize(acting.viewer, 'task:write');
    return change(acting, { operation: `${name}Task`, input: target, idempotencyKey }, async (tx) => {
      const { subtasks } = target;
      const moved = await moveTasks(tx, acting.viewer, { move: transitions[name], targets: [target], subtasks });
      return { task: onlyAnswer(moved), subtasks: moved.subtasks };
    });
  };
}
