import type { Temporal } from 'temporal-polyfill';
import { clampMonthEnd } from './clamp-month-end.ts';
import { completeRule } from './complete-rule.ts';
import { hourlyTimes } from './hourly-times.ts';
import type { SettledTime } from './in-order.ts';
import { isImpossible } from './is-impossible.ts';
import type { Policies } from './series.ts';
import type { Timeline } from './timeline.ts';
import { type WallSearch, wallTimes } from './wall-times.ts';
import { refuseImpossible } from './work.ts';

/** A time of the rule: a local time, which may not exist in the time zone, and the instant that it stands for. */
type RuleTime = { wall: Temporal.PlainDateTime; ms: number };

/**
 * The times of the rule with `monthEnd`, `startCounts` and `skipWeekends` applied, each with its time before and after.
 */
export function* settledTimes(search: WallSearch, timeline: Timeline, policies: Policies): Generator<SettledTime> {
  const complete = { ...search, rule: completeRule(search.rule, search.start) };
  if (isImpossible(complete.rule)) {
    if (search.end === null) refuseImpossible();
    return;
  }
  const times = search.rule.freq === 'HOURLY' ? hours(search, timeline) : days(complete, timeline, policies);
  for (const time of policies.startCounts ? withStart(times, search, timeline) : times) {
    yield { ownMs: time.ms, ms: policies.skipWeekends ? offWeekend(time, timeline) : time.ms };
  }
}

function* hours(search: WallSearch, timeline: Timeline): Generator<RuleTime> {
  for (const ms of hourlyTimes(search, timeline)) yield { wall: timeline.toWall(ms), ms };
}

function* days(search: WallSearch, timeline: Timeline, { monthEnd }: Policies): Generator<RuleTime> {
  const { rule, keeps } = monthEnd === 'CLAMP' ? clampMonthEnd(search.rule) : { ...search, keeps: () => true };
  for (const wall of expand({ ...search, rule })) {
    if (keeps(wall)) yield { wall, ms: timeline.fromWall(wall) };
  }
}

function expand(search: WallSearch): Generator<Temporal.PlainDateTime> {
  const { rule } = search;
  if (rule.freq === 'HOURLY') throw new TypeError('HOURLY has instants, not wall-clock times.');
  return wallTimes({ ...search, rule: { ...rule, freq: rule.freq } });
}

function* withStart(times: Iterable<RuleTime>, { start, from }: WallSearch, timeline: Timeline): Generator<RuleTime> {
  const ms = timeline.fromWall(start);
  if (timeline.fromWall(from) <= ms) yield { wall: start, ms };
  yield* times;
}

/** Moves the local time, so that 09:00 stays 09:00 when clocks change on that Sunday. */
function offWeekend({ wall, ms }: RuleTime, timeline: Timeline): number {
  const daysToMonday = 8 - wall.dayOfWeek;
  return daysToMonday > 2 ? ms : timeline.fromWall(wall.add({ days: daysToMonday }));
}
