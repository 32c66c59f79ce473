import type { Recurrence, Reminder, Task } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import type { Change } from '../change.ts';
import { isRelative, relativeMoment } from '../reminders/moment.ts';
import { insertReminder, reminderColumns } from '../reminders/store.ts';
import { movedAlong } from './dates.ts';

/** The reminders that further occurrences are given, and the occurrence that has them. */
export type ReminderSource = { task: Task; reminders: Reminder[] };

/** As many as a task may have open. */
const maxReminders = 20;

/** What completing or deleting the task cancelled counts; what a user cancelled does not. */
const selectWanted = `SELECT ${reminderColumns} FROM reminder JOIN task USING ("tenantId")
  WHERE "tenantId" = $1 AND "taskId" = $2 AND task.id = $2
    AND (reminder.status <> 'CANCELLED' OR reminder."updatedAt" IN (task."completedAt", task."deletedAt"))
  ORDER BY reminder.id LIMIT ${maxReminders}`;

export async function readReminderSource(tx: Change, task: Task): Promise<ReminderSource> {
  const reminders = await tx.query<Reminder>('reminders-to-carry', selectWanted, [task.tenantId, task.id]);
  return { task, reminders };
}

/** Gives an occurrence the reminders of another, except for those whose moment has passed. */
export async function carryReminders(
  tx: Change,
  series: Recurrence,
  { source, task }: { source: ReminderSource; task: Task },
): Promise<void> {
  for (const reminder of source.reminders) {
    const remindAt = carriedMoment(series, reminder, { from: source.task, to: task });
    if (!remindAt || remindAt <= tx.now) continue;
    await insertReminder(tx, {
      ...reminder,
      id: newId(),
      taskId: task.id,
      status: 'PENDING',
      remindAt,
      nextAttemptAt: remindAt,
      attempts: 0,
      lastError: null,
      sentAt: null,
      version: 1,
      createdAt: tx.now,
      updatedAt: tx.now,
      leaseExpiresAt: null,
    });
  }
}

function carriedMoment(series: Recurrence, reminder: Reminder, { from, to }: Record<'from' | 'to', Task>): Date | null {
  if (isRelative(reminder)) return relativeMoment(to);
  if (!from.occurrenceAt || !to.occurrenceAt) return null;
  return movedAlong(series, reminder.remindAt, { from: from.occurrenceAt, to: to.occurrenceAt });
}
