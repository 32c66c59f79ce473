import type { Viewer } from '../../auth/viewer.ts';
import type { Execution } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import type { Change } from '../records/change.ts';
import type { StoredPlan } from './credentials/plan-credentials.ts';
import type { PlannedStep } from './plan.ts';
import { executionColumns } from './rows.ts';
import type { Submission } from './submission.ts';

/** One statement for the execution and its steps. Nothing is inserted while another execution has the same key. */
const insert = `
  WITH moment AS MATERIALIZED (
    SELECT clock_timestamp() AS now
  ), made AS (
    INSERT INTO execution (id, "tenantId", "submitterId", status, "wakeAt", priority, plan, credentials, "deduplicationKey",
      "timeoutSeconds", "runAt", "expiresAt", "stepsTotal", "stepsFinished", "fencingToken", "ranMs", "logSeq", version,
      "createdAt", "updatedAt")
    SELECT $1, $2, $3, CASE WHEN $10 > now THEN 'WAITING' ELSE 'QUEUED' END::"ExecutionStatus",
      CASE WHEN $10 > now THEN $10 END, $4, $5, $6, $7, $8, $10::timestamptz, $11, json_array_length($9), 0, 0, 0, 0, 1, now, now
    FROM moment
    ON CONFLICT ("tenantId", "deduplicationKey") DO NOTHING
    RETURNING ${executionColumns}
  ), steps AS (
    INSERT INTO execution_step (id, "tenantId", "executionId", position, name, type, status, "dependsOn", reads, attempt,
      "maxAttempts", "timeoutSeconds", "replaySafe")
    SELECT s.id, made."tenantId", made.id, s.position, s.name, s.type, 'QUEUED', s."dependsOn", s.reads, 0,
      s."maxAttempts", s."timeoutSeconds", s."replaySafe"
    FROM made, json_to_recordset($9) AS s(id uuid, position int, name text, type text, "dependsOn" text[], reads text[],
      "maxAttempts" int, "timeoutSeconds" float8, "replaySafe" boolean)
  )
  SELECT ${executionColumns} FROM made`;

export type NewExecution = {
  id: string;
  viewer: Pick<Viewer, 'tenantId' | 'userId'>;
  stored: StoredPlan;
  submission: Omit<Submission, 'waitSeconds'>;
  key: string | null;
};

/** @returns the row, or null when another execution answers for this key. */
export async function insertExecution(
  tx: Change,
  { id, viewer, stored, submission, key }: NewExecution,
): Promise<Execution | null> {
  const { priority, runAt, expiresAt, planned } = submission;
  const [made] = await tx.query<Execution>('insert-execution', insert, [
    id,
    viewer.tenantId,
    viewer.userId,
    priority,
    JSON.stringify(stored.plan),
    stored.credentials,
    key,
    planned.timeoutSeconds,
    JSON.stringify(planned.steps.map(toRow)),
    runAt,
    expiresAt,
  ]);
  return made ?? null;
}

/** Without its input, which is in the plan. */
function toRow({ input: _, action: __, ...step }: PlannedStep, index: number): object {
  return { ...step, id: newId(), position: index + 1 };
}
