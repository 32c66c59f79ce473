import type { Recurrence, Reminder, Task } from '../../generated/prisma/client.ts';
import { isInstantInRange } from '../../shared/date-range.ts';
import type { Change } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { saveRecords } from '../records/save-records.ts';
import { maxOpenPerTask } from '../reminder-rules/input.ts';
import { isRelative, relativeMoment } from '../reminder-rules/moment.ts';
import { isWantedSql } from '../reminders/follow-task.ts';
import { newReminder, reminderRecords } from '../reminders/store.ts';
import { movedAlong } from './dates.ts';

/** The reminders that are copied to further occurrences, and the occurrence that has them. */
export type ReminderSource = { task: Task; reminders: Reminder[] };

const selectWanted = `SELECT ${reminderRecords.columns} FROM reminder
  WHERE "tenantId" = $1 AND "taskId" = $2 AND ${isWantedSql}
  ORDER BY reminder.id LIMIT ${maxOpenPerTask}`;

export async function readReminderSource(tx: Change, task: Task): Promise<ReminderSource> {
  const reminders = await tx.query<Reminder>('reminders-to-carry', selectWanted, [task.tenantId, task.id]);
  return { task, reminders };
}

const passed = 'The time of the reminder had passed when this occurrence was created.';

/**
 * Copies the reminders of one occurrence to another. A reminder whose time is not after `since` is EXPIRED: it is not
 * sent, but is copied to later occurrences. A reminder with a time out of range is left out.
 */
export async function carryReminders(
  tx: Change,
  series: Recurrence,
  { source, task, since }: { source: ReminderSource; task: Task; since: Date },
): Promise<void> {
  const carried = source.reminders.flatMap((reminder) => {
    const remindAt = carriedMoment(series, reminder, { from: source.task, to: task });
    if (!remindAt || !isInstantInRange(remindAt)) return [];
    const { tenantId, userId, trigger, offsetMinutes, timeOfDay, channel } = reminder;
    const same = { tenantId, userId, trigger, offsetMinutes, timeOfDay, channel };
    return newReminder(tx, { ...same, taskId: task.id, remindAt });
  });
  await insertRecords(tx, reminderRecords, carried);
  const late = carried.filter(({ remindAt }) => remindAt <= since);
  const expired = { event: 'reminder.expired', changes: { lastError: passed } } as const;
  await saveRecords(
    tx,
    reminderRecords,
    late.map((before) => ({ before, ...expired })),
  );
}

function carriedMoment(series: Recurrence, reminder: Reminder, { from, to }: Record<'from' | 'to', Task>): Date | null {
  if (isRelative(reminder)) return relativeMoment(reminder, to);
  if (!from.occurrenceAt || !to.occurrenceAt) return null;
  return movedAlong(series, reminder.remindAt, { from: from.occurrenceAt, to: to.occurrenceAt });
}
