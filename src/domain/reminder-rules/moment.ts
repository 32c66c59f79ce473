import { Temporal } from 'temporal-polyfill';
import type { Reminder, Task } from '../../generated/prisma/client.ts';
import { zoned } from '../../shared/zoned.ts';

type Timing = Pick<Reminder, 'trigger' | 'offsetMinutes' | 'timeOfDay'>;
type Due = Pick<Task, 'dueAt' | 'dueDate' | 'dueTimeZone'>;

/** The default local time of a due day, in the time zone of the due date. */
const usualTimeOfDay = '09:00';

/** A reminder that is later than this would be misleading. */
export const latestMs = 24 * 60 * 60 * 1000;

const minutesBefore: Partial<Record<Reminder['trigger'], number>> = {
  BEFORE_15_MIN: 15,
  BEFORE_30_MIN: 30,
  BEFORE_1_HOUR: 60,
};

/**
 * The time of a relative reminder; null without a due date. A day before means the same local time on the previous
 * calendar day; minutes are elapsed minutes. A DST gap moves a time forward.
 */
export function relativeMoment({ trigger, offsetMinutes, timeOfDay }: Timing, due: Due): Date | null {
  if (!due.dueAt || !due.dueTimeZone) return null;
  const days = trigger === 'BEFORE_1_DAY' ? 1 : 0;
  const minutes = offsetMinutes ?? minutesBefore[trigger] ?? 0;
  const day = due.dueDate
    ? Temporal.PlainDate.from(due.dueDate.toISOString().slice(0, 10))
        .subtract({ days })
        .toZonedDateTime({ timeZone: due.dueTimeZone, plainTime: timeOfDay ?? usualTimeOfDay })
    : zoned(due.dueAt, due.dueTimeZone).subtract({ days });
  return new Date(day.subtract({ minutes }).epochMilliseconds);
}

/**
 * Identifies the delivery of a reminder for one time: equal for every attempt, and different when it is sent for a
 * later time.
 */
export function deliveryId({ id, remindAt }: Pick<Reminder, 'id' | 'remindAt'>): string {
  return `${id}-${remindAt.getTime()}`;
}

/**
 * The time of a reminder as a duration from the start of a calendar event (RFC 5545, 3.3.6); the start of a whole day
 * is its midnight.
 */
export function relativeTrigger({ trigger, offsetMinutes, timeOfDay }: Timing, isAllDay: boolean): string {
  const days = trigger === 'BEFORE_1_DAY' ? 1 : 0;
  const before = offsetMinutes ?? minutesBefore[trigger] ?? 0;
  if (!isAllDay) return days > 0 ? `-P${days}D` : `${before > 0 ? '-' : ''}PT${before}M`;
  const [hour = 0, minute = 0] = (timeOfDay ?? usualTimeOfDay).split(':').map(Number);
  const minutes = hour * 60 + minute - before - days * 24 * 60;
  return `${minutes < 0 ? '-' : ''}PT${Math.abs(minutes)}M`;
}

/** Whether it is relative to the due date of the task. */
export function isRelative({ trigger }: Pick<Reminder, 'trigger'>): boolean {
  return trigger !== 'ABSOLUTE';
}

/**
 * The earliest time for which reminders are still created when a passed date creates an occurrence: older ones would be
 * misleading. A change by a user creates only future ones.
 */
export function oldestWanted(now: Date): Date {
  return new Date(now.getTime() - latestMs);
}

/** Whether two due dates are equal for every reminder. */
export function isSameDue(one: Due, other: Due): boolean {
  return (
    one.dueAt?.getTime() === other.dueAt?.getTime() &&
    one.dueDate?.getTime() === other.dueDate?.getTime() &&
    one.dueTimeZone === other.dueTimeZone
  );
}
