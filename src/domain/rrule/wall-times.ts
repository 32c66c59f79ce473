import { expandWallTimes, Temporal } from './port.ts';
import type { Rule } from './rule.ts';
import { lastYear, maxEmptyPeriods, refuseImpossible, type Work } from './work.ts';

export type WallSearch = {
  rule: Rule;
  start: Temporal.PlainDateTime;
  from: Temporal.PlainDateTime;
  /** Where the search ends without an error; null means never, and an empty result is an error. */
  end: Temporal.PlainDateTime | null;
  work: Work;
};

const periodDays = { MONTHLY: 30, WEEKLY: 7, DAILY: 1 };
type LibraryFrequency = keyof typeof periodDays;
const firstStretchDays = 32;
const maxStretchPeriods = 2_048;
const fewTimes = 64;
/** Additional periods that the library may visit around the ends of a range. */
const slackPeriods = 16;
const horizon = Temporal.PlainDateTime.from(`${lastYear}-12-31T23:59:59`);

/**
 * The local times of a complete MONTHLY, WEEKLY or DAILY rule from `from` on, ascending. It starts near `from`,
 * regardless of the age of the start, and searches ranges that grow while they contain few times. @throws AppError
 * `INVALID_INPUT` if the rule never occurs; not if only the last year ends the search.
 */
export function* wallTimes(
  search: WallSearch & { rule: { freq: LibraryFrequency } },
): Generator<Temporal.PlainDateTime> {
  const { rule, start, work } = search;
  const end = search.end && isBefore(search.end, horizon) ? search.end : horizon;
  const daysPerPeriod = periodDays[rule.freq] * rule.interval;
  let emptyPeriods = 0;
  let hasFound = false;
  let days = firstStretchDays;
  for (let low = latest(start, search.from); !isBefore(end, low) && emptyPeriods < maxEmptyPeriods[rule.freq]; ) {
    const high = stretchEnd(low, days, end);
    const periods = Math.ceil(days / daysPerPeriod) + 1;
    const found = expandWallTimes({ rule, start, stretch: { low, high }, maxPeriods: periods + slackPeriods });
    const times = found.filter((time) => !isBefore(end, time));
    yield* times;
    work.periods += periods;
    hasFound ||= times.length > 0;
    emptyPeriods = times.length > 0 ? 0 : emptyPeriods + periods;
    if (times.length < fewTimes) days = Math.min(days * 2, Math.ceil(maxStretchPeriods * daysPerPeriod));
    low = high;
  }
  if (!hasFound && search.end === null && emptyPeriods >= maxEmptyPeriods[rule.freq]) refuseImpossible();
}

function stretchEnd(low: Temporal.PlainDateTime, days: number, end: Temporal.PlainDateTime): Temporal.PlainDateTime {
  const daysLeft = Math.ceil(low.until(end, { largestUnit: 'days' }).total('days')) + 1;
  return low.add({ days: Math.min(days, daysLeft) });
}

function latest(one: Temporal.PlainDateTime, other: Temporal.PlainDateTime): Temporal.PlainDateTime {
  return isBefore(one, other) ? other : one;
}

export function isBefore(one: Temporal.PlainDateTime, other: Temporal.PlainDateTime): boolean {
  return Temporal.PlainDateTime.compare(one, other) < 0;
}
