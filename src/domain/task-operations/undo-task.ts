import type { Task } from '../../generated/prisma/client.ts';
import { placeBack } from '../projects/place-task.ts';
import type { UndoRule } from '../records/undo-rule.ts';
import { seriesFollow } from '../recurrences/follow-task.ts';
import { remindersFollow } from '../reminders/follow-task.ts';
import { requireFit, requireParents } from '../tasks/parent.ts';

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
export const undoTask: UndoRule<'task', Task> = {
  inverses: {
    'task.created': 'task.deleted',
    'task.updated': 'task.updated',
    'task.completed': 'task.reopened',
    'task.reopened': 'task.completed',
    'task.deleted': 'task.restored',
    'task.restored': 'task.deleted',
    'task.purged': null,
  },
  requires: () => ['task:write'],
  describe: (task) => `The task "${task.title}"`,
  restore: (current, { before, after }, now) =>
    before ? { ...before, ...keptParent(current, before, after) } : unmade(now),
  check: async (tx, viewer, undone) => {
    await placeBack(tx, viewer, undone);
    await requireParents(tx, undone);
  },
  afterRestore: async (tx, viewer, undone) => {
    await requireFit(tx, viewer, undone);
    const reminders = await remindersFollow(tx, undone);
    await seriesFollow(tx, undone);
    return reminders;
  },
};
