import { authorize } from '../../auth/permissions.ts';
import type { LoggedStep } from '../../events/contract.ts';
import type { Execution } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { executionColumns, loggedStep, toLogged } from './rows.ts';
import { isFinal, stepEvents } from './state.ts';

/**
 * Ends an execution. One that is queued or waits is CANCELLED at once; of a running one its holder is told, in whatever
 * process it is: it stops the running step and skips the later ones. To repeat it changes nothing.
 * @throws AppError `NOT_FOUND`; `CONFLICT` when it has ended otherwise.
 */
export async function cancelExecution(
  acting: Acting,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null },
): Promise<{ execution: Execution; changeId: string }> {
  const { viewer } = acting;
  authorize(viewer, 'execution:submit');
  const call = { operation: 'cancelExecution', input: { id }, idempotencyKey };
  const { changeId } = await change(acting, call, async (tx) => {
    const [before] = await tx.query<Execution>('lock-execution', lock, [viewer.tenantId, id]);
    if (!before) throw notFound('The execution');
    if (before.status === 'CANCELLED' || before.cancelRequestedAt) return {};
    if (isFinal(before.status)) throw conflict(`The execution has ended: ${before.status}.`);
    if (before.status === 'RUNNING') await request(tx, before);
    else await end(tx, before);
    return {};
  });
  return { execution: await acting.app.prisma.execution.findUniqueOrThrow({ where: { id } }), changeId };
}

const lock = `SELECT ${executionColumns} FROM execution WHERE "tenantId" = $1 AND id = $2 FOR NO KEY UPDATE`;

const requestSql = `
  UPDATE execution SET "cancelRequestedAt" = clock_timestamp(), "updatedAt" = clock_timestamp(), version = version + 1
  WHERE id = $1 AND status = 'RUNNING' RETURNING ${executionColumns}`;

async function request(tx: Change, before: Execution): Promise<void> {
  const [after] = await tx.query<Execution>('request-cancellation', requestSql, [before.id]);
  if (!after) throw new Error(`The execution ${before.id} changed while it was locked.`);
  const rows = { before: toLogged(before), after: toLogged(after) };
  tx.record({ type: 'execution.cancelRequested', objectId: before.id, ...rows });
}

const endSql = `
  UPDATE execution SET status = 'CANCELLED', "cancelRequestedAt" = clock_timestamp(), "finishedAt" = clock_timestamp(),
    "updatedAt" = clock_timestamp(), version = version + 1, "wakeAt" = NULL, "currentStep" = NULL, "deduplicationKey" = NULL,
    "stepsFinished" = "stepsTotal"
  WHERE id = $1 AND status IN ('QUEUED', 'WAITING') RETURNING ${executionColumns}`;

/** What is queued is skipped, what waits is cancelled. */
const endStepsSql = `
  WITH before AS (
    SELECT * FROM execution_step WHERE "executionId" = $1 AND status IN ('QUEUED', 'WAITING')
  ), ended AS (
    UPDATE execution_step s SET status = CASE b.status WHEN 'QUEUED' THEN 'SKIPPED' ELSE 'CANCELLED' END::"StepStatus",
      "waitsFor" = NULL, "wakeAt" = NULL, "finishedAt" = clock_timestamp()
    FROM before b WHERE s."executionId" = b."executionId" AND s.position = b.position
    RETURNING s.*
  )
  SELECT ${loggedStep('before', 'execution')}::text AS before, ${loggedStep('ended', 'execution')}::text AS after
  FROM ended JOIN before USING (position), execution WHERE execution.id = $1 ORDER BY position`;

async function end(tx: Change, before: Execution): Promise<void> {
  const [after] = await tx.query<Execution>('cancel-execution', endSql, [before.id]);
  if (!after) throw new Error(`The execution ${before.id} changed while it was locked.`);
  const steps = await tx.query<{ before: string; after: string }>('cancel-steps', endStepsSql, [before.id]);
  for (const step of steps) {
    const rows = { before: JSON.parse(step.before) as LoggedStep, after: JSON.parse(step.after) as LoggedStep };
    tx.record({ type: stepEvents[rows.after.status], objectId: rows.after.id, ...rows });
  }
  tx.record({ type: 'execution.cancelled', objectId: before.id, before: toLogged(before), after: toLogged(after) });
}
