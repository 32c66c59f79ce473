import { authorize } from '../../auth/permissions.ts';
import type { Execution } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { recordEvent } from '../records/record-event.ts';
import { enqueueNow } from '../work/work.ts';
import { awaitEnd } from './await-end.ts';
import { toStored } from './credentials/plan-credentials.ts';
import { insertExecution } from './insert-execution.ts';
import { planHash } from './plan-hash.ts';
import { jobOfExecution } from './requeue-lost.ts';
import { executionRecords } from './rows.ts';
import { executionEvents, isFinal } from './state.ts';
import { readSubmission, type Submission, type SubmitExecutionInput } from './submission.ts';

type Submitted = { execution: Execution; deduplicated: boolean; changeId: string };

/** A duplicate that ends while we look at it makes place for ours; it cannot happen often in a row. */
const maxTries = 5;

/**
 * Queues a plan to be run. Without an idempotency key, a plan that the submitter has running, or that succeeded within
 * 24 hours, is not run again: its execution is the answer, with `deduplicated`. With `waitSeconds` the answer has the
 * final state if it comes in that time.
 * @throws AppError `INVALID_INPUT` naming the place in the plan; `CONFLICT` when the key was used for another plan.
 */
export async function submitExecution(
  acting: Acting,
  { input, idempotencyKey }: Keyed<SubmitExecutionInput>,
): Promise<Submitted> {
  authorize(acting.viewer, 'execution:submit');
  const submission = readSubmission(input);
  const { planned, priority, waitSeconds, allowDuplicate, runAt, expiresAt } = submission;
  const { planHashKey } = acting.app;
  const isDeduplicated = !idempotencyKey && !allowDuplicate;
  const { tenantId, userId } = acting.viewer;
  const key = isDeduplicated ? planHash(planHashKey, [tenantId, userId, planned.plan, runAt]) : null;
  using ending = waitSeconds ? await awaitEnd(acting) : null;
  let made: Execution[] = [];
  const { id, deduplicated, changeId } = await change(
    acting,
    // The hash of the input is stored with an idempotency key, and must tell nothing of the plan either.
    {
      operation: 'submitExecution',
      input: { plan: planHash(planHashKey, planned.plan), priority, allowDuplicate, runAt, expiresAt },
      idempotencyKey,
    },
    async (tx) => {
      const outcome = await insertOnce(tx, acting, { submission, key });
      // An attempt that was rolled back has made nothing.
      made = outcome.made ? [outcome.made] : [];
      return { id: outcome.id, deduplicated: outcome.made === null };
    },
  );
  // What waits until `runAt` is found by the scan.
  enqueueNow(acting.app, made.filter(({ status }) => status === 'QUEUED').map(jobOfExecution));
  const read = () => acting.app.prisma.execution.findUniqueOrThrow({ where: { id } });
  let execution = made[0] ?? (await read());
  if (ending && waitSeconds && !isFinal(execution.status)) {
    await ending.of(id, waitSeconds * 1000);
    execution = await read();
  }
  return { execution, deduplicated, changeId };
}

type Wanted = { submission: Submission; key: string | null };

/** The unique key decides among concurrent duplicates: one inserts, the others wait for it and find its row. */
async function insertOnce(
  tx: Change,
  { app, viewer }: Acting,
  { submission, key }: Wanted,
): Promise<{ id: string; made: Execution | null }> {
  const stored = toStored(submission.planned.plan, { key: app.credentialsKey, tenantId: viewer.tenantId });
  for (let tries = 0; tries < maxTries; tries += 1) {
    const made = await insertExecution(tx, { id: newId(), viewer, stored, submission, key });
    if (made) {
      recordEvent(tx, executionRecords, { event: executionEvents[made.status], before: null, after: made });
      return { id: made.id, made };
    }
    const [earlier] = await tx.query<{ id: string; isAnswer: boolean }>('find-duplicate', findDuplicate, [
      viewer.tenantId,
      key,
    ]);
    if (earlier?.isAnswer) return { id: earlier.id, made: null };
    if (earlier) await tx.write('retire-duplicate', retireDuplicate, [earlier.id, key]);
  }
  throw new AppError('UNAVAILABLE', 'The same plan is being submitted by too many calls at the same time. Try again.');
}

/** A failed one has given its key up; a success answers for 24 hours. */
const findDuplicate = `
  SELECT id, "finishedAt" IS NULL OR "finishedAt" > clock_timestamp() - interval '24 hours' AS "isAnswer"
  FROM execution WHERE "tenantId" = $1 AND "deduplicationKey" = $2`;

const retireDuplicate = `UPDATE execution SET "deduplicationKey" = NULL WHERE id = $1 AND "deduplicationKey" = $2`;
