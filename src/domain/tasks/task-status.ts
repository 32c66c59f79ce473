import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../acting.ts';
import { change } from '../change.ts';
import { changeTask, type TaskEventType } from './change-task.ts';
import { lockTask } from './store.ts';

/** One legal move of a task: from where, to where, and what is said when it is not legal. */
type Transition = {
  operation: string;
  event: TaskEventType;
  refusal: (task: Task) => string | null;
  changes: (now: Date) => Partial<Task>;
};

const inTrash = 'The task is in the trash. Restore it first.';

const complete: Transition = {
  operation: 'completeTask',
  event: 'task.completed',
  refusal: (task) => (task.deletedAt ? inTrash : task.status === 'COMPLETED' ? 'The task is already completed.' : null),
  changes: (now) => ({ status: 'COMPLETED', completedAt: now }),
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
};
const restore: Transition = {
  operation: 'restoreTask',
  event: 'task.restored',
  refusal: (task) => (task.deletedAt ? null : 'The task is not in the trash.'),
  changes: () => ({ deletedAt: null }),
};

/** Which task is meant, and at which version if that matters. */
export type TaskTarget = { id: string; expectedVersion?: number | null; idempotencyKey?: string | null };
type TaskChange = (acting: Acting, target: TaskTarget) => Promise<{ task: Task; changeId: string }>;

/** Marks it done. @throws AppError `NOT_FOUND`, `CONFLICT` when it is done already, `PRECONDITION_FAILED`. */
export const completeTask = transition(complete);
/** Makes it active again. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`. */
export const reopenTask = transition(reopen);
/** Puts it into the trash; its status stays. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`. */
export const deleteTask = transition(remove);
/** Takes it out of the trash with the status it had. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`. */
export const restoreTask = transition(restore);

function transition({ operation, event, refusal, changes }: Transition): TaskChange {
  return async (acting, { id, expectedVersion, idempotencyKey }) => {
    authorize(acting.viewer, 'task:write');
    const call = { operation, input: { id, expectedVersion }, idempotencyKey };
    return change(acting, call, async (tx) => {
      const before = await lockTask(tx, acting.viewer, { id, expectedVersion });
      const refused = refusal(before);
      if (refused) throw conflict(refused);
      return { task: await changeTask(tx, before, { event, changes: changes(tx.now) }) };
    });
  };
}
