import { Temporal } from 'temporal-polyfill';
import { zoned } from '../../../../shared/zoned.ts';
import type { Due } from '../../proposal.ts';

/** The current time in the user's time zone. All arithmetic on dates and times starts here. */
export type Calendar = { now: Temporal.ZonedDateTime; today: Temporal.PlainDate; timeZone: string };

/** @throws RangeError when the zone is not known. */
export function calendarAt(now: Date, timeZone: string): Calendar {
  const local = zoned(now, timeZone);
  return { now: local, today: local.toPlainDate(), timeZone };
}

/** The first such day after today; `weekday` is 1 (Monday) to 7. */
export function nextWeekday(today: Temporal.PlainDate, weekday: number): Temporal.PlainDate {
  return today.add({ days: ((weekday - today.dayOfWeek + 6) % 7) + 1 });
}

export function mondayOf(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.subtract({ days: date.dayOfWeek - 1 });
}

export function firstOfMonth(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.with({ day: 1 });
}

export function lastOfMonth(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.with({ day: date.daysInMonth });
}

export function firstOfQuarter(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.with({ month: date.month - ((date.month - 1) % 3), day: 1 });
}

/** The date, or null if it does not exist (30 February). */
export function dateOf(year: number, month: number, day: number): Temporal.PlainDate | null {
  if (month < 1 || month > 12 || day < 1) return null;
  const first = new Temporal.PlainDate(year, month, 1);
  return day > first.daysInMonth ? null : first.with({ day });
}

/** The nth such weekday of the month of `date` (negative counts from the end), or null. */
export function nthWeekday(date: Temporal.PlainDate, nth: number, weekday: number): Temporal.PlainDate | null {
  const first = firstOfMonth(date);
  const last = lastOfMonth(date);
  const day =
    nth > 0
      ? 1 + ((weekday - first.dayOfWeek + 7) % 7) + (nth - 1) * 7
      : last.day - ((last.dayOfWeek - weekday + 7) % 7) + (nth + 1) * 7;
  return day < 1 || day > last.day ? null : first.with({ day });
}

export function dateDue(date: Temporal.PlainDate): Due {
  return { date: date.toString() };
}

export function instantDue(moment: Temporal.ZonedDateTime): Due {
  return { at: moment.toInstant().toString({ smallestUnit: 'second' }), timeZone: moment.timeZoneId };
}

export function isBefore(a: Temporal.PlainDate, b: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(a, b) < 0;
}
