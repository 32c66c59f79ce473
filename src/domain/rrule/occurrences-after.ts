import { invalidInput } from '../../shared/errors.ts';
import type { Moment } from './moment.ts';
import type { Series } from './series.ts';
import { timelineOf } from './timeline.ts';
import { walk } from './walk.ts';
import type { Work } from './work.ts';

type OccurrencesQuery = Series & {
  /** Strictly after this date; null means from the first occurrence on. */
  after: Moment | null;
  /** 1 to 1,000. */
  limit: number;
};

export const maxOccurrences = 1_000;

/**
 * The next occurrences of a series (RFC 5545, 3.8.5.3, with Errand's policies): dates for an all-day series, otherwise
 * instants that keep the local time of the start. Fewer than `limit` means that the series ends there. The cost does
 * not depend on the age of the start, except that a COUNT is counted from the start. @param work - counts the searched
 * periods. @throws AppError `INVALID_INPUT`: the series is not consistent, never occurs, or `limit` is out of range.
 */
export function occurrencesAfter(query: OccurrencesQuery, work: Work = { periods: 0 }): Moment[] {
  const { after, limit, ...series } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxOccurrences) {
    throw invalidInput([{ path: ['limit'], message: `The limit must be a whole number from 1 to ${maxOccurrences}.` }]);
  }
  const timeline = timelineOf(series.timeZone);
  const afterMs = after === null ? null : timeline.fromMoment(after);
  const moments: Moment[] = [];
  for (const ms of walk(series, { afterMs, upToMs: null }, work)) {
    moments.push(timeline.toMoment(ms));
    if (moments.length === limit) break;
  }
  return moments;
}
