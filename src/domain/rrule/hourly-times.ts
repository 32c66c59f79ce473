import { Temporal } from 'temporal-polyfill';
import { pickPositions } from './positions.ts';
import { bareRule, type Rule } from './rule.ts';
import type { Timeline } from './timeline.ts';
import type { WallSearch } from './wall-times.ts';
import { lastYear, maxEmptyHourlyYears, maxEmptyHours, maxHours, refuseImpossible, refuseSparse } from './work.ts';
import { namedDays, type YearDay } from './year-days.ts';

const hourMs = 3_600_000;

/**
 * The instants of an HOURLY rule. Its periods are elapsed hours since the start, so that "every 6 hours" stays 6 hours
 * when clocks change. Its BY parts apply to the local time in each period. @throws AppError `INVALID_INPUT` if the rule
 * never occurs; not if only the last year ends the search.
 */
export function* hourlyTimes(search: WallSearch, timeline: Timeline): Generator<number> {
  const { rule, end, work } = search;
  const startMs = timeline.fromWall(search.start);
  const stepMs = rule.interval * hourMs;
  const endMs = end ? timeline.fromWall(end) : Number.POSITIVE_INFINITY;
  const nextDate = dateGate(search);
  let emptyPeriods = 0;
  let searched = 0;
  let found = 0;
  let lastFound = search.from.year;
  let index = Math.max(0, Math.floor((timeline.fromWall(search.from) - startMs) / stepMs));
  while (emptyPeriods < maxEmptyHours) {
    const period = timeline.toZoned(startMs + index * stepMs);
    // Reading the local time takes long.
    const wall = period.toPlainDateTime();
    const day = wall.toPlainDate();
    if (period.epochMilliseconds > endMs || wall.year > lastYear) break;
    if (wall.year > lastFound + maxEmptyHourlyYears) {
      if (found === 0 && end === null) refuseSparse();
      break;
    }
    const date = nextDate(day);
    if (!date) break;
    const isOpen = date.equals(day);
    const isWanted = isOpen && (rule.byHour.length === 0 || rule.byHour.includes(wall.hour));
    const times = isWanted ? timesInHour(rule, period).filter((time) => time >= startMs) : [];
    yield* times;
    work.periods += 1;
    searched += 1;
    found += times.length;
    if (times.length > 0) lastFound = wall.year;
    if (searched > maxHours(found)) refuseSparse();
    emptyPeriods = times.length > 0 ? 0 : emptyPeriods + 1;
    const dateIndex = isOpen ? 0 : Math.ceil((timeline.fromWall(date.toPlainDateTime()) - startMs) / stepMs);
    index = Math.max(index + hoursToSkip(rule, wall.hour, stepMs), dateIndex);
  }
  if (found === 0 && end === null && emptyPeriods >= maxEmptyHours) refuseImpossible();
}

/** The steps to the next hour of BYHOUR, or to the hour before it: when clocks change, it comes an hour earlier. */
function hoursToSkip({ byHour }: Rule, hour: number, stepMs: number): number {
  const hours = byHour.map((wanted) => (wanted - hour + 23) % 24);
  return hours.length > 0 ? Math.max(1, Math.floor((Math.min(...hours) * hourMs) / stepMs)) : 1;
}

/** BYMINUTE and BYSECOND expand an hour that BYHOUR allows, BYSETPOS picks (RFC 5545, 3.3.10). */
function timesInHour(rule: Rule, period: Temporal.ZonedDateTime): number[] {
  const minutes = rule.byMinute.length > 0 ? rule.byMinute : [period.minute];
  const seconds = rule.bySecond.length > 0 ? rule.bySecond : [period.second];
  // "prefer" keeps the second pass through a repeated hour in the second pass.
  const times = minutes.flatMap((minute) =>
    seconds.map((second) => period.with({ minute, second }, { offset: 'prefer' }).epochMilliseconds),
  );
  return pickPositions(times.length, rule.bySetPos).flatMap((place) => times[place] ?? []);
}

/** Returns the first date, from the given one on, that the date parts of the rule allow. */
function dateGate({ rule, end }: WallSearch): (date: Temporal.PlainDate) => Temporal.PlainDate | null {
  const { byMonth, byMonthDay, byYearDay, byDay } = rule;
  if ([byMonth, byMonthDay, byYearDay, byDay].every((list) => list.length === 0)) return (date) => date;
  const daysOf = namedDays({ ...bareRule, freq: 'DAILY', byMonth, byMonthDay, byYearDay, byDay });
  return (date) => {
    const endYear = Math.min(date.year + maxEmptyHourlyYears, lastYear);
    for (let year = date.year; year <= endYear; year += 1) {
      const isPast = ({ month, day }: YearDay) => year === date.year && month * 100 + day < date.month * 100 + date.day;
      const named = daysOf(year).find((day) => !isPast(day));
      if (named) return Temporal.PlainDate.from({ year, month: named.month, day: named.day });
    }
    if (end === null && endYear < lastYear) refuseImpossible();
    return null;
  };
}
