import { Temporal } from 'temporal-polyfill';
import type { Recurrence } from '../../generated/prisma/client.ts';
import { zoned } from '../../shared/zoned.ts';
import { parseRule } from '../rrule/index.ts';
import type { Due } from '../tasks/due.ts';
import { toStored } from './dates.ts';

/** How a recurrence stores its dates. */
type DateKind = Pick<Recurrence, 'isAllDay' | 'timeZone'>;
/**
 * The date from which a recurrence continues, and how it stores its dates from there. `day` is the local day of that
 * date.
 */
export type Anchor = DateKind & { start: string; reachedAt: Date; day: string };

type Wanted = { due?: Due | null; timeZone?: string | null };
/** Stored dates of the recurrence: the one that the new due date is for, and the earliest that moves with it. */
type Moving = { moved: Date; first: Date };

/**
 * The first date that moves with a due date, in local time: it moves by as many days as the due date, and to its time.
 * Without a new due date, the local time is kept, even if the time zone changes.
 */
export function anchorOf(series: DateKind, { due, timeZone }: Wanted, { moved, first }: Moving): Anchor {
  const old = wallClock(series, first);
  const zone = due?.timeZone ?? timeZone ?? series.timeZone;
  if (!due) return anchored(old, { isAllDay: series.isAllDay, timeZone: zone });
  const isAllDay = due.date != null;
  const wanted = isAllDay
    ? Temporal.PlainDate.from(due.date ?? '').toPlainDateTime()
    : zoned(due.at ?? new Date(0), zone).toPlainDateTime();
  const days = wallClock(series, moved).toPlainDate().until(wanted.toPlainDate()).days;
  return anchored(old.toPlainDate().add({ days }).toPlainDateTime(wanted.toPlainTime()), { isAllDay, timeZone: zone });
}

function anchored(wall: Temporal.PlainDateTime, { isAllDay, timeZone }: DateKind): Anchor {
  const day = wall.toPlainDate().toString();
  if (isAllDay) return { isAllDay, timeZone, day, start: day, reachedAt: toStored({ kind: 'DATE', date: day }) };
  const start = wall.toString({ smallestUnit: 'second' });
  return { isAllDay, timeZone, day, start, reachedAt: new Date(wall.toZonedDateTime(timeZone).epochMilliseconds) };
}

/** A stored date of a recurrence in local time. */
export function wallClock({ isAllDay, timeZone }: DateKind, stored: Date): Temporal.PlainDateTime {
  return zoned(stored, isAllDay ? 'UTC' : timeZone).toPlainDateTime();
}

/** The last day of a rule; null when it has no end. */
export function untilDay({ rule, timeZone }: Pick<Recurrence, 'rule' | 'timeZone'>): string | null {
  const { until } = parseRule(rule);
  if (!until) return null;
  return until.kind === 'DATE' ? until.date : zoned(until.instant, timeZone).toPlainDate().toString();
}
