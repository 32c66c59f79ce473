import type { Reminder, Task } from '../../generated/prisma/client.ts';
import { lockRecords } from '../records/lock-records.ts';
import { recordNext, writeRecords } from '../records/save-records.ts';
import type { Undoable } from '../records/undoable.ts';
import { taskRecords } from '../tasks/store.ts';
import { followTasks } from './follow-task.ts';
import { reminderRecords } from './store.ts';
import type { ReminderEvent, ReminderTransition } from './transitions.ts';

/** The event that undoes each event of a reminder. Changes by Errand, such as deliveries, cannot be undone. */
const inverses: Partial<Record<ReminderEvent, ReminderTransition>> = {
  'reminder.created': 'reminder.cancelled',
  'reminder.moved': 'reminder.moved',
  'reminder.cancelled': 'reminder.restored',
  'reminder.expired': 'reminder.restored',
  'reminder.retried': 'reminder.failed',
  'reminder.acknowledged': 'reminder.restored',
  'reminder.restored': 'reminder.restored',
};

/** They are locked with their reminders. */
const selectTasks = `SELECT ${taskRecords.columns} FROM task WHERE "tenantId" = $1 AND id = ANY($2) ORDER BY id`;

/** How a change of a reminder is taken back; one that was made is cancelled. */
export const undoableReminder: Undoable<Reminder, ReminderEvent> = {
  // Sending it, or failing to, is no change of a user that would have to be undone first. A user's own cancellation is.
  followsTask: (left, current) => (left.isWithdrawn ?? false) === current.isWithdrawn,
  lock: (tx, { viewer }, ids) => lockRecords(tx, reminderRecords, viewer, ids),
  describe: () => 'A reminder',
  restore: (tx, current, { event, before }) => {
    const inverse = inverses[event];
    return inverse
      ? recordNext(tx, reminderRecords, { before: current, event: inverse, changes: restored(before) })
      : null;
  },
  save: (tx, _, undone) => writeRecords(tx, reminderRecords, undone),
  // A reminder that its user had cancelled did not follow its task meanwhile.
  settle: async (tx, { viewer }, undone) => {
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
