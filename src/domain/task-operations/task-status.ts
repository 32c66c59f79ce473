import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { onlyAnswer } from './answer.ts';
import { moveTasks, type SubtaskHandling, transitions } from './move-tasks.ts';

/** Which task is meant, and at which version if that matters. */
export type TaskTarget = { id: string; expectedVersion?: number | null; idempotencyKey?: string | null };
export type CompletionTarget = TaskTarget & { subtasks?: SubtaskHandling | null };
/** A task after its move, and the subtasks that made it too. */
type Moved = { task: Task; subtasks: Task[] };
export type TaskChange<Target> = (acting: Acting, target: Target) => Promise<Moved & { changeId: string }>;

/**
 * Marks it done, its open subtasks too when that is asked for.
 * @throws AppError `NOT_FOUND`, `CONFLICT` when it is done already or has open subtasks, `PRECONDITION_FAILED`.
 */
export const completeTask: TaskChange<CompletionTarget> = transition('complete');
/** Makes it active again. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`. */
export const reopenTask: TaskChange<TaskTarget> = transition('reopen');
/** Puts it and its subtasks into the trash; their status stays. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`. */
export const deleteTask: TaskChange<TaskTarget> = transition('delete');
/**
 * Takes it out of the trash with the status it had, and the subtasks that went there with it. Where its parent is still
 * there, it becomes a task of its own. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`.
 */
export const restoreTask: TaskChange<TaskTarget> = transition('restore');

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
