import type { RunConfig } from '../../config/config.ts';
import { type DueRow, rowJob } from '../../queues/contract.ts';
import type { NewJob } from '../../queues/enqueue.ts';
import { newId } from '../../shared/ids.ts';
import type { ExecutionApp } from './append-events.ts';
import { decide } from './decide.ts';
import { type StepStateRow, stepStates, toStepState } from './transition.ts';
import { transitionWriter } from './transition-writer.ts';
import { writeTogether } from './write-together.ts';

/** An execution that a worker can take up. */
export type Runnable = DueRow & { priority: number };

/** Carries an execution that can be taken up. */
export const executionJob = rowJob('execution.run', 'executions');

/** Its job, which waits among the others of its priority. */
export function jobOfExecution({ id, version, priority }: Runnable): NewJob<DueRow> {
  return { job: executionJob, payload: { id, version }, priority };
}

type Lost = { id: string; token: number; steps: StepStateRow[] };

const batchSize = 100;

const lost = `FROM execution WHERE status = 'RUNNING' AND "leaseExpiresAt" < clock_timestamp()`;
const awake = `FROM execution WHERE status = 'WAITING' AND "wakeAt" <= clock_timestamp()`;
const unclaimedSince = (ms: number | string) =>
  `FROM execution WHERE status = 'QUEUED' AND "updatedAt" < clock_timestamp() - ${ms} * interval '1 millisecond'`;

/** Whether there is anything for `requeueLost` or `findRunnable`. */
export function hasRunnable({ executions }: Pick<RunConfig, 'executions'>): string {
  return [lost, awake, unclaimedSince(executions.unclaimedMs)].map((rows) => `EXISTS (SELECT ${rows})`).join(' OR ');
}

const findLost = `
  SELECT id, "fencingToken" AS token, ${stepStates('execution.id')} AS steps ${lost} ORDER BY id LIMIT $1`;

/** Every write of a holder renews its lease: while it is over, the steps are where they were read. */
const requeue = writeTogether<Runnable>(
  transitionWriter({
    name: 'requeue-lost',
    where: `e."fencingToken" = asked.guard AND e."leaseExpiresAt" < clock_timestamp()`,
    lock: 'SKIP LOCKED',
    result: 'changed.id, changed.version, changed.priority',
  }),
);

/** Queues again what a dead or silent worker held. @returns those executions. */
export async function requeueLost(app: ExecutionApp, requestId: string): Promise<Runnable[]> {
  const { rows } = await app.db.query<Lost>({ name: 'find-lost', text: findLost, values: [batchSize] });
  const requeued = await Promise.all(rows.map((lost) => requeueOne(app, lost, requestId)));
  return requeued.filter((runnable) => runnable !== null);
}

async function requeueOne(app: ExecutionApp, { id, token, steps }: Lost, requestId: string): Promise<Runnable | null> {
  const state = { status: 'RUNNING' as const, steps: steps.map((step) => toStepState(step, performance.now())) };
  const transition = decide(state, { kind: 'LEASE_LOST' });
  const { leaseMs } = app.config.executions;
  try {
    return await requeue(app, { id, transition, guard: token, leaseMs, changeId: newId(), requestId });
  } catch (err) {
    app.log.error({ err, execution: id }, 'An execution could not be queued again. The next scan tries again.');
    return null;
  }
}

const find = `
  (SELECT id, version, priority ${awake} ORDER BY "wakeAt" LIMIT 500)
  UNION ALL
  (SELECT id, version, priority ${unclaimedSince('$1::float8')} ORDER BY priority, "createdAt" LIMIT ${batchSize})`;

/**
 * What is to be taken up: executions whose wait is over, and the head of the queue as far as nobody took it for a while.
 * Further back a lost job does no harm yet.
 */
export async function findRunnable(app: ExecutionApp): Promise<Runnable[]> {
  const values = [app.config.executions.unclaimedMs];
  const { rows } = await app.db.query<Runnable>({ name: 'find-runnable', text: find, values });
  return rows;
}
