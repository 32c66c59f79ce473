import { authorize } from '../../auth/permissions.ts';
import type { Acting } from '../records/acting.ts';
import type { Keyed } from '../records/change.ts';
import { awaitEnd } from './await-end.ts';
import { isFinal } from './state.ts';
import { readSubmission, type SubmitExecutionInput } from './submission.ts';
import { identityOf, type Submitted, submitAll } from './submit-all.ts';

/**
 * Queues a plan to be run. Without an idempotency key, a plan that the submitter has running, or that succeeded within
 * 24 hours, is not run again: its execution is the answer, with `deduplicated`. With `waitSeconds` the answer has the
 * final state if it comes in that time.
 * @throws AppError `INVALID_INPUT` naming the place in the plan; `CONFLICT` when the key was used for another plan;
 * `RATE_LIMITED` when the tenant has too many that wait for a worker; `FORBIDDEN` also for an urgent priority.
 */
export async function submitExecution(
  acting: Acting,
  { input, idempotencyKey }: Keyed<SubmitExecutionInput>,
): Promise<Submitted & { changeId: string }> {
  authorize(acting.viewer, 'execution:submit');
  const submission = readSubmission(input);
  const { waitSeconds } = submission;
  using ending = waitSeconds > 0 ? await awaitEnd(acting) : null;
  const call = { operation: 'submitExecution', identity: identityOf(submission), idempotencyKey };
  const { submitted, changeId } = await submitAll(acting, { ...call, submissions: [submission] });
  const [only] = submitted;
  if (!only) throw new Error('A submission has no answer.');
  if (!ending || isFinal(only.execution.status)) return { ...only, changeId };
  const { id } = only.execution;
  await ending.of(id, waitSeconds * 1000);
  return { ...only, execution: await acting.app.prisma.execution.findUniqueOrThrow({ where: { id } }), changeId };
}
