import { Temporal } from 'temporal-polyfill';
import type { Recurrence } from '../../generated/prisma/client.ts';
import { type Moment, parseRule, type Series } from '../recurrence/index.ts';
import type { Due } from '../tasks/due.ts';

/** How a series keeps its dates: instants, or whole days in a zone. */
type DateKind = Pick<Recurrence, 'isAllDay' | 'timeZone'>;

/** A stored series as src/domain/recurrence reads it. The template is its first occurrence. */
export function toSeries({ rule, start, isAllDay, timeZone, monthEnd, skipWeekends }: Recurrence): Series {
  const policies = { monthEnd, skipWeekends, startCounts: true };
  return { rule: parseRule(rule), start, timeZone: isAllDay ? null : timeZone, policies };
}

/** A date of a series as it is kept: an instant, or midnight UTC of a whole day. */
export function toStored(moment: Moment): Date {
  return moment.kind === 'INSTANT' ? moment.instant : new Date(`${moment.date}T00:00:00Z`);
}

export function fromStored({ isAllDay }: DateKind, stored: Date): Moment {
  return isAllDay ? { kind: 'DATE', date: stored.toISOString().slice(0, 10) } : { kind: 'INSTANT', instant: stored };
}

/** The present as a date of the series: for whole days, today in its zone. */
export function present({ isAllDay, timeZone }: DateKind, now: Date): Moment {
  return isAllDay ? { kind: 'DATE', date: dayOf(now, timeZone) } : { kind: 'INSTANT', instant: now };
}

export function dayOf(instant: Date, timeZone: string): string {
  return zoned(instant, timeZone).toPlainDate().toString();
}

export function laterOf(a: Moment, b: Moment): Moment {
  return toStored(a) > toStored(b) ? a : b;
}

/** When a date comes: the instant itself, or the beginning of the day. */
export function comesAt(moment: Moment, timeZone: string): Date {
  if (moment.kind === 'INSTANT') return moment.instant;
  return new Date(Temporal.PlainDate.from(moment.date).toZonedDateTime(timeZone).epochMilliseconds);
}

/** The due of the occurrence of a date. */
export function dueOf(moment: Moment, timeZone: string): Due {
  return moment.kind === 'INSTANT' ? { at: moment.instant, timeZone } : { date: moment.date, timeZone };
}

/** A moment moved by as much of the wall clock as lies between two dates of the series. */
export function movedAlong(
  { isAllDay, timeZone }: DateKind,
  moment: Date,
  { from, to }: Record<'from' | 'to', Date>,
): Date {
  const zone = isAllDay ? 'UTC' : timeZone;
  const between = zoned(from, zone).toPlainDateTime().until(zoned(to, zone).toPlainDateTime());
  const moved = zoned(moment, timeZone).toPlainDateTime().add(between).toZonedDateTime(timeZone);
  return new Date(moved.epochMilliseconds);
}

function zoned(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
}
