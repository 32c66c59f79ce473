import type { Moment } from './moment.ts';
import type { Series } from './series.ts';
import { type Timeline, timelineOf } from './timeline.ts';
import { walk } from './walk.ts';
import type { Work } from './work.ts';

/** The policy for dates that passed while an occurrence was open: see `decideMissed`. */
export type Missed = 'ONE' | 'ALL' | 'LATEST';

type MissedQuery = {
  series: Series;
  missed: Missed;
  /** When the series' open occurrences are due, in any order. */
  open: Moment[];
  /** For an all-day series, today's date of the user; that date is reached. */
  now: Moment;
};

type MissedDecision = {
  /** Occurrences to add, ascending. */
  create: Moment[];
  /** An open occurrence whose due changes. */
  move: { from: Moment; to: Moment } | null;
  /** Open occurrences that are replaced by a newer one. */
  drop: Moment[];
  /** More than 100 were missed; deciding again after creating these gives the rest. */
  hasMore: boolean;
};

const maxMissedAtOnce = 100;
const nothing: MissedDecision = { create: [], move: null, drop: [], hasMore: false };
const dayMs = 86_400_000;

/**
 * Decides about dates that passed while an occurrence was open. ONE: nothing until it is completed. ALL: each date is
 * an occurrence, at most 100 at once. LATEST: only the newest date stays open, and the newest of the passed occurrences
 * moves to it. With basis COMPLETION there is nothing to decide: no date comes before the open occurrence is completed.
 * @throws AppError `INVALID_INPUT` if the series is not consistent.
 */
export function decideMissed({ series, missed, open, now }: MissedQuery, work: Work = { periods: 0 }): MissedDecision {
  if (missed === 'ONE' || open.length === 0) return nothing;
  const timeline = timelineOf(series.timeZone);
  const nowMs = timeline.fromMoment(now);
  const openMs = open.map(timeline.fromMoment).sort((a, b) => a - b);
  const newestMs = openMs.at(-1) as number;
  if (missed === 'LATEST') return keepLatest({ series, openMs, nowMs, timeline }, work);
  return newestMs < nowMs ? createAll({ series, afterMs: newestMs, nowMs, timeline }, work) : nothing;
}

type CreateQuery = { series: Series; afterMs: number; nowMs: number; timeline: Timeline };

function createAll({ series, afterMs, nowMs, timeline }: CreateQuery, work: Work): MissedDecision {
  const create: Moment[] = [];
  for (const ms of walk(series, { afterMs, upToMs: nowMs }, work)) {
    if (create.length === maxMissedAtOnce) return { ...nothing, create, hasMore: true };
    create.push(timeline.toMoment(ms));
  }
  return { ...nothing, create };
}

type LatestQuery = { series: Series; openMs: number[]; nowMs: number; timeline: Timeline };

function keepLatest({ series, openMs, nowMs, timeline }: LatestQuery, work: Work): MissedDecision {
  const passed = openMs.filter((ms) => ms <= nowMs);
  const fromMs = passed.pop();
  if (fromMs === undefined) return nothing;
  const toMs = latestBetween({ series, afterMs: fromMs, nowMs }, work);
  const move = toMs === null ? null : { from: timeline.toMoment(fromMs), to: timeline.toMoment(toMs) };
  return { ...nothing, move, drop: passed.map(timeline.toMoment) };
}

/** Searches back from now over 1, 2, 4 … days, so that the cost does not depend on the age of the missed dates. */
function latestBetween({ series, afterMs, nowMs }: Omit<CreateQuery, 'timeline'>, work: Work): number | null {
  const isCounted = series.rule.count !== null;
  let latest: number | null = null;
  for (let days = isCounted ? Number.POSITIVE_INFINITY : 1; latest === null; days *= 2) {
    const lowMs = Math.max(afterMs, nowMs - days * dayMs);
    for (const ms of walk(series, { afterMs: lowMs, upToMs: nowMs }, work)) latest = ms;
    if (lowMs === afterMs) break;
  }
  return latest;
}
