import { Temporal } from 'temporal-polyfill';
import { epochDay, periodOf } from './periods.ts';
import { pickPositions } from './positions.ts';
import type { Frequency, Rule } from './rule.ts';
import { lastYear, maxEmptyYears, refuseImpossible, type Work } from './work.ts';
import { namedDays } from './year-days.ts';

export type WallSearch = {
  rule: Rule;
  start: Temporal.PlainDateTime;
  from: Temporal.PlainDateTime;
  /** Where the search ends without an error; null means never, and an empty result is an error. */
  end: Temporal.PlainDateTime | null;
  work: Work;
};

type CalendarFrequency = Exclude<Frequency, 'HOURLY'>;
type CalendarSearch = WallSearch & { rule: { freq: CalendarFrequency } };
type Day = { year: number; month: number; day: number };
/** The named days of a year, a month, a week or one day. */
type Period = { index: number; days: Day[] };

/**
 * The local times of a complete rule other than HOURLY from `from` on, ascending. It goes through the days of each year
 * that the rule names; there are only a few kinds of years, so that even 8,000 of them are little work. @throws AppError
 * `INVALID_INPUT` if the rule never occurs; not if only the last year ends the search.
 */
export function* wallTimes(search: CalendarSearch): Generator<Temporal.PlainDateTime> {
  const { rule, start, work } = search;
  const first = isBefore(search.from, start) ? start : search.from;
  const endYear = Math.min(search.end?.year ?? lastYear, lastYear);
  const mostEmpty = maxEmptyYears(rule);
  const toTimes = timesOf(rule, first);
  let emptyYears = 0;
  let hasFound = false;
  for (const periods of periodsByYear(search, first, endYear)) {
    let isEmpty = true;
    work.periods += Math.max(periods.length, 1);
    for (const period of periods) {
      for (const time of toTimes(period)) {
        if (search.end && isBefore(search.end, time)) return;
        isEmpty = false;
        yield time;
      }
    }
    hasFound ||= !isEmpty;
    emptyYears = isEmpty ? emptyYears + 1 : 0;
    if (emptyYears >= mostEmpty) break;
  }
  if (!hasFound && search.end === null && emptyYears >= mostEmpty) refuseImpossible();
}

/** Days that may share a period with the first time, which BYSETPOS counts. */
const sharedDays = { YEARLY: 366, MONTHLY: 31, WEEKLY: 7, DAILY: 0 };

/** For each year, the periods of the rule that end in it. A week may begin in the year before. */
function* periodsByYear(
  { rule, start }: CalendarSearch,
  first: Temporal.PlainDateTime,
  endYear: number,
): Generator<Period[]> {
  const { freq, interval } = rule;
  const daysOf = namedDays(rule);
  const startIndex = periodOf(rule, start);
  const firstDay = epochDay(first) - sharedDays[freq];
  const passed = freq === 'YEARLY' ? Math.floor((first.year - start.year) / interval) * interval : 0;
  const firstYear = freq === 'YEARLY' ? start.year + passed : first.subtract({ days: sharedDays[freq] }).year;
  let last: Period | null = null;
  for (let year = firstYear; year <= endYear; year += freq === 'YEARLY' ? interval : 1) {
    const periods: Period[] = last ? [last] : [];
    for (const { month, day } of daysOf(year)) {
      const date = { year, month, day };
      if (year <= first.year && epochDay(date) < firstDay) continue;
      const index = periodOf(rule, date);
      if ((index - startIndex) % interval !== 0) continue;
      const open = periods.at(-1);
      if (open?.index === index) open.days.push(date);
      else periods.push({ index, days: [date] });
    }
    last = freq === 'WEEKLY' && year < endYear ? (periods.pop() ?? null) : null;
    yield periods;
  }
}

/** The times of a period from the first time on. Only the times at the positions are computed: there may be thousands. */
function timesOf(rule: Rule, first: Temporal.PlainDateTime): (period: Period) => Generator<Temporal.PlainDateTime> {
  const times = timesInDay(rule);
  const firstDay = epochDay(first);
  return function* ({ days }) {
    for (const place of pickPositions(days.length * times.length, rule.bySetPos)) {
      const day = days[Math.floor(place / times.length)];
      if (!day || epochDay(day) < firstDay) continue;
      const time = Temporal.PlainDateTime.from({ ...day, ...times[place % times.length] });
      if (!isBefore(time, first)) yield time;
    }
  };
}

function timesInDay({ byHour, byMinute, bySecond }: Rule) {
  return byHour.flatMap((hour) => byMinute.flatMap((minute) => bySecond.map((second) => ({ hour, minute, second }))));
}

function isBefore(one: Temporal.PlainDateTime, other: Temporal.PlainDateTime): boolean {
  return Temporal.PlainDateTime.compare(one, other) < 0;
}
