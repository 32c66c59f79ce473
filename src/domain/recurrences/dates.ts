import { Temporal } from 'temporal-polyfill';
import type { Recurrence } from '../../generated/prisma/client.ts';
import { zoned } from '../../shared/zoned.ts';
import { type Moment, occurrencesAfter, parseRule, type Series } from '../rrule/index.ts';
import type { Due } from '../tasks/due.ts';

/** How a recurrence stores its dates: as instants, or as whole days in a time zone. */
type DateKind = Pick<Recurrence, 'isAllDay' | 'timeZone'>;

/** A stored recurrence in the form of src/domain/rrule. The template is its first occurrence. */
export function toSeries({ start, isAllDay, timeZone, monthEnd, skipWeekends, ...series }: Recurrence): Series {
  const policies = { monthEnd, skipWeekends, startCounts: true };
  const rule = parseRule(series.rule);
  const count = rule.count === null ? null : Math.max(0, rule.count - series.madeBefore);
  return { rule: { ...rule, count }, start, timeZone: isAllDay ? null : timeZone, policies };
}

/**
 * Requires that a rule has dates: the first due date is an occurrence even if the rule does not include it. @throws
 * AppError `INVALID_INPUT` for a rule that never occurs, or does not fit the start.
 */
export function requireDates(series: Recurrence): void {
  ownDates(series, { after: null });
}

/** Whether the first due date of a recurrence is not a date of its rule. */
export function startsOffRule(series: Recurrence): boolean {
  const [first] = ownDates(series, { after: null });
  const start = localMoment(series);
  return !first || toStored(first).getTime() !== toStored(start).getTime();
}

/** The first date of the rule, regardless of its end; months without the day are skipped. */
function ownDates(series: Recurrence, { after }: { after: Moment | null }): Moment[] {
  const { rule, start, timeZone } = toSeries(series);
  const endless = { ...rule, count: null, until: null };
  return occurrencesAfter({ rule: endless, start, timeZone, after, limit: 1 });
}

function localMoment({ start, isAllDay, timeZone }: Recurrence): Moment {
  if (isAllDay) return { kind: 'DATE', date: start };
  const instant = Temporal.PlainDateTime.from(start).toZonedDateTime(timeZone);
  return { kind: 'INSTANT', instant: new Date(instant.epochMilliseconds) };
}

/** The stored form of a date: an instant, or midnight UTC of a whole day. */
export function toStored(moment: Moment): Date {
  return moment.kind === 'INSTANT' ? moment.instant : new Date(`${moment.date}T00:00:00Z`);
}

export function fromStored({ isAllDay }: DateKind, stored: Date): Moment {
  return isAllDay ? { kind: 'DATE', date: stored.toISOString().slice(0, 10) } : { kind: 'INSTANT', instant: stored };
}

/** The current time as a date of the recurrence: for whole days, today in its time zone. */
export function present({ isAllDay, timeZone }: DateKind, now: Date): Moment {
  return isAllDay ? { kind: 'DATE', date: dayOf(now, timeZone) } : { kind: 'INSTANT', instant: now };
}

export function dayOf(instant: Date, timeZone: string): string {
  return zoned(instant, timeZone).toPlainDate().toString();
}

export function laterOf(a: Moment, b: Moment): Moment {
  return toStored(a) > toStored(b) ? a : b;
}

/** When a date is reached: the instant, or the beginning of the day. */
export function comesAt(moment: Moment, timeZone: string): Date {
  if (moment.kind === 'INSTANT') return moment.instant;
  return new Date(Temporal.PlainDate.from(moment.date).toZonedDateTime(timeZone).epochMilliseconds);
}

/** The due date of the occurrence on a date. */
export function dueOf(moment: Moment, timeZone: string): Due {
  return moment.kind === 'INSTANT' ? { at: moment.instant, timeZone } : { date: moment.date, timeZone };
}

/** A time moved by the local-time difference between two dates of the recurrence. */
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
