import { newId } from '../../shared/ids.ts';
import type { ExecutionApp } from './append-events.ts';
import { decide } from './decide.ts';
import { type StepStateRow, stepStates, toStepState } from './transition.ts';
import { transitionWriter } from './transition-writer.ts';
import { writeTogether } from './write-together.ts';

type Lost = { id: string; token: number; steps: StepStateRow[] };

const batchSize = 100;

const lost = `FROM execution WHERE status = 'RUNNING' AND "leaseExpiresAt" < clock_timestamp()`;

/** As SQL: whether there is anything for `requeueLost`. */
export const hasLost = `EXISTS (SELECT ${lost})`;

const findLost = `
  SELECT id, "fencingToken" AS token, ${stepStates('execution.id')} AS steps ${lost} ORDER BY id LIMIT $1`;

/** Every write of a holder renews its lease: while it is over, the steps are where they were read. */
const requeue = writeTogether(
  transitionWriter({
    name: 'requeue-lost',
    where: `e."fencingToken" = asked.guard AND e."leaseExpiresAt" < clock_timestamp()`,
    lock: 'SKIP LOCKED',
    result: 'changed.id',
  }),
);

/** Queues again what a dead or silent worker held. @returns how many executions. */
export async function requeueLost(app: ExecutionApp, requestId: string): Promise<number> {
  const { rows } = await app.db.query<Lost>({ name: 'find-lost', text: findLost, values: [batchSize] });
  const requeued = await Promise.all(rows.map((lost) => requeueOne(app, lost, requestId)));
  return requeued.filter(Boolean).length;
}

async function requeueOne(app: ExecutionApp, { id, token, steps }: Lost, requestId: string): Promise<boolean> {
  const state = { status: 'RUNNING' as const, steps: steps.map((step) => toStepState(step, performance.now())) };
  const transition = decide(state, { kind: 'LEASE_LOST' });
  const { leaseMs } = app.config.executions;
  try {
    return (await requeue(app, { id, transition, guard: token, leaseMs, changeId: newId(), requestId })) !== null;
  } catch (err) {
    app.log.error({ err, execution: id }, 'An execution could not be queued again. The next scan tries again.');
    return false;
  }
}
