import type { Reminder, Task } from '../../generated/prisma/client.ts';
import type { UndoRule } from '../records/undo-rule.ts';
import { taskRecords } from '../tasks/store.ts';
import { followTasks } from './follow-task.ts';

/** They are locked with their reminders. */
const selectTasks = `SELECT ${taskRecords.columns} FROM task WHERE "tenantId" = $1 AND id = ANY($2) ORDER BY id`;

/**
 * How changes of reminders are undone; a created reminder is cancelled. Changes by Errand, such as deliveries, cannot be
 * undone.
 */
export const undoReminder: UndoRule<'reminder', Reminder> = {
  inverses: {
    'reminder.created': 'reminder.cancelled',
    'reminder.moved': 'reminder.moved',
    'reminder.cancelled': 'reminder.restored',
    'reminder.expired': 'reminder.restored',
    'reminder.retried': 'reminder.failed',
    'reminder.acknowledged': 'reminder.restored',
    'reminder.restored': 'reminder.restored',
    'reminder.sending': null,
    'reminder.deferred': null,
    'reminder.sent': null,
    'reminder.failed': null,
  },
  requires: () => ['reminder:write'],
  // Sending it, or failing to, is no change of a user that would have to be undone first. A user's own cancellation is.
  followsTask: (left, current) => (left.isWithdrawn ?? false) === current.isWithdrawn,
  describe: () => 'A reminder',
  restore: (_, { before }) => restored(before),
  // A reminder that its user had cancelled did not follow its task meanwhile.
  afterRestore: async (tx, viewer, undone) => {
    const taskIds = undone.map(({ after }) => after.taskId);
    if (taskIds.length === 0) return [];
    const tasks = await tx.query<Task>('tasks-of-reminders', selectTasks, [viewer.tenantId, taskIds]);
    return followTasks(tx, tasks, tx.now);
  },
};

function restored(before: Reminder | null) {
  if (!before) return { isWithdrawn: true };
  const { status, remindAt, nextAttemptAt, attempts, lastError, acknowledgedAt, isWithdrawn } = before;
  return { status, remindAt, nextAttemptAt, attempts, lastError, acknowledgedAt, isWithdrawn: isWithdrawn ?? false };
}
