import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { lockByIds } from '../records/lock-records.ts';
import type { Changed } from '../records/record-kind.ts';
import { saveRecord } from '../records/save-records.ts';
import { changeOccurrence } from '../reminders/write-tasks.ts';
import { advanceSeries } from './advance-series.ts';
import { isAsMade } from './as-made.ts';
import { lockOpenOccurrences, recurrenceRecords } from './store.ts';

/** Which of these tasks have no comment, no subtask, and no reminder beside those that they were made with. */
const selectBare = `SELECT task.id FROM task WHERE "tenantId" = $1 AND id = ANY($2)
  AND NOT EXISTS (SELECT FROM comment WHERE comment."tenantId" = $1 AND comment."taskId" = task.id)
  AND NOT EXISTS (SELECT FROM task part WHERE part."tenantId" = $1 AND part."parentId" = task.id)
  AND NOT EXISTS (SELECT FROM reminder WHERE reminder."tenantId" = $1 AND reminder."taskId" = task.id
    AND (reminder."createdAt" <> task."createdAt" OR reminder."isWithdrawn"))`;

const selectReached = `SELECT max("occurrenceAt") AS "reachedAt" FROM task WHERE "tenantId" = $1 AND "recurrenceId" = $2`;

/**
 * Takes back the occurrences that were made when others were completed or deleted, now that those are open again: they go to
 * the trash and out of the series, so that completing the others once more makes the same ones. Only as many as the series
 * has too many of, and none that somebody has touched: one that differs from what the series makes, or that has a comment, a
 * subtask or a reminder of its own.
 */
export async function withdrawNext(tx: Change, reopened: readonly Changed<Task>[]): Promise<void> {
  const [first] = reopened;
  if (!first) return;
  const { tenantId } = first.after;
  const ids = [...new Set(reopened.flatMap(({ after }) => after.recurrenceId ?? []))].sort();
  for (const id of ids) await lockOpenOccurrences(tx, { tenantId, id });
  for (const locked of await lockByIds(tx, recurrenceRecords, tenantId, ids)) {
    const series = await goOn(tx, locked);
    const ofSeries = reopened.filter(({ after }) => after.recurrenceId === series.id);
    const isRunning = series.status === 'ACTIVE' || series.status === 'PAUSED';
    if (isRunning) await withdrawFrom(tx, series, ofSeries);
  }
}

/** A series that has had its last occurrence is not over any more when one of them is open again. */
async function goOn(tx: Change, series: Recurrence): Promise<Recurrence> {
  if (series.status !== 'COMPLETED') return series;
  return saveRecord(tx, recurrenceRecords, series, { event: 'recurrence.restored', changes: { status: 'ACTIVE' } });
}

async function withdrawFrom(tx: Change, series: Recurrence, reopened: readonly Changed<Task>[]): Promise<void> {
  // What was made by the change that closed a task has the moment of that change.
  const closedAt = new Set(reopened.map(({ before }) => Number(before.deletedAt ?? before.completedAt)));
  const ids = new Set(reopened.map(({ after }) => after.id));
  await withdrawSurplus(tx, series, ({ id, createdAt }) => closedAt.has(createdAt.getTime()) && !ids.has(id));
}

/**
 * Takes back untouched occurrences, the latest first, as far as a locked series has more open than it keeps.
 * @returns the series after it.
 */
export async function withdrawSurplus(
  tx: Change,
  series: Recurrence,
  isMeant: (task: Task) => boolean,
): Promise<Recurrence> {
  // Read anew: one may have been made before the series was locked.
  const open = await lockOpenOccurrences(tx, series);
  const tooMany = open.length - (1 + series.generateAhead);
  if (tooMany <= 0) return series;
  const meant = open.filter((task) => isMeant(task) && isAsMade(series, task));
  const ids = meant.map(({ id }) => id);
  const bare = await tx.query<{ id: string }>('bare-occurrences', selectBare, [series.tenantId, ids]);
  const untouched = new Set(bare.map(({ id }) => id));
  const withdrawn = meant.filter(({ id }) => untouched.has(id)).slice(-tooMany);
  if (withdrawn.length === 0) return series;
  await leaveSeries(tx, withdrawn);
  const [reach] = await tx.query<{ reachedAt: Date | null }>('reach-of-series', selectReached, [
    series.tenantId,
    series.id,
  ]);
  const changes = { reachedAt: reach?.reachedAt ?? series.reachedAt, made: series.made - withdrawn.length };
  return (await advanceSeries(tx, series, { event: 'recurrence.advanced', changes })).recurrence;
}

/** Puts occurrences into the trash and out of their series, so that their dates can be made again. */
async function leaveSeries(tx: Change, tasks: readonly Task[]): Promise<void> {
  const changes = { deletedAt: tx.now, recurrenceId: null, occurrenceAt: null };
  for (const task of tasks) await changeOccurrence(tx, task, { event: 'task.deleted', changes });
}
