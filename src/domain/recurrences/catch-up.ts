import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { type DueRow, rowJob } from '../../queues/contract.ts';
import type { Change } from '../records/change.ts';
import { lockByIds } from '../records/lock-records.ts';
import { oldestWanted } from '../reminder-rules/moment.ts';
import { changeOccurrence } from '../reminders/write-tasks.ts';
import { decideMissed, type Moment } from '../rrule/index.ts';
import { dueColumns } from '../tasks/due.ts';
import { changeDue } from '../work/change-due.ts';
import { jobsOf, type Work, type WorkContext } from '../work/work.ts';
import { advanceSeries } from './advance-series.ts';
import { dueOf, fromStored, present, toSeries, toStored } from './dates.ts';
import { makeOccurrence, newestSource } from './make-occurrence.ts';
import { lockOpenOccurrences, recurrenceRecords } from './store.ts';

/** The maximum number that is enqueued at once; the next scan takes the others. */
const maxQueued = 500;

const due = `FROM recurrence WHERE status = 'ACTIVE' AND "checkAt" <= $1`;

const selectDue = `SELECT id, version ${due} ORDER BY "checkAt" LIMIT ${maxQueued}`;

const catchUpJob = rowJob('recurrence.catchUp', 'recurrences');

/** Handles recurrences with a date that has passed while an occurrence is open. */
export const recurrenceWork: Work = {
  name: 'recurrence',
  jobs: [catchUpJob],
  isDue: () => `EXISTS (SELECT ${due})`,
  findDue: async ({ app: { db, clock } }) => {
    const statement = { name: 'recurrences-to-catch-up', text: selectDue, values: [clock.now()] };
    return jobsOf(catchUpJob, (await db.query<DueRow>(statement)).rows);
  },
  attempt: catchUp,
};

/**
 * Applies the policy to passed dates: ALL creates an occurrence for each, LATEST moves the open occurrence to the
 * newest one. Does nothing if the recurrence has another version than the job.
 */
async function catchUp(context: WorkContext, { id, version }: DueRow): Promise<void> {
  await changeDue(context, { table: 'recurrence', id }, async (tx, tenantId) => {
    const open = await lockOpenOccurrences(tx, { tenantId, id });
    // With the same version, no occurrence was created since, so all open ones are locked.
    const [series] = await lockByIds(tx, recurrenceRecords, tenantId, [id]);
    const isDue = series?.status === 'ACTIVE' && series.version === version && series.checkAt;
    if (series && isDue && isDue <= tx.now) await decide(tx, series, open);
  });
}

async function decide(tx: Change, series: Recurrence, open: readonly Task[]): Promise<void> {
  const { missed, reachedAt, isAllDay, timeZone } = series;
  const openAt = missed === 'ALL' ? [reachedAt] : open.flatMap(({ occurrenceAt }) => occurrenceAt ?? []);
  const decision = decideMissed({
    series: toSeries(series),
    missed,
    open: openAt.map((at) => fromStored({ isAllDay, timeZone }, at)),
    now: present(series, tx.now),
  });
  const made = await makeMissed(tx, series, decision.create);
  for (const date of decision.drop) await dropOccurrence(tx, open, date);
  const moved = decision.move && (await moveOccurrence(tx, series, { open, ...decision.move }));
  const reached = [reachedAt, ...decision.create.map(toStored), ...(moved ? [moved] : [])].map(Number);
  const changes = { made: series.made + made, reachedAt: new Date(Math.max(...reached)) };
  await advanceSeries(tx, series, { event: 'recurrence.advanced', changes });
}

async function makeMissed(tx: Change, series: Recurrence, dates: readonly Moment[]): Promise<number> {
  if (dates.length === 0) return 0;
  const source = await newestSource(tx, series);
  let made = 0;
  for (const date of dates)
    if (await makeOccurrence(tx, series, { date, source, remindSince: oldestWanted(tx.now) })) made += 1;
  return made;
}

async function dropOccurrence(tx: Change, open: readonly Task[], date: Moment): Promise<void> {
  const task = findOccurrence(open, date);
  if (task) await changeOccurrence(tx, task, { event: 'task.deleted', changes: { deletedAt: tx.now } });
}

type Moving = { open: readonly Task[]; from: Moment; to: Moment };

/** @returns the new date; null if that date already has a task, such as one completed in advance. */
async function moveOccurrence(tx: Change, { timeZone }: Recurrence, { open, from, to }: Moving): Promise<Date | null> {
  const task = findOccurrence(open, from);
  const occurrenceAt = toStored(to);
  if (!task || (await hasTask(tx, task, occurrenceAt))) return null;
  const changes = { ...dueColumns(dueOf(to, timeZone), timeZone), occurrenceAt };
  await changeOccurrence(tx, task, { event: 'task.updated', changes, remindSince: oldestWanted(tx.now) });
  return occurrenceAt;
}

async function hasTask(tx: Change, { tenantId, recurrenceId }: Task, occurrenceAt: Date): Promise<boolean> {
  const text = 'SELECT FROM task WHERE "tenantId" = $1 AND "recurrenceId" = $2 AND "occurrenceAt" = $3';
  return (await tx.query('task-of-date', text, [tenantId, recurrenceId, occurrenceAt])).length > 0;
}

function findOccurrence(open: readonly Task[], date: Moment): Task | undefined {
  return open.find(({ occurrenceAt }) => occurrenceAt?.getTime() === toStored(date).getTime());
}
