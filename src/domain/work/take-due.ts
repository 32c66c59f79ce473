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
  /** SQL: what rows of a tenant share, such as a slow server. See `DueRow`. */
  group?: string;
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
 * If few rows are due, they are read in the order of time. If more are due than the queue can have, the first ones may be
 * those of a few tenants, so the first of each tenant are read by an index that begins with the tenant. So the rows of a
 * tenant that has its share of the queue cost nothing, however many there are. Tenants take turns.
 *
 * The ids are passed as an array: the planner estimates a limited CTE as a tenth of the table and would join it with a
 * full scan.
 */
function takeSql({ table, isWaiting, maxQueued, maxOfTenant, lane, group }: WaitingRows): string {
  const lanes = lane ? `unnest(enum_range(NULL::"${lane.type}")) AS lane(name)` : '(VALUES (1)) AS lane(name)';
  const laneName = lane ? `"${lane.column}"` : '1';
  const waitingIn = (name: string) =>
    `${lane ? `${table}."${lane.column}" = ${name} AND ` : ''}${isWaiting} AND "leaseExpiresAt" IS NULL`;
  const nextTenant = (name: string, after: string) =>
    `(SELECT "tenantId" FROM ${table} WHERE ${waitingIn(name)}${after} ORDER BY "tenantId" LIMIT 1)`;
  return `
    WITH RECURSIVE queued AS (
      SELECT "tenantId", ${laneName} AS lane, count(*) FROM ${table} WHERE "leaseExpiresAt" IS NOT NULL GROUP BY 1, 2
    ), first AS (
      SELECT lane.name, due.* FROM ${lanes}, LATERAL (
        SELECT id, "tenantId", "nextAttemptAt" FROM ${table}
        WHERE ${waitingIn('lane.name')} AND "nextAttemptAt" <= $1 ORDER BY "nextAttemptAt" LIMIT ${maxQueued}
      ) due
    ), crowded AS (
      SELECT name FROM first GROUP BY name HAVING count(*) = ${maxQueued}
    ), tenant AS (
      SELECT name, ${nextTenant('name', '')} AS id FROM crowded
      UNION ALL
      SELECT name, ${nextTenant('tenant.name', ' AND "tenantId" > tenant.id')} FROM tenant WHERE tenant.id IS NOT NULL
    ), found AS (
      SELECT * FROM first WHERE name NOT IN (SELECT name FROM crowded)
      UNION ALL
      SELECT tenant.name, due.* FROM tenant, LATERAL (
        SELECT id, "tenantId", "nextAttemptAt" FROM ${table}
        WHERE ${waitingIn('tenant.name')} AND "tenantId" = tenant.id AND "nextAttemptAt" <= $1 ORDER BY "nextAttemptAt"
        LIMIT greatest(0, ${maxOfTenant} - coalesce(
          (SELECT count FROM queued WHERE queued."tenantId" = tenant.id AND queued.lane = tenant.name), 0))
      ) due
    ), ranked AS (
      SELECT found.id, name, "nextAttemptAt",
        coalesce(count, 0) + row_number() OVER (PARTITION BY found."tenantId", name ORDER BY "nextAttemptAt") AS place
      FROM found LEFT JOIN queued ON queued."tenantId" = found."tenantId" AND queued.lane = name
    ), fitting AS (
      SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY name ORDER BY place, "nextAttemptAt")
          + (SELECT coalesce(sum(count), 0) FROM queued WHERE queued.lane = name) AS size
        FROM ranked WHERE place <= ${maxOfTenant}
      ) turns WHERE size <= ${maxQueued}
    ), due AS (
      SELECT id FROM ${table} WHERE id = ANY (ARRAY(SELECT id FROM fitting)) AND ${isWaiting} AND "leaseExpiresAt" IS NULL
      FOR UPDATE SKIP LOCKED
    ), abandoned AS (
      SELECT id FROM ${table} WHERE "leaseExpiresAt" <= clock_timestamp()
      ORDER BY "leaseExpiresAt" LIMIT ${maxQueued} FOR UPDATE SKIP LOCKED
    )
    UPDATE ${table} SET "leaseExpiresAt" = ${leaseSql(usualLeaseMs)}
    WHERE id = ANY (ARRAY(SELECT id FROM due UNION ALL SELECT id FROM abandoned))
    RETURNING id, version, "tenantId"${lane ? `, "${lane.column}"` : ''}${group ? `, ${group} AS "group"` : ''}`;
}

/** Whether there are rows for `takeDue`: the condition of `Work.isDue`. */
export function hasDue({ table, isWaiting }: Pick<WaitingRows, 'table' | 'isWaiting'>): string {
  return `EXISTS (SELECT FROM ${table} WHERE ${isWaiting} AND "leaseExpiresAt" IS NULL AND "nextAttemptAt" <= $1)
    OR EXISTS (SELECT FROM ${table} WHERE "leaseExpiresAt" <= clock_timestamp())`;
}
