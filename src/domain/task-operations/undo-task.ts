import type { Task } from '../../generated/prisma/client.ts';
import { placeBack } from '../projects/place-task.ts';
import { lockRecords } from '../records/lock-records.ts';
import { recordNext, writeRecords } from '../records/save-records.ts';
import type { Undoable } from '../records/undoable.ts';
import { seriesFollow } from '../recurrences/follow-task.ts';
import { remindersFollow } from '../reminders/follow-task.ts';
import type { TaskEventType } from '../reminders/write-tasks.ts';
import { requireFit, requireParents } from '../tasks/parent.ts';
import { taskRecords } from '../tasks/store.ts';

/** The event that undoes each event of a task. */
const inverses: Record<TaskEventType, TaskEventType> = {
  'task.created': 'task.deleted',
  'task.updated': 'task.updated',
  'task.completed': 'task.reopened',
  'task.reopened': 'task.completed',
  'task.deleted': 'task.restored',
  'task.restored': 'task.deleted',
};

/** It is moved to the trash and leaves its recurrence, so that the date can be created again. */
function unmade(now: Date): Partial<Task> {
  return { deletedAt: now, recurrenceId: null, occurrenceAt: null };
}

/**
 * A task loses its parent without an event when the parent is deleted permanently. Undoing another change does not
 * restore that parent.
 */
function keptParent({ parentId }: Task, before: Task, after: Task): Partial<Task> {
  return before.parentId === after.parentId ? { parentId } : {};
}

/** How changes of tasks are undone; a created task is moved to the trash. */
export const undoableTask: Undoable<Task, TaskEventType> = {
  lock: (tx, { viewer }, ids) => lockRecords(tx, taskRecords, viewer, ids),
  describe: (task) => `The task "${task.title}"`,
  restore: (tx, current, { event, before, after }) => {
    const changes = before ? { ...before, ...keptParent(current, before, after) } : unmade(tx.now);
    return recordNext(tx, taskRecords, { before: current, event: inverses[event], changes });
  },
  save: async (tx, { viewer }, undone) => {
    await placeBack(tx, viewer, undone);
    await requireParents(tx, undone);
    await writeRecords(tx, taskRecords, undone);
  },
  settle: async (tx, { viewer }, undone) => {
    await requireFit(tx, viewer, undone);
    const reminders = await remindersFollow(tx, undone);
    await seriesFollow(tx, undone);
    return reminders;
  },
};
