import { setMaxListeners } from 'node:events';
import type { App } from '../app.ts';
import { createWorkPool } from '../infra/postgres/client.ts';
import { type QueueName, queues } from '../queues/contract.ts';
import { ExecutionWorker } from './execution-worker.ts';
import { QueueWorker, type Signals } from './queue-worker.ts';
import { startSchedules } from './schedules.ts';

/**
 * The workers of one process. Disposing of them stops taking jobs, lets running jobs finish within the grace period,
 * and closes.
 */
export type Workers = AsyncDisposable & {
  /** Whether every worker is running and due work is looked for. */
  readonly isHealthy: boolean;
};

const graceMs = 10_000;

/**
 * Starts a worker for each queue, the one of executions, and the periodic work. They share the connections of
 * `app.queues`, and have connections of their own in place of `app.db`.
 */
export async function startWorkers(shared: App): Promise<Workers> {
  const [closing, stopping] = [new AbortController(), new AbortController()];
  // Every job that runs or waits for its turn listens.
  setMaxListeners(0, closing.signal, stopping.signal);
  const db = createWorkPool(shared.config.database);
  const app: App = { ...shared, db };
  const signals = { closing: closing.signal, stopping: stopping.signal };
  const workers = await openWorkers(app, signals);
  const executions = new ExecutionWorker(app, signals);
  const close = () => Promise.all([...workers, executions].map((worker) => worker[Symbol.asyncDispose]()));
  const schedules = startSchedules(app, {
    stopping: stopping.signal,
    isFull: () => workers.some((worker) => worker.isFull),
  });
  return {
    get isHealthy() {
      return schedules.isHealthy && workers.every((worker) => worker.isRunning);
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      const cutOff = setTimeout(() => stopping.abort(), graceMs);
      await Promise.all([schedules[Symbol.asyncDispose](), close()]);
      clearTimeout(cutOff);
      await db.end();
    },
  };
}

async function openWorkers(app: App, signals: Signals): Promise<QueueWorker[]> {
  const { Worker } = await import('bullmq');
  const { factory, waitSeconds } = await app.queues.backend();
  const opened = (Object.keys(queues) as QueueName[]).map((name) => {
    const worker = new QueueWorker(app, { Worker, factory, waitSeconds }, { name, signals });
    app.queues.offerTo(name, worker);
    return worker;
  });
  await Promise.all(opened.map((worker) => worker.ready()));
  return opened;
}
