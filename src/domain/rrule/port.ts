import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { formatByDay, type Rule } from './rule.ts';

/** The only file that imports the recurrence library and the Temporal polyfill. */
export { Temporal };

/** A range of local times: `low` is included, `high` is not. */
export type Stretch = { low: Temporal.PlainDateTime; high: Temporal.PlainDateTime };

/**
 * The local times of a rule in a range, ascending, without a time zone: expanded in UTC, where no time is missing or
 * repeated. COUNT and UNTIL are not applied. `maxPeriods` limits the search of the library, which throws beyond. The
 * rule must be complete (see `completeRule`): the library jumps to a later start to save work, and reads implicit parts
 * from that start.
 */
export function expandWallTimes(search: {
  rule: Rule;
  start: Temporal.PlainDateTime;
  stretch: Stretch;
  maxPeriods: number;
}): Temporal.PlainDateTime[] {
  const { rule, start, stretch, maxPeriods } = search;
  const expansion = new RRuleTemporal({
    ...libraryParts(rule),
    dtstart: start.toZonedDateTime('UTC'),
    temporal: Temporal,
    maxIterations: maxPeriods,
  });
  const lastInside = stretch.high.subtract({ milliseconds: 1 });
  return expansion
    .between(stretch.low.toZonedDateTime('UTC'), lastInside.toZonedDateTime('UTC'), true)
    .map((time) => time.toPlainDateTime());
}

/** For the library, an empty list means "never", so absent parts stay absent. */
function libraryParts(rule: Rule) {
  return {
    freq: rule.freq,
    interval: rule.interval,
    wkst: rule.weekStart,
    byMonth: present(rule.byMonth),
    byWeekNo: present(rule.byWeekNo),
    byYearDay: present(rule.byYearDay),
    byMonthDay: present(rule.byMonthDay),
    byDay: present(rule.byDay.map(formatByDay)),
    byHour: present(rule.byHour),
    byMinute: present(rule.byMinute),
    bySecond: present(rule.bySecond),
    bySetPos: present(rule.bySetPos),
  };
}

function present<T>(list: readonly T[]): T[] | undefined {
  return list.length > 0 ? [...list] : undefined;
}
