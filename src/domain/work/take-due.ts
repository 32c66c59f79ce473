import type { App } from '../../app.ts';
import type { DueRow } from '../../queues/contract.ts';
import { leaseSql, usualLeaseMs } from './lease.ts';

/** Rows that wait until their `nextAttemptAt`. */
export type WaitingRows = {
  table: string;
  /** The SQL condition for waiting rows. */
  isWaiting: string;
  /** The maximum number in the queue; further due rows stay in the table, in their order. */
  maxQueued: number;
  /** The maximum number of one tenant in the queue, so that there is room for others. */
  maxOfTenant: number;
  /** An enum column: rows of each value are taken separately, so that one value does not delay another. */
  lane?: { column: string; type: string };
};

/**
 * Takes due rows without a lease, and rows whose lease has expired because a job was lost or a worker died. The queue
 * gets a lease, so the next scans skip them; a job that was not claimed by then is lost or waiting, and enqueueing it
 * again does not duplicate it. Due times are on the clock of the app, leases on that of the database.
 * Rows that others have locked are skipped.
 */
export async function takeDue<R extends DueRow>(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  waiting: WaitingRows,
): Promise<R[]> {
  const statement = { name: `take-due-${waiting.table}`, text: takeSql(waiting), values: [clock.now()] };
  return (await db.query<R>(statement)).rows;
}

/**
 * The ids are passed as an array: the planner estimates a limited CTE as a tenth of the table and would join it with a
 * full scan.
 */
function takeSql({ table, isWaiting, maxQueued, maxOfTenant, lane }: WaitingRows): string {
  const lanes = lane ? `unnest(enum_range(NULL::"${lane.type}")) AS lane(name)` : '(VALUES (1)) AS lane(name)';
  const inLane = lane ? `${table}."${lane.column}" = lane.name AND ` : '';
  const laneName = lane ? `"${lane.column}"` : '1';
  return `
    WITH queued AS (
      SELECT "tenantId", ${laneName} AS lane, count(*) FROM ${table} WHERE "leaseExpiresAt" IS NOT NULL GROUP BY 1, 2
    ), candidate AS (
      SELECT taken.id, taken."tenantId", lane.name FROM ${lanes}, LATERAL (
        SELECT id, "tenantId", "nextAttemptAt" FROM ${table}
        WHERE ${inLane}${isWaiting} AND "leaseExpiresAt" IS NULL AND "nextAttemptAt" <= $1
          AND "tenantId" <> ALL (ARRAY(
            SELECT "tenantId" FROM queued WHERE queued.lane = lane.name AND count >= ${maxOfTenant}))
        ORDER BY "nextAttemptAt"
        LIMIT greatest(0, ${maxQueued} - (SELECT coalesce(sum(count), 0) FROM queued WHERE queued.lane = lane.name))
        FOR UPDATE SKIP LOCKED
      ) taken
    ), due AS (
      SELECT id FROM (
        SELECT id, coalesce(count, 0) + row_number() OVER (PARTITION BY candidate."tenantId", name) AS place
        FROM candidate LEFT JOIN queued ON queued."tenantId" = candidate."tenantId" AND queued.lane = name
      ) placed WHERE place <= ${maxOfTenant}
    ), abandoned AS (
      SELECT id FROM ${table} WHERE "leaseExpiresAt" <= clock_timestamp()
      ORDER BY "leaseExpiresAt" LIMIT ${maxQueued} FOR UPDATE SKIP LOCKED
    )
    UPDATE ${table} SET "leaseExpiresAt" = ${leaseSql(usualLeaseMs)}
    WHERE id = ANY (ARRAY(SELECT id FROM due UNION ALL SELECT id FROM abandoned))
    RETURNING id, version, "tenantId"${lane ? `, "${lane.column}"` : ''}`;
}
