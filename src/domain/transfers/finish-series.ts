import type { Recurrence } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { lockByIds } from '../records/lock-records.ts';
import { saveRecords } from '../records/save-records.ts';
import { advanceSeries } from '../recurrences/advance-series.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import { completeStep, type TransferAttempt } from './run.ts';

/** The number of recurrences in one step: each can get 200 occurrences. */
const stepSize = 10;

const selectUnfinished = `SELECT "recurrenceId" FROM transfer_series WHERE "transferId" = $1 AND "isActive"
  ORDER BY "recurrenceId" LIMIT ${stepSize}`;

/**
 * In the order of ids, like all changes that lock several tasks, and before their recurrences, like completing an
 * occurrence.
 */
const lockOpen = `SELECT "recurrenceId" FROM task
  WHERE "tenantId" = $1 AND "recurrenceId" = ANY($2) AND status = 'ACTIVE' AND "deletedAt" IS NULL
  ORDER BY id FOR UPDATE`;

const markFinished = `UPDATE transfer_series SET "isActive" = false WHERE "transferId" = $1 AND "recurrenceId" = ANY($2)`;

/**
 * Resumes the recurrences that are active in the file after all rows are imported. Each gets the open occurrences that
 * the file did not have, for example if it had only completed tasks. Undoing this step pauses them again, so that
 * nothing is created while the earlier steps are undone.
 */
export async function finishSeries(run: TransferAttempt): Promise<void> {
  for (;;) {
    const { acting, lease } = run;
    const { rows } = await acting.app.db.query<{ recurrenceId: string }>(selectUnfinished, [lease.row.id]);
    const ids = rows.map(({ recurrenceId }) => recurrenceId);
    if (ids.length === 0) return;
    await completeStep(run, async (tx) => {
      await resumeAll(tx, lease.row.tenantId, ids);
      await tx.write('mark-finished-series', markFinished, [lease.row.id, ids]);
      return { event: 'transfer.progressed', changes: {} };
    });
  }
}

/** A recurrence that somebody has ended or resumed in the meantime is not changed. */
async function resumeAll(tx: Change, tenantId: string, ids: readonly string[]): Promise<void> {
  const open = await tx.query<{ recurrenceId: string }>('lock-open-of-series', lockOpen, [tenantId, ids]);
  const openOf = countBySeries(open);
  const paused = (await lockByIds(tx, recurrenceRecords, tenantId, ids)).filter(({ status }) => status === 'PAUSED');
  const isWhole = ({ id, missed, generateAhead }: Recurrence) =>
    missed === 'ONE' && (openOf.get(id) ?? 0) > generateAhead;
  const changes = { status: 'ACTIVE' } as const;
  const event = 'recurrence.resumed';
  const whole = paused.filter(isWhole);
  await saveRecords(
    tx,
    recurrenceRecords,
    whole.map((before) => ({ before, event, changes })),
  );
  for (const series of paused) if (!isWhole(series)) await advanceSeries(tx, series, { event, changes });
}

function countBySeries(open: readonly { recurrenceId: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { recurrenceId } of open) counts.set(recurrenceId, (counts.get(recurrenceId) ?? 0) + 1);
  return counts;
}
