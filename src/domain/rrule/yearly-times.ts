import { Temporal } from './port.ts';
import type { Rule } from './rule.ts';
import { isBefore, type WallSearch } from './wall-times.ts';
import { lastYear, maxEmptyPeriods, refuseImpossible } from './work.ts';
import { daysInYear } from './year-days.ts';

/**
 * The local times of a complete YEARLY rule from `from` on, ascending. It does not use the library: version 2.2.7
 * ignores parts of YEARLY rules that combine BYYEARDAY, BYMONTHDAY, BYSETPOS or several kinds of BYDAY. @throws
 * AppError `INVALID_INPUT` if the rule never occurs; not if only the last year ends the search.
 */
export function* yearlyTimes({ rule, start, from, end, work }: WallSearch): Generator<Temporal.PlainDateTime> {
  const first = isBefore(from, start) ? start : from;
  const endYear = Math.min(end?.year ?? lastYear, lastYear);
  const skipped = Math.floor((first.year - start.year) / rule.interval) * rule.interval;
  let emptyYears = 0;
  let hasFound = false;
  for (let year = start.year + skipped; year <= endYear && emptyYears < maxEmptyPeriods.YEARLY; year += rule.interval) {
    let isEmpty = true;
    for (const time of timesInYear(rule, year, first)) {
      isEmpty = false;
      yield time;
    }
    work.periods += 1;
    hasFound ||= !isEmpty;
    emptyYears = isEmpty ? emptyYears + 1 : 0;
  }
  if (!hasFound && end === null && emptyYears >= maxEmptyPeriods.YEARLY) refuseImpossible();
}

/** Plain fields until a time is needed: BYSETPOS needs all times of the year, which may be thousands. */
function* timesInYear(rule: Rule, year: number, first: Temporal.PlainDateTime): Generator<Temporal.PlainDateTime> {
  const times = timesInDay(rule);
  const all = daysInYear(rule, year).flatMap(({ month, day }) => times.map((time) => ({ year, month, day, ...time })));
  for (const fields of pickPositions(all, rule.bySetPos)) {
    if (isDayBefore(fields, first)) continue;
    const time = Temporal.PlainDateTime.from(fields);
    if (!isBefore(time, first)) yield time;
  }
}

type Day = { year: number; month: number; day: number };

function isDayBefore(one: Day, other: Day): boolean {
  return one.year === other.year && (one.month < other.month || (one.month === other.month && one.day < other.day));
}

function timesInDay({ byHour, byMinute, bySecond }: Rule) {
  return byHour.flatMap((hour) => byMinute.flatMap((minute) => bySecond.map((second) => ({ hour, minute, second }))));
}

/** BYSETPOS: the times of one period at these positions from the start (1) or the end (-1). */
export function pickPositions<T>(times: T[], positions: readonly number[]): T[] {
  if (positions.length === 0) return times;
  return times.filter((_, i) => positions.includes(i + 1) || positions.includes(i - times.length));
}
