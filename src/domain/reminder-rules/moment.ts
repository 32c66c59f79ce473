import { Temporal } from 'temporal-polyfill';
import type { Reminder, Task } from '../../generated/prisma/client.ts';

type Timing = Pick<Reminder, 'trigger' | 'offsetMinutes' | 'timeOfDay'>;
type Due = Pick<Task, 'dueAt' | 'dueDate' | 'dueTimeZone'>;

/** What time of a whole day counts as its due unless told otherwise, on the wall clock of the due's zone. */
const usualTimeOfDay = '09:00';

/** Sent later than this, a reminder would rather mislead. */
export const latestMs = 24 * 60 * 60 * 1000;

const minutesBefore: Partial<Record<Reminder['trigger'], number>> = {
  BEFORE_15_MIN: 15,
  BEFORE_30_MIN: 30,
  BEFORE_1_HOUR: 60,
};

/**
 * When a relative reminder of this due is sent; null without a due. A day is one of the calendar, the same time on the
 * wall clock before; minutes are minutes that pass. A gap of DST moves a time forward.
 */
export function relativeMoment({ trigger, offsetMinutes, timeOfDay }: Timing, due: Due): Date | null {
  if (!due.dueAt || !due.dueTimeZone) return null;
  const days = trigger === 'BEFORE_1_DAY' ? 1 : 0;
  const minutes = offsetMinutes ?? minutesBefore[trigger] ?? 0;
  const day = due.dueDate
    ? Temporal.PlainDate.from(due.dueDate.toISOString().slice(0, 10))
        .subtract({ days })
        .toZonedDateTime({ timeZone: due.dueTimeZone, plainTime: timeOfDay ?? usualTimeOfDay })
    : Temporal.Instant.fromEpochMilliseconds(due.dueAt.getTime())
        .toZonedDateTimeISO(due.dueTimeZone)
        .subtract({ days });
  return new Date(day.subtract({ minutes }).epochMilliseconds);
}

/** Names the sending of a reminder for its moment: the same in each attempt, another when it is sent for a later moment. */
export function deliveryId({ id, remindAt }: Pick<Reminder, 'id' | 'remindAt'>): string {
  return `${id}-${remindAt.getTime()}`;
}

/**
 * The same as a duration that is added to the start of a calendar's event (RFC 5545, 3.3.6); that of a whole day is its
 * midnight.
 */
export function relativeTrigger({ trigger, offsetMinutes, timeOfDay }: Timing, isAllDay: boolean): string {
  const days = trigger === 'BEFORE_1_DAY' ? 1 : 0;
  const before = offsetMinutes ?? minutesBefore[trigger] ?? 0;
  if (!isAllDay) return days > 0 ? `-P${days}D` : `${before > 0 ? '-' : ''}PT${before}M`;
  const [hour = 0, minute = 0] = (timeOfDay ?? usualTimeOfDay).split(':').map(Number);
  const minutes = hour * 60 + minute - before - days * 24 * 60;
  return `${minutes < 0 ? '-' : ''}PT${Math.abs(minutes)}M`;
}

/** Whether it keeps to the task's due. */
export function isRelative({ trigger }: Pick<Reminder, 'trigger'>): boolean {
  return trigger !== 'ABSOLUTE';
}

/**
 * The moment from which on reminders are still wanted when a date that has just come brings them: one that is older would
 * rather mislead. A user's own change wants those only that lie ahead.
 */
export function oldestWanted(now: Date): Date {
  return new Date(now.getTime() - latestMs);
}

/** Whether two dues are the same to every reminder. */
export function isSameDue(one: Due, other: Due): boolean {
  return (
    one.dueAt?.getTime() === other.dueAt?.getTime() &&
    one.dueDate?.getTime() === other.dueDate?.getTime() &&
    one.dueTimeZone === other.dueTimeZone
  );
}
