import { Prisma, type Reminder } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import type { Change } from '../records/change.ts';
import { defineRecords } from '../records/record-kind.ts';
import { type Changing, StaleRecordError, saveIfCurrent } from '../records/save-records.ts';
import { seenTaskSql } from '../tasks/visibility.ts';
import { transitions } from './transitions.ts';

/** Reminders. Only one that is PENDING has a next attempt. */
export const reminderRecords = defineRecords<'reminder', Reminder>({
  kind: 'reminder',
  table: 'reminder',
  noun: 'reminder',
  fields: Prisma.ReminderScalarFieldEnum,
  fixed: ['taskId', 'userId', 'trigger', 'offsetMinutes', 'timeOfDay', 'channel'],
  seen: seenTaskSql,
  taskField: 'taskId',
  transitions,
  normalise: (reminder) => (reminder.status === 'PENDING' ? reminder : { ...reminder, nextAttemptAt: null }),
});

/** What a reminder is made with. */
export type NewReminder = Pick<
  Reminder,
  'tenantId' | 'taskId' | 'userId' | 'trigger' | 'offsetMinutes' | 'timeOfDay' | 'channel' | 'remindAt'
>;

/** A reminder that waits for its moment; it is not written yet. */
export function newReminder({ now }: Pick<Change, 'now'>, wanted: NewReminder): Reminder {
  return {
    ...wanted,
    id: newId(),
    status: 'PENDING',
    nextAttemptAt: wanted.remindAt,
    attempts: 0,
    lastError: null,
    sentAt: null,
    isWithdrawn: false,
    acknowledgedAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    leaseExpiresAt: null,
  };
}

/** What happens to a reminder, and what changes of it. */
export type Move = Omit<Changing<'reminder', Reminder>, 'before'>;

/** @returns the new state, or null when the reminder is no longer as `before` says: somebody else was first. */
export async function tryMove(
  tx: Change,
  before: Reminder,
  { leaseMs, ...step }: Move & { leaseMs?: number },
): Promise<Reminder | null> {
  try {
    return await saveIfCurrent(tx, reminderRecords, before, { ...step, leaseMs });
  } catch (error) {
    if (error instanceof StaleRecordError) return null;
    throw error;
  }
}
