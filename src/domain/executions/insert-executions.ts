import type { Viewer } from '../../auth/viewer.ts';
import type { Execution } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import type { Change } from '../records/change.ts';
import type { PlannedStep } from './plan.ts';
import { executionColumns } from './rows.ts';
import type { Submission } from './submission.ts';

/**
 * One statement for all executions and their steps. Nothing is inserted while another execution has the same key. In the
 * order of the keys, so that two changes with the same keys do not wait for each other. One with `runAt` waits until then.
 */
const insert = `
  WITH asked AS MATERIALIZED (
    SELECT *, clock_timestamp() AS now
    FROM unnest($3::uuid[], $4::int[], $5::text[], $6::bytea[], $7::text[], $8::int[], $9::int[], $10::timestamptz[],
      $11::timestamptz[]) AS asked(id, priority, plan, credentials, key, "timeoutSeconds", "stepsTotal", "runAt", "expiresAt")
  ), made AS (
    INSERT INTO execution (id, "tenantId", "submitterId", status, "wakeAt", priority, plan, credentials, "deduplicationKey",
      "timeoutSeconds", "runAt", "expiresAt", "stepsTotal", "stepsFinished", "fencingToken", "ranMs", "logSeq", version,
      "createdAt", "updatedAt")
    SELECT id, $1, $2, CASE WHEN "runAt" > now THEN 'WAITING' ELSE 'QUEUED' END::"ExecutionStatus",
      CASE WHEN "runAt" > now THEN "runAt" END, priority, plan::json, credentials, key, "timeoutSeconds", "runAt", "expiresAt",
      "stepsTotal", 0, 0, 0, 0, 1, now, now
    FROM asked ORDER BY key
    ON CONFLICT ("tenantId", "deduplicationKey") DO NOTHING
    RETURNING ${executionColumns}
  ), steps AS (
    INSERT INTO execution_step (id, "tenantId", "executionId", position, name, type, status, "dependsOn", reads, attempt,
      "maxAttempts", "timeoutSeconds", "replaySafe")
    SELECT s.id, made."tenantId", made.id, s.position, s.name, s.type, 'QUEUED', s."dependsOn", s.reads, 0,
      s."maxAttempts", s."timeoutSeconds", s."replaySafe"
    FROM made JOIN json_to_recordset($12) AS s("executionId" uuid, id uuid, position int, name text, type text,
      "dependsOn" text[], reads text[], "maxAttempts" int, "timeoutSeconds" float8, "replaySafe" boolean)
      ON s."executionId" = made.id
  )
  SELECT ${executionColumns} FROM made`;

export type NewExecution = {
  id: string;
  /** The credentials of the plan, encrypted; null without any. */
  credentials: Buffer | null;
  submission: Submission;
  /** What makes another submission a duplicate of this one; null when nothing does. */
  key: string | null;
};

/** @returns the rows, without those of executions for whose key another one answers. */
export async function insertExecutions(
  tx: Change,
  { tenantId, userId }: Pick<Viewer, 'tenantId' | 'userId'>,
  all: readonly NewExecution[],
): Promise<Execution[]> {
  return tx.query<Execution>('insert-executions', insert, [
    tenantId,
    userId,
    all.map(({ id }) => id),
    all.map(({ submission }) => submission.priority),
    all.map(({ submission }) => JSON.stringify(submission.planned.divided.masked)),
    all.map(({ credentials }) => credentials),
    all.map(({ key }) => key),
    all.map(({ submission }) => submission.planned.timeoutSeconds),
    all.map(({ submission }) => submission.planned.steps.length),
    all.map(({ submission }) => submission.runAt),
    all.map(({ submission }) => submission.expiresAt),
    JSON.stringify(all.flatMap(({ id, submission }) => submission.planned.steps.map((step, n) => toRow(id, step, n)))),
  ]);
}

/** Without its input, which is in the plan. */
function toRow(executionId: string, { input: _, action: __, ...step }: PlannedStep, index: number): object {
  return { ...step, executionId, id: newId(), position: index + 1 };
}
