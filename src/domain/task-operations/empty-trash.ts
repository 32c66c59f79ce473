import type { Task } from '../../generated/prisma/client.ts';
import { recordEvent } from '../records/record-event.ts';
import { taskRecords } from '../tasks/store.ts';
import { inBatches } from '../work/batches.ts';
import type { PeriodicWork } from '../work/work.ts';

const dayMs = 24 * 60 * 60 * 1000;
const batchSize = 200;

/**
 * Tasks that have been in the trash since `$1`. An occurrence of an active recurrence stays until `$2`, and until every
 * earlier open date has passed: while its row exists, the recurrence does not create the date again.
 */
const isExpired = `task."deletedAt" <= $1 AND NOT EXISTS (
  SELECT FROM recurrence WHERE recurrence."tenantId" = task."tenantId" AND recurrence.id = task."recurrenceId"
    AND recurrence.status IN ('ACTIVE', 'PAUSED')
    AND (task."occurrenceAt" > least(recurrence."reachedAt", $2) OR EXISTS (
      SELECT FROM task earlier WHERE earlier."tenantId" = task."tenantId" AND earlier."recurrenceId" = task."recurrenceId"
        AND earlier.status = 'ACTIVE' AND earlier."deletedAt" IS NULL AND earlier."occurrenceAt" < task."occurrenceAt")))`;

const selectTenants = `SELECT DISTINCT "tenantId" FROM (
  SELECT "tenantId" FROM task WHERE ${isExpired} ORDER BY "deletedAt" LIMIT ${batchSize}) task`;

/** Locked in the order of ids, like all changes that lock several tasks. */
const deleteTasks = `
  WITH expired AS (
    SELECT id FROM task WHERE "tenantId" = $3 AND id = ANY (ARRAY(
      SELECT id FROM task WHERE "tenantId" = $3 AND ${isExpired} ORDER BY "deletedAt" LIMIT ${batchSize}
    )) AND "deletedAt" <= $1 ORDER BY id FOR UPDATE
  )
  DELETE FROM task USING expired WHERE task."tenantId" = $3 AND task.id = expired.id RETURNING ${taskRecords.columns}`;

/**
 * Permanently deletes the tasks that have been in the trash for `config.retention.trashDays`, with their dependent
 * rows. Each batch is a change with events.
 */
export const trashWork: PeriodicWork = {
  name: 'trash.empty',
  everyMs: 3_600_000,
  run: (context) => {
    const { clock, config } = context.app;
    const now = clock.now();
    const values = [new Date(now.getTime() - config.retention.trashDays * dayMs), now];
    return inBatches(context, {
      tenants: { name: 'tenants-of-trash', text: selectTenants, values },
      batch: async (tx, tenantId) => {
        const purged = await tx.query<Task>('purge-tasks', deleteTasks, [...values, tenantId]);
        for (const before of purged) recordEvent(tx, taskRecords, { event: 'task.purged', before, after: null });
      },
    });
  },
};
