import type { Change } from '../change.ts';
import { advanceSeries } from '../recurrences/advance-series.ts';
import { lockOpenOccurrences, lockSeries } from '../recurrences/store.ts';
import { advance, type Run } from './run.ts';

/** So many series are one step. */
const stepSize = 50;

/** What follows from missed dates, and what makes the next occurrence, has to be set in motion once. */
const selectUnfinished = `
  SELECT "recurrenceId" FROM transfer_series JOIN recurrence USING ("tenantId")
  WHERE "transferId" = $1 AND recurrence.id = "recurrenceId" AND status = 'ACTIVE' AND (
    missed <> 'ONE' OR 1 + "generateAhead" > (SELECT count(*) FROM task
      WHERE task."tenantId" = recurrence."tenantId" AND task."recurrenceId" = recurrence.id
        AND task.status = 'ACTIVE' AND task."deletedAt" IS NULL))
  ORDER BY "recurrenceId" LIMIT ${stepSize}`;

const removeFinished = 'DELETE FROM transfer_series WHERE "transferId" = $1 AND "recurrenceId" = ANY($2)';

/**
 * Sets the active series of an import going when all of its rows are done: each gets the open occurrences that the file
 * did not have, such as one whose file is of completed tasks alone.
 */
export async function finishSeries(run: Run): Promise<void> {
  while (await hasUnfinished(run)) {
    await advance(run, async (tx) => {
      const ids = await unfinished(tx, run);
      for (const id of ids) await advanceOne(tx, run.held.tenantId, id);
      await tx.query('remove-finished-series', removeFinished, [run.held.id, ids]);
      return { event: 'transfer.progressed', changes: {} };
    });
  }
}

async function hasUnfinished({ acting, held }: Run): Promise<boolean> {
  const { rows } = await acting.app.db.query({ name: 'unfinished-series', text: selectUnfinished, values: [held.id] });
  return rows.length > 0;
}

async function unfinished(tx: Change, { held }: Run): Promise<string[]> {
  const rows = await tx.query<{ recurrenceId: string }>('unfinished-series', selectUnfinished, [held.id]);
  return rows.map(({ recurrenceId }) => recurrenceId);
}

async function advanceOne(tx: Change, tenantId: string, id: string): Promise<void> {
  await lockOpenOccurrences(tx, { tenantId, id });
  const [series] = await lockSeries(tx, tenantId, [id]);
  if (series?.status === 'ACTIVE') await advanceSeries(tx, series, { event: 'recurrence.advanced' });
}
