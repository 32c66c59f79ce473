import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { Execution, ExecutionStep } from '../../generated/prisma/client.ts';
import { StepResolution } from '../../generated/prisma/enums.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import type { Maximum } from '../../shared/maximum.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { lockRecord } from '../records/lock-records.ts';
import { recordEvent } from '../records/record-event.ts';
import { insertRetry } from './insert-retry.ts';
import { planHash } from './plan-hash.ts';
import { executionRecords, stepRecords } from './rows.ts';
import { isFinal } from './state.ts';
import { outcomeUnknown } from './transition.ts';

/** The maximum length of an output as JSON. */
export const outputLength: Maximum = { max: 256 * 1024, message: 'An output can have at most 256 KiB.' };

const inputSchema = z
  .object({ stepId: z.string(), resolution: z.enum(StepResolution), output: z.unknown().optional() })
  .refine(({ resolution, output }) => resolution === 'SUCCEEDED' || output == null, {
    path: ['output'],
    message: 'A step that failed has no output. Leave it out, or use the resolution SUCCEEDED.',
  });
type ResolveStepInput = z.input<typeof inputSchema>;
type Resolved = { step: ExecutionStep; retry: Execution | null; changeId: string };

/**
 * Says how a step in doubt ended. Its execution has ended and stays as it is. If the step succeeded, a retry goes on: what
 * succeeded is kept, and what the step held up is run, unless the execution was cancelled or stopped for another reason.
 * @throws AppError `NOT_FOUND`; `CONFLICT` when the execution has not ended, or the step is not in doubt or was resolved.
 */
export async function resolveStep(
  acting: Acting,
  { input, idempotencyKey }: Keyed<ResolveStepInput>,
): Promise<Resolved> {
  const { app, viewer } = acting;
  authorize(viewer, 'execution:submit');
  const wanted = validate(inputSchema, input);
  // The hash of the input is stored with an idempotency key, and must tell nothing of the output.
  const call = { operation: 'resolveStep', input: planHash(app.planHashKey, wanted), idempotencyKey };
  let made: Execution[] = [];
  const { retryId, changeId } = await change(acting, call, async (tx) => {
    const retry = await resolve(tx, acting, wanted);
    // An attempt that was rolled back has made nothing.
    made = retry ? [retry] : [];
    return { retryId: retry?.id ?? null };
  });
  if (made.length > 0) app.hints.ready(made.map(({ tenantId }) => tenantId));
  const { tenantId } = viewer;
  const [step, retry] = await Promise.all([
    app.prisma.executionStep.findFirstOrThrow({ where: { tenantId, id: wanted.stepId } }),
    retryId === null ? null : app.prisma.execution.findFirst({ where: { tenantId, id: retryId } }),
  ]);
  return { step, retry, changeId };
}

async function resolve(
  tx: Change,
  { viewer }: Acting,
  { stepId, resolution, output }: z.output<typeof inputSchema>,
): Promise<Execution | null> {
  const [found] = await tx.query<{ id: string }>('find-step', findExecution, [viewer.tenantId, stepId]);
  if (!found) throw notFound('The step');
  const execution = await lockRecord(tx, executionRecords, viewer, found);
  const [step] = await tx.query<StepToResolve>('read-step', readStep, [viewer.tenantId, stepId]);
  if (!step) throw notFound('The step');
  requireResolvable(execution, step);
  const { isRetried: _, ...before } = step;
  await tx.write('resolve-step', `UPDATE execution_step SET resolution = $2 WHERE id = $1`, [stepId, resolution]);
  const after = { ...before, resolution };
  recordEvent(tx, stepRecords, { event: 'executionStep.resolved', before, after });
  if (resolution === 'FAILED' || !hasEndedByPlan(execution)) return null;
  return insertRetry(tx, viewer, { earlier: execution, succeeded: { id: stepId, output } });
}

type StepToResolve = ExecutionStep & Pick<Execution, 'stepsFinished' | 'stepsTotal'> & { isRetried: boolean };

const findExecution = `SELECT "executionId" AS id FROM execution_step WHERE "tenantId" = $1 AND id = $2`;
const readStep = `
  SELECT ${stepRecords.columns}, e."stepsFinished", e."stepsTotal",
    EXISTS (SELECT FROM execution r WHERE r."tenantId" = e."tenantId" AND r."retryOfId" = e.id) AS "isRetried"
  FROM execution_step JOIN execution e ON e.id = "executionId"
  WHERE execution_step."tenantId" = $1 AND execution_step.id = $2`;

function requireResolvable({ status }: Execution, step: StepToResolve): void {
  if (step.errorCode !== outcomeUnknown) throw conflict('The outcome of the step is known: it cannot be resolved.');
  if (step.resolution) throw conflict(`The step was already resolved: ${step.resolution}.`);
  if (step.isRetried) throw conflict('The execution was retried. Resolve the step of the retry.');
  if (!isFinal(status)) throw conflict('The execution has not ended. Resolve the step when it has.');
}

/** Not when it was cancelled, exceeded its time limit, or its submitter lost the permission: then nothing goes on. */
function hasEndedByPlan({ status, errorCode }: Execution): boolean {
  return (status === 'FAILED' || status === 'PARTIAL') && errorCode !== 'FORBIDDEN';
}
