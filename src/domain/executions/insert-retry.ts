import type { Viewer } from '../../auth/viewer.ts';
import type { Execution } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import type { Change } from '../records/change.ts';
import { recordCreated } from '../records/insert-records.ts';
import { executionColumns, executionRecords } from './rows.ts';

/** A step of the earlier execution that counts as succeeded in the retry, with this output. */
type Succeeded = { id: string; output: unknown };

/**
 * One statement for the execution and its steps. What ended in the earlier one stays as it ended; what was skipped there,
 * because a step that it needs had not succeeded, is queued. It has no deduplication key: it is less than the plan.
 */
const insert = `
  WITH made AS (
    INSERT INTO execution (id, "tenantId", "submitterId", "retryOfId", status, priority, plan, credentials, "timeoutSeconds",
      "stepsTotal", "stepsFinished", "fencingToken", "ranMs", "logSeq", version, "createdAt", "updatedAt")
    SELECT $1, "tenantId", $2, id, 'QUEUED', priority, plan, credentials, "timeoutSeconds", "stepsTotal",
      (SELECT count(*) FROM execution_step WHERE "executionId" = $3 AND status <> 'SKIPPED'),
      0, 0, 0, 1, clock_timestamp(), clock_timestamp()
    FROM execution WHERE id = $3
    RETURNING ${executionColumns}
  ), earlier AS (
    SELECT s.*, s.id = $5 AS "isResolved", s.status = 'SKIPPED' AS "isLeft" FROM execution_step s WHERE "executionId" = $3
  ), steps AS (
    INSERT INTO execution_step (id, "tenantId", "executionId", position, name, type, status, "dependsOn", reads, attempt,
      "maxAttempts", "timeoutSeconds", "replaySafe", "errorCode", "errorMessage", resolution, "startedAt", "finishedAt")
    SELECT ($4::uuid[])[position], "tenantId", $1, position, name, type,
      CASE WHEN "isResolved" THEN 'SUCCEEDED' WHEN "isLeft" THEN 'QUEUED' ELSE status END, "dependsOn", reads, attempt,
      "maxAttempts", "timeoutSeconds", "replaySafe",
      CASE WHEN NOT "isResolved" THEN "errorCode" END, CASE WHEN NOT "isResolved" THEN "errorMessage" END,
      resolution, "startedAt", CASE WHEN NOT "isLeft" THEN "finishedAt" END
    FROM earlier
  ), outputs AS (
    INSERT INTO execution_output ("tenantId", "executionId", position, output)
    SELECT "tenantId", $1, position, output FROM execution_output WHERE "executionId" = $3
    UNION ALL
    SELECT "tenantId", $1, position, $6::json FROM earlier WHERE "isResolved" AND $6 IS NOT NULL
  )
  SELECT ${executionColumns} FROM made`;

/**
 * Queues an execution that goes on where an earlier one ended, which must be locked. Its submitter is the viewer: it runs
 * with their permissions.
 */
export async function insertRetry(
  tx: Change,
  { userId }: Pick<Viewer, 'userId'>,
  { earlier, succeeded }: { earlier: Execution; succeeded: Succeeded },
): Promise<Execution> {
  const stepIds = Array.from({ length: earlier.stepsTotal }, newId);
  const output = succeeded.output === undefined ? null : JSON.stringify(succeeded.output);
  const values = [newId(), userId, earlier.id, stepIds, succeeded.id, output];
  const [made] = await tx.query<Execution>('insert-retry', insert, values);
  if (!made) throw new Error(`The execution ${earlier.id} is gone while it was locked.`);
  recordCreated(tx, executionRecords, made);
  return made;
}
