import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { saveRecord } from '../records/save-records.ts';
import { type Moment, nextOccurrence, occurrencesAfter } from '../rrule/index.ts';
import type { ReminderSource } from './carry-reminders.ts';
import { comesAt, fromStored, laterOf, present, toSeries, toStored } from './dates.ts';
import { makeOccurrence, newestSource } from './make-occurrence.ts';
import { type RecurrenceChanges, recurrenceRecords } from './store.ts';
import type { RecurrenceTransition } from './transitions.ts';

type OccurrenceRequest = {
  /** The event of the recurrence; `recurrence.completed` replaces it if the recurrence ends. */
  event: RecurrenceTransition;
  /** Further changes of the recurrence. */
  changes?: RecurrenceChanges;
  /** When the last open occurrence was completed, which basis COMPLETION counts from. */
  doneAt?: Moment;
  /** How many occurrences to make at least, however many are open. */
  atLeast?: number;
  /** Whose reminders are carried on; those of the newest occurrence unless given. */
  source?: () => Promise<ReminderSource | null>;
};

/** The new state of the recurrence, the created occurrences, and the number of open occurrences. */
type OccurrenceResult = { recurrence: Recurrence; made: Task[]; openCount: number };

/** The progress of a recurrence. */
type Reach = { due: Moment; doneAt: Moment; made: number; doneAhead?: readonly Moment[] };
type Open = { count: number; earliest: Date | null };

/**
 * Creates occurrences of a locked recurrence until 1 + generateAhead are open, and records its progress. The recurrence
 * is COMPLETED when there are no more dates and no open occurrences. A recurrence that is not ACTIVE creates none.
 * Calling it again creates none.
 */
export async function advanceSeries(
  tx: Change,
  before: Recurrence,
  { event, changes = {}, atLeast = 0, ...advance }: OccurrenceRequest,
): Promise<OccurrenceResult> {
  const series = { ...before, ...changes };
  const open = await readOpen(tx, series);
  if (series.status !== 'ACTIVE') {
    return { recurrence: await saveProgress(tx, before, { event, changes }), made: [], openCount: open.count };
  }
  const missing = Math.max(atLeast, 1 + series.generateAhead - open.count);
  const { made, reach, isOver } = await makeNext(tx, series, { missing, open, ...advance });
  const count = open.count + made.length;
  const earliest = open.earliest ?? made[0]?.occurrenceAt ?? null;
  const reached = { made: reach.made, reachedAt: toStored(reach.due) };
  const checkAt = nextCheck({ ...series, ...reached }, earliest, tx.now);
  const isCompleted = isOver && count === 0;
  const recurrence = await saveProgress(tx, before, {
    event: isCompleted ? 'recurrence.completed' : event,
    changes: { ...changes, ...reached, checkAt, status: isCompleted ? 'COMPLETED' : series.status },
  });
  return { recurrence, made, openCount: count };
}

type Making = Pick<OccurrenceRequest, 'doneAt' | 'source'> & { missing: number; open: Open };

/** A date that already has a task, such as one completed in advance, is skipped. */
async function makeNext(tx: Change, series: Recurrence, { missing, open, doneAt, source }: Making) {
  const now = present(series, tx.now);
  const due = fromStored(series, series.reachedAt);
  const made: Task[] = [];
  const doneAhead = series.basis === 'COMPLETION' ? await datesDoneAhead(tx, series) : [];
  const since = (open.count === 0 && doneAt) || laterOf(due, now);
  let reach: Reach = { due, doneAt: since, made: series.made, doneAhead };
  let reminders: ReminderSource | null | undefined;
  while (made.length < missing) {
    const dates = nextDates(series, reach, missing - made.length);
    if (dates.length === 0) return { made, reach, isOver: true };
    if (reminders === undefined) reminders = await (source ?? (() => newestSource(tx, series)))();
    for (const date of dates) {
      const task = await makeOccurrence(tx, series, { date, source: reminders });
      if (task) made.push(task);
      reach = { due: date, doneAt: laterOf(date, now), made: series.made + made.length, doneAhead };
    }
  }
  return { made, reach, isOver: false };
}

const selectDoneAhead = `SELECT DISTINCT date_trunc('second', "occurrenceAt") AS date FROM task
  WHERE "tenantId" = $1 AND "recurrenceId" = $2 AND "occurrenceAt" > $3 AND (status <> 'ACTIVE' OR "deletedAt" IS NOT NULL)
  ORDER BY date LIMIT 100`;

async function datesDoneAhead(tx: Change, series: Recurrence): Promise<Moment[]> {
  const values = [series.tenantId, series.id, toStored(present(series, tx.now))];
  const rows = await tx.query<{ date: Date }>('dates-done-ahead', selectDoneAhead, values);
  return rows.map(({ date }) => fromStored(series, date));
}

/**
 * Some of the next dates; empty if the recurrence has ended. A SCHEDULE with a COUNT is counted from its start only
 * once.
 */
function nextDates(series: Recurrence, reach: Reach, limit: number): Moment[] {
  if (series.basis === 'COMPLETION') {
    const date = nextDate(series, reach);
    return date ? [date] : [];
  }
  const after = series.missed === 'ALL' ? reach.due : laterOf(reach.due, reach.doneAt);
  return occurrencesAfter({ ...toSeries(series), after, limit });
}

/** The next date; null if the recurrence has ended. */
export function nextDate(series: Recurrence, { made, ...reach }: Reach): Moment | null {
  const { basis, missed, madeBefore } = series;
  return nextOccurrence({ series: toSeries(series), basis, missed, ...reach, made: made - madeBefore });
}

/** The time of the next date that the policy for missed dates applies to. */
function nextCheck(series: Recurrence, earliest: Date | null, now: Date): Date | null {
  if (series.basis === 'COMPLETION' || series.missed === 'ONE' || !earliest) return null;
  const after =
    series.missed === 'ALL'
      ? fromStored(series, series.reachedAt)
      : laterOf(fromStored(series, earliest), present(series, now));
  const [date] = occurrencesAfter({ ...toSeries(series), after, limit: 1 });
  return date ? comesAt(date, series.timeZone) : null;
}

const countOpen = `SELECT count(*)::int AS count, min("occurrenceAt") AS earliest FROM task
  WHERE "tenantId" = $1 AND "recurrenceId" = $2 AND status = 'ACTIVE' AND "deletedAt" IS NULL`;

async function readOpen(tx: Change, { tenantId, id }: Recurrence): Promise<Open> {
  const [open] = await tx.query<Open>('open-occurrences', countOpen, [tenantId, id]);
  return open ?? { count: 0, earliest: null };
}

/** Writes the changes; if nothing was created, there is no event. */
async function saveProgress(
  tx: Change,
  before: Recurrence,
  { event, changes }: { event: RecurrenceTransition; changes: RecurrenceChanges },
): Promise<Recurrence> {
  const isNews = Object.entries(changes).some(
    ([column, value]) => JSON.stringify(value) !== JSON.stringify(before[column as keyof Recurrence]),
  );
  return isNews ? saveRecord(tx, recurrenceRecords, before, { event, changes }) : before;
}
