import type { Reminder, Task } from '../../generated/prisma/client.ts';
import type { Change } from '../change.ts';
import type { Changed } from '../tasks/store.ts';
import { isRelative, isSameDue, relativeMoment } from './moment.ts';
import { moveReminders, reminderColumns } from './store.ts';
import type { ReminderTransition } from './transitions.ts';

/** A move that a reminder has to make, and what it changes. */
export type Move = {
  event: ReminderTransition;
  changes: Partial<Pick<Reminder, 'remindAt' | 'nextAttemptAt' | 'attempts' | 'lastError'>>;
};

const lockPending = `SELECT ${reminderColumns} FROM reminder
  WHERE "tenantId" = $1 AND "taskId" = ANY($2) AND status = 'PENDING' ORDER BY id FOR UPDATE`;

/**
 * Lets the pending reminders of tasks of one tenant follow their change, in the same transaction: cancelled when a task is
 * done, deleted or has lost the due they keep to, moved with the due otherwise. One that is being sent is left to its worker.
 */
export async function remindersFollow(tx: Change, changed: readonly Changed[]): Promise<void> {
  const tasks = new Map(changed.filter(concernsReminders).map(({ after }) => [after.id, after]));
  const [first] = tasks.values();
  if (!first) return;
  const values = [first.tenantId, [...tasks.keys()]];
  const pending = await tx.query<Reminder>('lock-pending-reminders', lockPending, values);
  const moves = pending.flatMap((reminder) => {
    const task = tasks.get(reminder.taskId);
    const move = task && followingMove(reminder, task, tx.now);
    return move ? [{ before: reminder, ...move }] : [];
  });
  await moveReminders(tx, moves);
}

function concernsReminders({ before, after }: Changed): boolean {
  return isOpen(before) !== isOpen(after) || !isSameDue(before, after);
}

/** How a reminder follows its task as it is now; null when it is where it belongs. */
export function followingMove(reminder: Reminder, task: Task, now: Date): Move | null {
  if (!isOpen(task)) return { event: 'reminder.cancelled', changes: {} };
  if (!isRelative(reminder)) return null;
  const moment = relativeMoment(reminder, task);
  if (!moment) return { event: 'reminder.cancelled', changes: {} };
  if (moment.getTime() === reminder.remindAt.getTime()) return null;
  if (moment > now) {
    const changes = { remindAt: moment, nextAttemptAt: moment, attempts: 0, lastError: null };
    return { event: 'reminder.moved', changes };
  }
  const lastError = 'The due was moved, and with it the moment of this reminder, into the past.';
  return { event: 'reminder.expired', changes: { remindAt: moment, lastError } };
}

function isOpen(task: Task): boolean {
  return task.status === 'ACTIVE' && task.deletedAt === null;
}
