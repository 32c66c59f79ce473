import { authorize } from '../../auth/permissions.ts';
import type { Recurrence } from '../../generated/prisma/client.ts';
import { isCursorInstant } from '../../shared/date-range.ts';
import { invalidInput } from '../../shared/errors.ts';
import { ownTurn } from '../../shared/own-turn.ts';
import { encodeKey, type Page, type PageArgs, type PageOrder, pageQuery } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { type Moment, occurrencesAfter, parseRule } from '../rrule/index.ts';
import { nextDate } from './advance-series.ts';
import { fromStored, laterOf, present, toSeries, toStored } from './dates.ts';
import { readRecurrence } from './store.ts';

/** A future date, and its number in the recurrence. */
export type Coming = { date: Moment; made: number };
/** A future date with its time zone. */
export type ComingDate = Coming & { timeZone: string };

const inTime: PageOrder = {
  name: 'occurrences',
  isKey: ([date, made]) => isCursorInstant(date) && /^\d{1,9}$/.test(made),
};

/**
 * The dates of a recurrence without a task, in order; empty if it has ended. With basis COMPLETION, each is assumed to
 * be completed on its day. Nothing is stored. @throws AppError `NOT_FOUND`, `INVALID_INPUT`.
 */
export async function previewOccurrences(
  { app, viewer }: Acting,
  { id, ...args }: { id: string } & PageArgs,
): Promise<Page<ComingDate>> {
  authorize(viewer, 'task:read');
  if (args.last != null || args.before != null) {
    const path = [args.last != null ? 'last' : 'before'];
    throw invalidInput([{ path, message: 'Future dates support only forward pagination. Use first and after.' }]);
  }
  const { limit, after } = pageQuery(args, inTime);
  const series = await readRecurrence({ app, viewer }, id);
  const from = after
    ? { date: fromStored(series, new Date(after[0])), made: Number(after[1]) }
    : startingPoint(series, app.clock.now());
  const coming = await comingInTurns(series, { from, limit: limit + 1 });
  return {
    rows: inZone(series, coming.slice(0, limit)),
    cursorOf: ({ date, made }) => encodeKey(inTime, [toStored(date).toISOString(), String(made)]),
    hasNextPage: coming.length > limit,
    hasPreviousPage: after !== null,
  };
}

/** Dates with the time zone of their recurrence. */
export function inZone({ timeZone }: Recurrence, dates: readonly Coming[]): ComingDate[] {
  return dates.map((one) => ({ ...one, timeZone }));
}

/** The dates of an active recurrence without a task, in order, like `previewOccurrences`. */
export function datesToCome(series: Recurrence, { now, limit }: { now: Date; limit: number }): Moment[] {
  return comingDates(series, { from: startingPoint(series, now), limit }).map(({ date }) => date);
}

/** The date that the future dates follow. */
export function startingPoint(series: Recurrence, now: Date): Coming {
  const reached = fromStored(series, series.reachedAt);
  const isKept = series.basis === 'SCHEDULE' && series.missed === 'ALL' && series.status === 'ACTIVE';
  return { date: isKept ? reached : laterOf(reached, present(series, now)), made: series.made };
}

/** The dates after a given one, at most `limit`. */
export function comingDates(series: Recurrence, { from, limit }: { from: Coming; limit: number }): Coming[] {
  if (series.status === 'COMPLETED' || series.status === 'CANCELLED') return [];
  if (series.basis === 'COMPLETION') return datesFromCompletion(series, { from, limit });
  const dates = occurrencesAfter({ ...toSeries(series), after: from.date, limit });
  return dates.map((date, index) => ({ date, made: from.made + index + 1 }));
}

/** Few enough that an hourly rule, which searches long for each, holds up others for a few milliseconds only. */
const pieceSize = 10;

/**
 * The same dates, a few at a time, with other work of the process in between. Those of a rule with a COUNT are computed at
 * once, because they are counted from its start.
 */
export async function comingInTurns(
  series: Recurrence,
  { from, limit }: { from: Coming; limit: number },
): Promise<Coming[]> {
  const piece = parseRule(series.rule).count === null ? pieceSize : limit;
  const coming: Coming[] = [];
  for (let last: Coming | undefined = from; last && coming.length < limit; ) {
    await ownTurn();
    const next: Coming[] = comingDates(series, { from: last, limit: Math.min(piece, limit - coming.length) });
    coming.push(...next);
    last = next.length < piece ? undefined : next.at(-1);
  }
  return coming;
}

function datesFromCompletion(series: Recurrence, { from, limit }: { from: Coming; limit: number }): Coming[] {
  const coming: Coming[] = [];
  for (let last = from; coming.length < limit; ) {
    const date = nextDate(series, { due: last.date, doneAt: last.date, made: last.made });
    if (!date) break;
    last = { date, made: last.made + 1 };
    coming.push(last);
  }
  return coming;
}
