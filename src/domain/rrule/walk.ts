import type { Temporal } from 'temporal-polyfill';
import { latestMs } from '../../shared/date-range.ts';
import { inOrder, type SettledTime } from './in-order.ts';
import { checkSeries, defaultPolicies, type Series } from './series.ts';
import { settledTimes } from './settled-times.ts';
import { type Timeline, timelineOf } from './timeline.ts';
import type { Work } from './work.ts';

/** Occurrences after one point (null: from the first on) and up to another (null: to the last), on the timeline. */
type Reach = { afterMs: number | null; upToMs: number | null };

/** The maximum shift by policies and gaps: two days of a weekend, and a time zone that skipped a whole day. */
const maxShiftDays = 4;

/**
 * The occurrences of a series in a range, ascending and distinct, computed lazily. COUNT counts the occurrences after
 * policies: "3 times" means three occurrences, even if a weekend merged two of them. Therefore a series with COUNT is
 * computed from its start, any other from shortly before the range. UNTIL limits the times of the rule: a time that
 * moves beyond it to Monday still occurs. A series ends where the range of dates does. @throws AppError `INVALID_INPUT`
 * if the series is not consistent or never occurs.
 */
export function* walk(series: Series, { afterMs, upToMs }: Reach, work: Work): Generator<number> {
  const start = checkSeries(series);
  const timeline = timelineOf(series.timeZone);
  const { rule, policies } = series;
  const untilMs = rule.until ? timeline.fromMoment(rule.until) : null;
  const search = {
    rule,
    start,
    from: afterMs === null || rule.count !== null ? start : shifted(afterMs, -maxShiftDays, timeline),
    end: searchEnd([untilMs, upToMs], timeline),
    work,
  };
  const times = settledTimes(search, timeline, { ...defaultPolicies, ...policies });
  let count = 0;
  for (const ms of inOrder(upTo(untilMs, times))) {
    count += 1;
    if (count > (rule.count ?? count) || ms > (upToMs ?? ms) || ms > latestMs) return;
    if (afterMs === null || ms > afterMs) yield ms;
  }
}

/** Continues instead of stopping: after a gap, an earlier time may still follow. The end of the search stops. */
function* upTo(untilMs: number | null, times: Iterable<SettledTime>): Generator<SettledTime> {
  for (const time of times) {
    if (untilMs === null || time.ownMs <= untilMs) yield time;
  }
}

function searchEnd(bounds: (number | null)[], timeline: Timeline): Temporal.PlainDateTime | null {
  const known = bounds.filter((bound) => bound !== null);
  return known.length > 0 ? shifted(Math.min(...known), maxShiftDays, timeline) : null;
}

function shifted(ms: number, days: number, timeline: Timeline): Temporal.PlainDateTime {
  return timeline.toWall(ms).add({ days });
}
