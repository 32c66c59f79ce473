import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { lockByIds } from '../records/lock-records.ts';
import type { Changed } from '../records/record-kind.ts';
import { saveRecord } from '../records/save-records.ts';
import { changeOccurrence } from '../reminders/write-tasks.ts';
import { advanceSeries } from './advance-series.ts';
import { isAsMade } from './as-made.ts';
import { lockOpenOccurrences, recurrenceRecords } from './store.ts';

/** The tasks without comments, subtasks, and reminders other than those they were created with. */
const selectBare = `SELECT task.id FROM task WHERE "tenantId" = $1 AND id = ANY($2)
  AND NOT EXISTS (SELECT FROM comment WHERE comment."tenantId" = $1 AND comment."taskId" = task.id)
  AND NOT EXISTS (SELECT FROM task part WHERE part."tenantId" = $1 AND part."parentId" = task.id)
  AND NOT EXISTS (SELECT FROM reminder WHERE reminder."tenantId" = $1 AND reminder."taskId" = task.id
    AND (reminder."createdAt" <> task."createdAt" OR reminder."isWithdrawn"))`;

const selectReached = `SELECT max("occurrenceAt") AS "reachedAt" FROM task WHERE "tenantId" = $1 AND "recurrenceId" = $2`;

/**
 * Withdraws the occurrences that were created when others were completed or deleted that are now open again: they are
 * moved to the trash and leave the recurrence, so that completing the others creates the same ones. Withdraws only
 * surplus occurrences, and none that was edited: one that differs from what the recurrence creates, or has its own
 * comment, subtask or reminder.
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

/** A recurrence that had its last occurrence is active again when an occurrence is reopened. */
async function goOn(tx: Change, series: Recurrence): Promise<Recurrence> {
  if (series.status !== 'COMPLETED') return series;
  return saveRecord(tx, recurrenceRecords, series, { event: 'recurrence.restored', changes: { status: 'ACTIVE' } });
}

async function withdrawFrom(tx: Change, series: Recurrence, reopened: readonly Changed<Task>[]): Promise<void> {
  // Occurrences that were created by the change that closed a task have the time of that change.
  const closedAt = new Set(reopened.map(({ before }) => Number(before.deletedAt ?? before.completedAt)));
  const ids = new Set(reopened.map(({ after }) => after.id));
  await withdrawSurplus(tx, series, ({ id, createdAt }) => closedAt.has(createdAt.getTime()) && !ids.has(id));
}

/**
 * Withdraws unedited surplus occurrences of a locked recurrence, the latest first. @returns the new state of the
 * recurrence.
 */
export async function withdrawSurplus(
  tx: Change,
  series: Recurrence,
  isMeant: (task: Task) => boolean,
): Promise<Recurrence> {
  // Read again: an occurrence may have been created before the recurrence was locked.
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

/** Moves occurrences to the trash and removes them from their recurrence, so that their dates can be created again. */
async function leaveSeries(tx: Change, tasks: readonly Task[]): Promise<void> {
  const changes = { deletedAt: tx.now, recurrenceId: null, occurrenceAt: null };
  for (const task of tasks) await changeOccurrence(tx, task, { event: 'task.deleted', changes });
}
