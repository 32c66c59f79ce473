import type { Config } from '../../config/config.ts';
import type { PeriodicWork } from '../work/work.ts';

type Retention = Config['retention'];

const dayMs = 24 * 60 * 60 * 1000;

/** Cursors start at the first event that is recent enough. The search continues from the last run. */
const moveOldest = `
  UPDATE event_stream SET "oldestSeq" = greatest("oldestSeq", coalesce(
    (SELECT seq - 1 FROM event WHERE seq > (SELECT "oldestSeq" FROM event_stream) AND "occurredAt" >= $1
     ORDER BY seq LIMIT 1),
    "lastSeq"))`;

/**
 * Data to delete after a number of days, in batches, the oldest first. Only data whose deletion needs no event:
 * emptyTrash deletes tasks from the trash.
 */
const deletions: readonly { days: (retention: Retention) => number; sql: string }[] = [
  {
    days: () => 0,
    sql: `DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM idempotency_key WHERE "expiresAt" <= $1 ORDER BY "expiresAt" LIMIT 5000))`,
  },
  {
    // Events that no cursor needs.
    days: ({ logDays }) => logDays,
    sql: `DELETE FROM event WHERE id IN (
      SELECT id FROM event WHERE seq <= (SELECT "oldestSeq" FROM event_stream) ORDER BY seq LIMIT 5000
    ) AND "occurredAt" < $1`,
  },
  {
    // They contain addresses of people who may never have joined.
    days: () => 30,
    sql: `DELETE FROM invitation WHERE id IN (SELECT id FROM invitation WHERE "expiresAt" <= $1 LIMIT 1000)`,
  },
  {
    // Including their steps and logs.
    days: ({ executionDays }) => executionDays,
    sql: `DELETE FROM execution WHERE id IN (
      SELECT id FROM execution WHERE "finishedAt" <= $1 ORDER BY "finishedAt" LIMIT 100)`,
  },
  {
    // Reminders of an open task are shown with it, and those of the newest occurrence are copied to the next one.
    days: ({ reminderDays }) => reminderDays,
    sql: `DELETE FROM reminder WHERE id IN (
      SELECT reminder.id FROM reminder JOIN task ON task."tenantId" = reminder."tenantId" AND task.id = reminder."taskId"
      WHERE reminder.status IN ('SENT', 'FAILED', 'CANCELLED', 'EXPIRED') AND reminder."updatedAt" <= $1
        AND (task.status = 'COMPLETED' OR task."deletedAt" IS NOT NULL)
        AND (task."recurrenceId" IS NULL OR EXISTS (
          SELECT FROM task later WHERE later."tenantId" = task."tenantId" AND later."recurrenceId" = task."recurrenceId"
            AND later."occurrenceAt" > task."occurrenceAt"))
      ORDER BY reminder."updatedAt" LIMIT 1000)`,
  },
];

/**
 * Deletes expired data according to `config.retention`: idempotency keys, cursors, events, invitations, executions and
 * reminders. It deletes in batches, so that nothing waits for it. If it is interrupted or repeated, the next run
 * continues.
 */
export const retentionWork: PeriodicWork = {
  name: 'retention.prune',
  everyMs: 3_600_000,
  run: async ({ app: { db, clock, config }, signal }) => {
    const nowMs = clock.now().getTime();
    const before = (days: number) => new Date(nowMs - days * dayMs);
    await db.query(moveOldest, [before(config.retention.streamDays)]);
    for (const { days, sql } of deletions) {
      let deleted = 1;
      while (deleted > 0 && !signal.aborted) {
        deleted = (await db.query(sql, [before(days(config.retention))])).rowCount ?? 0;
      }
    }
  },
};
