import { rolePermissions } from '../../auth/permissions.ts';
import type { Role, StepStatus, StepWait } from '../../generated/prisma/enums.ts';
import { newId } from '../../shared/ids.ts';
import { appendedEvents, move, type RunnerApp } from './move.ts';
import { loggedExecution, loggedStep } from './rows.ts';

/** A step as its execution's holder keeps it in mind. */
export type RunStep = {
  position: number;
  name: string;
  status: StepStatus;
  dependsOn: readonly string[];
  attempt: number;
  maxAttempts: number;
  timeoutSeconds: number;
  replaySafe: boolean;
  waitsFor: StepWait | null;
  /** On this process's monotonic clock, when a WAITING one goes on. */
  dueMs: number | null;
  output: unknown;
  /** Whether the attempt goes on after a wait that it asked for. */
  isResumed: boolean;
};

/** An execution whose run lease was granted to us, with all that running it takes. */
export type Claim = {
  id: string;
  tenantId: string;
  plan: unknown;
  priority: number;
  token: number;
  /** How long it may still run. */
  leftMs: number;
  isCancelled: boolean;
  /** Whether its submitter may still submit executions. */
  isAllowed: boolean;
  /** In the order of running. */
  steps: RunStep[];
};

type StepRow = Omit<RunStep, 'dueMs' | 'isResumed'> & { wakeMs: number | null };
type ClaimRow = Omit<Claim, 'steps'> & { hasStarted: boolean; steps: StepRow[] };

/** One statement: the lease is granted, and the first step of a new execution is begun with it. */
const claim = `
  WITH due AS MATERIALIZED (
    SELECT e.*, EXISTS (
        SELECT FROM membership m WHERE m."tenantId" = e."tenantId" AND m."userId" = e."submitterId"
          AND m."removedAt" IS NULL AND m.role = ANY($4::"Role"[])) AS "isAllowed"
    FROM execution e
    WHERE e.id = $1 AND e.version = $2
      AND (e.status = 'QUEUED' OR e.status = 'WAITING' AND e."wakeAt" <= clock_timestamp())
    FOR NO KEY UPDATE OF e
  ), first AS MATERIALIZED (
    SELECT s.* FROM due JOIN execution_step s ON s."executionId" = due.id AND s.position = 1
    WHERE due."startedAt" IS NULL AND due."isAllowed" AND s.status = 'QUEUED'
  ), claimed AS (
    UPDATE execution e SET status = 'RUNNING', "fencingToken" = e."fencingToken" + 1, version = e.version + 1,
      "leaseExpiresAt" = clock_timestamp() + $3::float8 * interval '1 millisecond', "claimedAt" = clock_timestamp(),
      "startedAt" = coalesce(e."startedAt", clock_timestamp()), "updatedAt" = clock_timestamp(), "wakeAt" = NULL,
      "currentStep" = (SELECT name FROM first)
    FROM due WHERE e.id = due.id
    RETURNING e.*
  ), started AS (
    UPDATE execution_step s SET status = 'RUNNING', attempt = 1, "startedAt" = clock_timestamp()
    FROM first WHERE s."executionId" = first."executionId" AND s.position = first.position
    RETURNING s.*
  ), logged AS (${appendedEvents(
    `SELECT 1 AS n, claimed."tenantId", 'execution.started' AS type, claimed.id AS "objectId",
       ${loggedExecution('due')} AS before, ${loggedExecution('claimed')} AS after
     FROM claimed JOIN due USING (id)
     UNION ALL
     SELECT 2, started."tenantId", 'executionStep.started', started.id,
       ${loggedStep('first', 'claimed')}, ${loggedStep('started', 'claimed')}
     FROM started, first, claimed`,
    { changeId: '$5', requestId: '$6' },
  )})
  SELECT claimed.id, claimed."tenantId", claimed.plan, claimed.priority, claimed."fencingToken" AS token,
    claimed."timeoutSeconds" * 1000 - claimed."ranMs" AS "leftMs", claimed."cancelRequestedAt" IS NOT NULL AS "isCancelled",
    due."isAllowed", EXISTS (SELECT FROM started) AS "hasStarted", (SELECT array_agg(type) FROM logged) AS events,
    (SELECT json_agg(s ORDER BY s.position) FROM (
      SELECT position, name, status, "dependsOn", attempt, "maxAttempts", "timeoutSeconds", "replaySafe", "waitsFor", output,
        extract(epoch FROM "wakeAt" - clock_timestamp()) * 1000 AS "wakeMs"
      FROM execution_step WHERE "executionId" = claimed.id) s) AS steps
  FROM claimed JOIN due USING (id)`;

const submittingRoles = (Object.keys(rolePermissions) as Role[]).filter((role) =>
  rolePermissions[role].includes('execution:submit'),
);

/**
 * Takes the run lease of an execution that is due and still at this version; with a higher fencing token than anybody
 * had before. @returns null when somebody else was first or there is nothing to do.
 */
export async function claimExecution(
  app: RunnerApp,
  { id, version, requestId }: { id: string; version: number; requestId: string },
): Promise<Claim | null> {
  const values = [id, version, app.config.executions.leaseMs, submittingRoles, newId(), requestId];
  const row = await move<ClaimRow>(app, { name: 'claim-execution', text: claim, values });
  if (!row) return null;
  const nowMs = performance.now();
  const steps = row.steps.map(({ wakeMs, ...step }) => ({
    ...step,
    dueMs: wakeMs === null ? null : nowMs + wakeMs,
    isResumed: false,
  }));
  // The statement shows the steps as they were before it.
  const [first] = steps;
  if (row.hasStarted && first) Object.assign(first, { status: 'RUNNING', attempt: 1 });
  return { ...row, steps };
}
