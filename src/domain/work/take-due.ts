import type { App } from '../../app.ts';
import type { DueRow } from '../../queues/contract.ts';
import { leaseSql } from './lease.ts';

/** A job that was not taken up by then is lost, or waits; enqueueing it again does not double it. */
const queuedLeaseMs = 10_000;

/** Rows that wait until their `nextAttemptAt`. */
export type WaitingRows = {
  table: string;
  /** Which rows wait, in SQL. */
  isWaiting: string;
  /** No more than this many are in the queue, so that a backlog stays where its order is known. */
  maxQueued: number;
  /** A column of an enum type: rows of each value are taken by themselves, so that those of one delay no other. */
  lane?: { column: string; type: string };
};

/**
 * Takes what is due and nobody has, and what somebody had whose lease has run out: a job that was lost, or a worker that
 * died. The queue gets a lease of its own, so the next scan leaves it alone. Due is judged by the app's clock, leases by
 * the database's. Rows that others have locked are left to them.
 */
export async function takeDue<R extends DueRow>(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  waiting: WaitingRows,
): Promise<R[]> {
  const statement = { name: `take-due-${waiting.table}`, text: takeSql(waiting), values: [clock.now()] };
  return (await db.query<R>(statement)).rows;
}

/**
 * The ids go through an array because the planner takes a limited CTE for a tenth of the table and would join it by reading
 * the whole.
 */
function takeSql({ table, isWaiting, maxQueued, lane }: WaitingRows): string {
  const lanes = lane ? `unnest(enum_range(NULL::"${lane.type}")) AS lane(name)` : '(VALUES (1)) AS lane(name)';
  const inLane = lane ? `${table}."${lane.column}" = lane.name AND ` : '';
  return `
    WITH due AS (
      SELECT taken.id FROM ${lanes}, LATERAL (
        SELECT id FROM ${table}
        WHERE ${inLane}${isWaiting} AND "leaseExpiresAt" IS NULL AND "nextAttemptAt" <= $1
        ORDER BY "nextAttemptAt"
        LIMIT greatest(0, ${maxQueued} - (SELECT count(*) FROM ${table} WHERE ${inLane}"leaseExpiresAt" IS NOT NULL))
        FOR UPDATE SKIP LOCKED
      ) taken
    ), abandoned AS (
      SELECT id FROM ${table} WHERE "leaseExpiresAt" <= clock_timestamp()
      ORDER BY "leaseExpiresAt" LIMIT ${maxQueued} FOR UPDATE SKIP LOCKED
    )
    UPDATE ${table} SET "leaseExpiresAt" = ${leaseSql(queuedLeaseMs)}
    WHERE id = ANY (ARRAY(SELECT id FROM due UNION ALL SELECT id FROM abandoned))
    RETURNING id, version${lane ? `, "${lane.column}"` : ''}`;
}
