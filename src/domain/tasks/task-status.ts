import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../acting.ts';
import { type Change, change } from '../change.ts';
import { changeTasks, type TaskEventType } from './change-task.ts';
import { type Family, lockFamily, seenIn, subtasksIn } from './family.ts';
import { lockTask, requireTask } from './store.ts';

/** What completing a task does about its open subtasks. */
export type SubtaskHandling = 'REFUSE' | 'COMPLETE' | 'LEAVE';

/** One legal move of a task: from where, to where, and what is said when it is not legal. */
type Transition = {
  operation: string;
  event: TaskEventType;
  refusal: (task: Task) => string | null;
  changes: (now: Date) => Partial<Task>;
  /** Which of the subtasks that the viewer sees make the same move; without it none is looked at. */
  subtasks?: (subtasks: Task[], task: Task, handling: SubtaskHandling) => Task[];
};

const inTrash = 'The task is in the trash. Restore it first.';

const complete: Transition = {
  operation: 'completeTask',
  event: 'task.completed',
  refusal: (task) => (task.deletedAt ? inTrash : task.status === 'COMPLETED' ? 'The task is already completed.' : null),
  changes: (now) => ({ status: 'COMPLETED', completedAt: now }),
  subtasks: (subtasks, _, handling) => {
    const open = subtasks.filter(({ status, deletedAt }) => status === 'ACTIVE' && !deletedAt);
    if (handling === 'COMPLETE' || open.length === 0) return open;
    throw conflict(
      `The task has ${counted(open)}. Pass subtasks: COMPLETE to complete them too, or subtasks: LEAVE to leave them open.`,
    );
  },
};
const reopen: Transition = {
  operation: 'reopenTask',
  event: 'task.reopened',
  refusal: (task) => (task.deletedAt ? inTrash : task.status === 'ACTIVE' ? 'The task is already active.' : null),
  changes: () => ({ status: 'ACTIVE', completedAt: null }),
};
const remove: Transition = {
  operation: 'deleteTask',
  event: 'task.deleted',
  refusal: (task) => (task.deletedAt ? 'The task is already in the trash.' : null),
  changes: (now) => ({ deletedAt: now }),
  subtasks: (subtasks) => subtasks.filter(({ deletedAt }) => !deletedAt),
};
const restore: Transition = {
  operation: 'restoreTask',
  event: 'task.restored',
  refusal: (task) => (task.deletedAt ? null : 'The task is not in the trash.'),
  changes: () => ({ deletedAt: null }),
  // What went into the trash at the same moment went with it.
  subtasks: (subtasks, task) => subtasks.filter(({ deletedAt }) => deletedAt?.getTime() === task.deletedAt?.getTime()),
};

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
export const completeTask: TaskChange<CompletionTarget> = transition(complete);
/** Makes it active again. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`. */
export const reopenTask: TaskChange<TaskTarget> = transition(reopen);
/** Puts it and its subtasks into the trash; their status stays. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`. */
export const deleteTask: TaskChange<TaskTarget> = transition(remove);
/**
 * Takes it out of the trash with the status it had, and the subtasks that went there with it. Where its parent is still
 * there, it becomes a task of its own. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`.
 */
export const restoreTask: TaskChange<TaskTarget> = transition(restore);

function transition(move: Transition): TaskChange<CompletionTarget> {
  return async (acting, { idempotencyKey, ...target }) => {
    authorize(acting.viewer, 'task:write');
    return change(acting, { operation: move.operation, input: target, idempotencyKey }, (tx) =>
      moveTask(tx, acting.viewer, move, target),
    );
  };
}

async function moveTask(
  tx: Change,
  viewer: Viewer,
  move: Transition,
  { id, expectedVersion, subtasks }: CompletionTarget,
): Promise<Moved> {
  const handling = subtasks ?? 'REFUSE';
  const isAlone = !move.subtasks || handling === 'LEAVE';
  const family: Family = isAlone ? new Map() : await lockFamily(tx, viewer, { below: id, above: id });
  const before = isAlone
    ? await lockTask(tx, viewer, { id, expectedVersion })
    : requireTask(seenIn(family, id), expectedVersion);
  const refused = move.refusal(before);
  if (refused) throw conflict(refused);
  const following = move.subtasks?.(subtasksIn(family, id), before, handling) ?? [];
  const { event, changes } = move;
  const isLeftBehind = move === restore && family.get(before.parentId ?? '')?.task.deletedAt;
  const own = { ...changes(tx.now), ...(isLeftBehind && { parentId: null }) };
  const [task, ...moved] = await changeTasks(tx, [
    { before, event, changes: own },
    ...following.map((subtask) => ({ before: subtask, event, changes: changes(tx.now) })),
  ]);
  return { task: task as Task, subtasks: moved };
}

function counted(open: readonly Task[]): string {
  return open.length === 1 ? '1 open subtask' : `${open.length} open subtasks`;
}
