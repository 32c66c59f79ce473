import { Prisma, type Reminder } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import type { Change } from '../records/change.ts';
import { ownedByUser } from '../records/erasure-rule.ts';
import { defineRecords } from '../records/record-kind.ts';
import type { Changing } from '../records/save-records.ts';
import { taskSight } from '../tasks/visibility.ts';
import { usualLeaseMs } from '../work/lease.ts';
import { transitions } from './transitions.ts';

/** Reminders. Only one that is PENDING has a next attempt. */
export const reminderRecords = defineRecords<'reminder', Reminder>({
  kind: 'reminder',
  table: 'reminder',
  noun: 'reminder',
  fields: Prisma.ReminderScalarFieldEnum,
  fixed: ['taskId', 'userId', 'trigger', 'offsetMinutes', 'timeOfDay', 'channel'],
  seen: taskSight.sql,
  erasure: ownedByUser('reminder'),
  taskField: 'taskId',
  transitions,
  lease: { status: 'SENDING', ms: usualLeaseMs },
  normalise: (reminder) => (reminder.status === 'PENDING' ? reminder : { ...reminder, nextAttemptAt: null }),
});

/** The fields of a new reminder. */
type NewReminder = Pick<
  Reminder,
  'tenantId' | 'taskId' | 'userId' | 'trigger' | 'offsetMinutes' | 'timeOfDay' | 'channel' | 'remindAt'
>;

/** A new pending reminder; it is not written yet. */
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

/** How a reminder changes. */
export type ReminderChange = Omit<Changing<'reminder', Reminder>, 'before'>;
