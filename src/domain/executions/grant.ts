import type { RunnerApp } from './move.ts';

/** A grant of the run lease: the execution, and the fencing token that came with it. */
export type Grant = { id: string; token: number };

const renew = `
  UPDATE execution SET "leaseExpiresAt" = clock_timestamp() + $3::float8 * interval '1 millisecond'
  WHERE id = $1 AND "fencingToken" = $2 AND status = 'RUNNING'
  RETURNING "cancelRequestedAt" IS NOT NULL AS "isCancelled"`;

/** Renews the lease on the database's clock. @returns null when it is no longer ours. */
export async function renewLease(app: RunnerApp, { id, token }: Grant): Promise<{ isCancelled: boolean } | null> {
  const values = [id, token, app.config.executions.leaseMs];
  const { rows } = await app.db.query<{ isCancelled: boolean }>({ name: 'renew-run-lease', text: renew, values });
  return rows[0] ?? null;
}

const readHold = `
  SELECT "cancelRequestedAt" IS NOT NULL AS "isCancelled",
    status = 'RUNNING' AND "fencingToken" = $2 AS "isOurs",
    (SELECT count(*) FROM event WHERE event."tenantId" = execution."tenantId" AND event."changeId" = $3)::int AS "eventCount",
    version
  FROM execution WHERE id = $1`;

export type HoldState = { isCancelled: boolean; isOurs: boolean; eventCount: number; version: number };

/** Why a write was refused: `eventCount` tells whether an earlier try of the same change went through after all. */
export async function readHoldState(app: RunnerApp, { id, token }: Grant, changeId: string): Promise<HoldState | null> {
  const { rows } = await app.db.query<HoldState>({ name: 'read-hold', text: readHold, values: [id, token, changeId] });
  return rows[0] ?? null;
}
