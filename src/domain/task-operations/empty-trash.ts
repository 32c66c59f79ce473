import type { App } from '../../app.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { SystemActing } from '../records/acting.ts';
import { changeAsSystem } from '../records/change.ts';
import { taskRecords } from '../tasks/store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const batchSize = 200;

/**
 * What has been in the trash since `$1`. A date of a running series stays until `$2` and every open date before its own
 * have passed: as long as that date has a task, the series does not make it again.
 */
const isExpired = `task."deletedAt" <= $1 AND NOT EXISTS (
  SELECT FROM recurrence WHERE recurrence."tenantId" = task."tenantId" AND recurrence.id = task."recurrenceId"
    AND recurrence.status IN ('ACTIVE', 'PAUSED')
    AND (task."occurrenceAt" > least(recurrence."reachedAt", $2) OR EXISTS (
      SELECT FROM task earlier WHERE earlier."tenantId" = task."tenantId" AND earlier."recurrenceId" = task."recurrenceId"
        AND earlier.status = 'ACTIVE' AND earlier."deletedAt" IS NULL AND earlier."occurrenceAt" < task."occurrenceAt")))`;

const selectTenants = `SELECT DISTINCT "tenantId" FROM (
  SELECT "tenantId" FROM task WHERE ${isExpired} ORDER BY "deletedAt" LIMIT ${batchSize}) task`;

/** Locked in the order of ids, as by whatever else locks several tasks. */
const deleteTasks = `
  WITH expired AS (
    SELECT id FROM task WHERE "tenantId" = $3 AND id = ANY (ARRAY(
      SELECT id FROM task WHERE "tenantId" = $3 AND ${isExpired} ORDER BY "deletedAt" LIMIT ${batchSize}
    )) AND "deletedAt" <= $1 ORDER BY id FOR UPDATE
  )
  DELETE FROM task USING expired WHERE task."tenantId" = $3 AND task.id = expired.id RETURNING ${taskRecords.columns}`;

/**
 * Deletes for good, with all that hangs on them, the tasks that have been in the trash for `config.retention.trashDays`.
 * In batches, each a change of its own that subscribers and the log are told of; stopped or repeated, the next run goes on.
 */
export async function emptyTrash(
  app: SystemActing['app'] & Pick<App, 'config'>,
  { requestId, signal }: { requestId: string; signal: AbortSignal },
): Promise<void> {
  const until = new Date(app.clock.now().getTime() - app.config.retention.trashDays * dayMs);
  while (!signal.aborted) {
    const values = [until, app.clock.now()];
    const { rows } = await app.db.query<{ tenantId: string }>({
      name: 'tenants-of-trash',
      text: selectTenants,
      values,
    });
    if (rows.length === 0) return;
    for (const { tenantId } of rows) {
      await changeAsSystem({ app, tenantId, requestId }, async (tx) => {
        const purged = await tx.query<Task>('purge-tasks', deleteTasks, [...values, tenantId]);
        for (const task of purged) tx.record({ type: 'task.purged', objectId: task.id, before: task, after: null });
        return {};
      });
    }
  }
}
