import type { Task } from '../../generated/prisma/client.ts';
import { placeBack } from '../projects/place-task.ts';
import { seriesFollow } from '../recurrences/follow-task.ts';
import { remindersFollow } from '../reminders/follow-task.ts';
import type { Undoable } from '../undoable.ts';
import type { TaskEventType } from './change-task.ts';
import { requireFit } from './parent.ts';
import { lockTask, nextVersion, saveTasks } from './store.ts';

/** What undoing each event of a task is recorded as. */
const inverses: Record<TaskEventType, TaskEventType> = {
  'task.created': 'task.deleted',
  'task.updated': 'task.updated',
  'task.completed': 'task.reopened',
  'task.reopened': 'task.completed',
  'task.deleted': 'task.restored',
  'task.restored': 'task.deleted',
};

/** It goes to the trash, and leaves its series: the date can be made again. */
function unmade(now: Date): Partial<Task> {
  return { deletedAt: now, recurrenceId: null, occurrenceAt: null };
}

/** How a change of a task is taken back; one that was made goes to the trash. */
export const undoableTask: Undoable<Task, TaskEventType> = {
  lock: (tx, { viewer }, id) => lockTask(tx, viewer, { id }),
  describe: (task) => `The task "${task.title}"`,
  restore: async (tx, current, { acting, event, before }) => {
    const type = inverses[event];
    if (before) await placeBack(tx, acting.viewer, current, before);
    const task = nextVersion(tx, current, before ?? unmade(tx.now));
    await saveTasks(tx, [{ before: current, after: task }]);
    tx.record({ type, objectId: task.id, before: current, after: task });
    return task;
  },
  settle: async (tx, { viewer }, { before, after }) => {
    await requireFit(tx, viewer, { before, after });
    await remindersFollow(tx, [{ before, after }]);
    await seriesFollow(tx, [{ before, after }]);
  },
};
