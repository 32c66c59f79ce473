import type { Temporal } from './port.ts';
import { pickPositions } from './positions.ts';
import { bareRule, type Rule } from './rule.ts';
import type { Timeline } from './timeline.ts';
import { type WallSearch, wallTimes } from './wall-times.ts';
import { lastYear, maxEmptyHourlyYears, maxEmptyHours, maxHours, refuseImpossible, refuseSparse } from './work.ts';

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
    if (period.epochMilliseconds > endMs || period.year > lastYear) break;
    if (period.year > lastFound + maxEmptyHourlyYears) {
      if (found === 0 && end === null) refuseSparse();
      break;
    }
    const date = nextDate(period.toPlainDate());
    if (!date) break;
    const isOpen = date.equals(period.toPlainDate());
    const times = isOpen ? timesInHour(rule, period).filter((time) => time >= startMs) : [];
    yield* times;
    work.periods += 1;
    searched += 1;
    found += times.length;
    if (times.length > 0) lastFound = period.year;
    if (searched > maxHours(found)) refuseSparse();
    emptyPeriods = times.length > 0 ? 0 : emptyPeriods + 1;
    const dateIndex = isOpen ? 0 : Math.ceil((timeline.fromWall(date.toPlainDateTime()) - startMs) / stepMs);
    index = Math.max(index + hoursToSkip(rule, period.hour, stepMs), dateIndex);
  }
  if (found === 0 && end === null && emptyPeriods >= maxEmptyHours) refuseImpossible();
}

/** The steps to the next hour of BYHOUR, or to the hour before it: when clocks change, it comes an hour earlier. */
function hoursToSkip({ byHour }: Rule, hour: number, stepMs: number): number {
  const hours = byHour.map((wanted) => (wanted - hour + 23) % 24);
  return hours.length > 0 ? Math.max(1, Math.floor((Math.min(...hours) * hourMs) / stepMs)) : 1;
}

/** BYHOUR limits the hour, BYMINUTE and BYSECOND expand it, BYSETPOS picks (RFC 5545, 3.3.10). */
function timesInHour(rule: Rule, period: Temporal.ZonedDateTime): number[] {
  if (rule.byHour.length > 0 && !rule.byHour.includes(period.hour)) return [];
  const minutes = rule.byMinute.length > 0 ? rule.byMinute : [period.minute];
  const seconds = rule.bySecond.length > 0 ? rule.bySecond : [period.second];
  // "prefer" keeps the second pass through a repeated hour in the second pass.
  const times = minutes.flatMap((minute) =>
    seconds.map((second) => period.with({ minute, second }, { offset: 'prefer' }).epochMilliseconds),
  );
  return pickPositions(times.length, rule.bySetPos).flatMap((place) => times[place] ?? []);
}

/**
 * Returns the first date, from the given one on, that the date parts of the rule allow. Must be called in ascending
 * order.
 */
function dateGate(search: WallSearch): (date: Temporal.PlainDate) => Temporal.PlainDate | null {
  const { byMonth, byMonthDay, byYearDay, byDay } = search.rule;
  if ([byMonth, byMonthDay, byYearDay, byDay].every((list) => list.length === 0)) return (date) => date;
  const rule = { ...bareRule, freq: 'DAILY' as const, byMonth, byMonthDay, byYearDay, byDay, ...midnight };
  const days = wallTimes({ ...search, rule, start: atMidnight(search.start), from: atMidnight(search.from) });
  let open: Temporal.PlainDate | null = null;
  return (date) => {
    while (!open || open.until(date).sign > 0) {
      const next = days.next();
      if (next.done) return null;
      open = next.value.toPlainDate();
    }
    return open;
  };
}

const midnight = { byHour: [0], byMinute: [0], bySecond: [0] };

function atMidnight(wall: Temporal.PlainDateTime): Temporal.PlainDateTime {
  return wall.withPlainTime();
}
