import type { ExecutionApp } from './append-events.ts';

/** Which claim of which execution: the fencing token is its number. */
export type ClaimId = { id: string; token: number };

const renew = `
  UPDATE execution SET "renewedAt" = clock_timestamp(),
    "leaseExpiresAt" = clock_timestamp() + $3::float8 * interval '1 millisecond'
  WHERE id = $1 AND "fencingToken" = $2 AND status = 'RUNNING'
  RETURNING "cancelRequestedAt" IS NOT NULL AS "isCancelled"`;

/** Renews the lease on the database's clock. @returns null when it is no longer ours. */
export async function renewLease(app: ExecutionApp, { id, token }: ClaimId): Promise<{ isCancelled: boolean } | null> {
  const values = [id, token, app.config.executions.leaseMs];
  const { rows } = await app.db.query<{ isCancelled: boolean }>({ name: 'renew-lease', text: renew, values });
  return rows[0] ?? null;
}

const readLease = `
  SELECT "cancelRequestedAt" IS NOT NULL AS "isCancelled",
    status = 'RUNNING' AND "fencingToken" = $2 AS "isOurs",
    (SELECT count(*) FROM event WHERE event."tenantId" = execution."tenantId" AND event."changeId" = $3)::int AS "eventCount"
  FROM execution WHERE id = $1`;

type LeaseState = { isCancelled: boolean; isOurs: boolean; eventCount: number };

/** Why a write was refused: `eventCount` tells whether an earlier try of the same change went through after all. */
export async function readLeaseState(
  { db }: Pick<ExecutionApp, 'db'>,
  { id, token }: ClaimId,
  changeId: string,
): Promise<LeaseState | null> {
  const values = [id, token, changeId];
  const { rows } = await db.query<LeaseState>({ name: 'read-lease', text: readLease, values });
  return rows[0] ?? null;
}
