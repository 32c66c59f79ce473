import type { Execution } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { sealCredentials } from './credentials/plan-credentials.ts';
import type { NewExecution } from './insert-executions.ts';
import { insertOnce } from './insert-once.ts';
import { planHash } from './plan-hash.ts';
import { authorizePriority } from './priority.ts';
import { requireRoom } from './queue-bound.ts';
import type { Submission } from './submission.ts';

/** The execution of a submission. It is an earlier one of the same plan if `deduplicated`. */
export type Submitted = { execution: Execution; deduplicated: boolean };

type Submissions = {
  operation: string;
  /** What must be the same in a repeated call with the idempotency key. */
  identity: unknown;
  submissions: readonly Submission[];
  idempotencyKey: string | null | undefined;
};

/** What makes two submissions the same, beside who submits. */
export function identityOf({ planned, priority, allowDuplicate, runAt, expiresAt }: Submission): unknown[] {
  return [planned.plan, priority, allowDuplicate, runAt, expiresAt];
}

/**
 * Queues plans that were checked, by one change. @returns their executions in the same order. @throws AppError `FORBIDDEN`
 * for an urgent priority; `RATE_LIMITED` when the tenant has too many executions that wait for a worker.
 */
export async function submitAll(
  acting: Acting,
  { operation, identity, submissions, idempotencyKey }: Submissions,
): Promise<{ submitted: Submitted[]; changeId: string }> {
  const { app, viewer } = acting;
  for (const submission of submissions) authorizePriority(viewer, submission);
  await requireRoom(acting, submissions.length);
  const wanted = await toAllNew(acting, submissions, !idempotencyKey);
  let made = new Map<string, Execution>();
  const { answers, changeId } = await change(
    acting,
    // The hash of the input is stored with an idempotency key, and must tell nothing of the plans.
    { operation, input: planHash(app.planHashKey, identity), idempotencyKey },
    async (tx) => {
      const answered = await insertOnce(tx, viewer, wanted);
      // An attempt that was rolled back has made nothing.
      made = new Map(answered.flatMap((answer) => (answer.made ? [[answer.id, answer.made]] : [])));
      return { answers: answered.map((answer) => ({ id: answer.id, deduplicated: answer.made === null })) };
    },
  );
  // What waits until `runAt` is found by the scan.
  const ready = [...made.values()].filter(({ status }) => status === 'QUEUED');
  if (ready.length > 0) app.hints.ready(ready.map(({ tenantId }) => tenantId));
  const earlier = await readAll(
    acting,
    answers.map(({ id }) => id).filter((id) => !made.has(id)),
  );
  const executionOf = (id: string) => {
    const execution = made.get(id) ?? earlier.get(id);
    if (!execution) throw new Error(`The execution ${id} was submitted and is not there.`);
    return execution;
  };
  return { submitted: answers.map(({ id, deduplicated }) => ({ execution: executionOf(id), deduplicated })), changeId };
}

async function toAllNew(
  acting: Acting,
  submissions: readonly Submission[],
  isDeduplicated: boolean,
): Promise<NewExecution[]> {
  const slice = new TimeSlice();
  const all: NewExecution[] = [];
  for (const submission of submissions) {
    all.push(toNew(acting, submission, isDeduplicated));
    await slice.pause();
  }
  return all;
}

function toNew({ app, viewer }: Acting, submission: Submission, isDeduplicated: boolean): NewExecution {
  const { planned, allowDuplicate, runAt } = submission;
  const { tenantId, userId } = viewer;
  const key =
    isDeduplicated && !allowDuplicate ? planHash(app.planHashKey, [tenantId, userId, planned.plan, runAt]) : null;
  const credentials = sealCredentials(planned.divided, { key: app.credentialsKey, tenantId });
  return { id: newId(), credentials, submission, key };
}

async function readAll({ app }: Pick<Acting, 'app'>, ids: string[]): Promise<Map<string, Execution>> {
  if (ids.length === 0) return new Map();
  const rows = await app.prisma.execution.findMany({ where: { id: { in: ids } } });
  return new Map(rows.map((row) => [row.id, row]));
}
