import type { Reminder, Task } from '../../generated/prisma/client.ts';
import type { Change } from '../change.ts';
import { isRelative, relativeMoment } from './moment.ts';
import { moveReminder, reminderColumns } from './store.ts';
import type { ReminderTransition } from './transitions.ts';

/** A move that a reminder has to make, and what it changes. */
export type Move = {
  event: ReminderTransition;
  changes: Partial<Pick<Reminder, 'remindAt' | 'nextAttemptAt' | 'attempts' | 'lastError'>>;
};

const lockPending = `SELECT ${reminderColumns} FROM reminder
  WHERE "tenantId" = $1 AND "taskId" = $2 AND status = 'PENDING' ORDER BY id FOR UPDATE`;

/**
 * Lets the pending reminders of a task follow its change, in the same transaction: cancelled when it is done, deleted or
 * has lost the due they keep to, moved with the due otherwise. One that is being sent is left to its worker.
 */
export async function remindersFollow(tx: Change, before: Task, after: Task): Promise<void> {
  if (isOpen(before) === isOpen(after) && relativeMoment(before)?.getTime() === relativeMoment(after)?.getTime())
    return;
  const pending = await tx.query<Reminder>('lock-pending-reminders', lockPending, [after.tenantId, after.id]);
  for (const reminder of pending) {
    const move = followingMove(reminder, after, tx.now);
    if (move) await moveReminder(tx, reminder, move);
  }
}

/** How a reminder follows its task as it is now; null when it is where it belongs. */
export function followingMove(reminder: Reminder, task: Task, now: Date): Move | null {
  if (!isOpen(task)) return { event: 'reminder.cancelled', changes: {} };
  if (!isRelative(reminder)) return null;
  const moment = relativeMoment(task);
  if (!moment) return { event: 'reminder.cancelled', changes: {} };
  if (moment.getTime() === reminder.remindAt.getTime()) return null;
  if (moment > now) {
    const changes = { remindAt: moment, nextAttemptAt: moment, attempts: 0, lastError: null };
    return { event: 'reminder.moved', changes };
  }
  const lastError = 'The task’s due was moved into the past.';
  return { event: 'reminder.expired', changes: { remindAt: moment, lastError } };
}

function isOpen(task: Task): boolean {
  return task.status === 'ACTIVE' && task.deletedAt === null;
}
