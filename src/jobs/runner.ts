import type { Job, Worker } from 'bullmq';
import type { App } from '../app.ts';
import { logQueueErrors } from '../queues/backend.ts';
import { type QueueName, queues } from '../queues/contract.ts';
import { handlers } from './handlers.ts';
import { runJob } from './run-job.ts';

/**
 * The workers of one process. Disposing of them stops taking jobs, lets running jobs finish within the grace period,
 * and closes.
 */
export type Workers = AsyncDisposable & {
  /** Whether every worker is running and the schedules were confirmed recently. */
  readonly isHealthy: boolean;
};

/** A worker without renewal for this long is dead, and other workers get its jobs within twice this time. */
const lockMs = 5_000;
/** Schedules are written again at this interval, so that a lost schedule (flushed Redis) is restored. */
const rescheduleMs = 5_000;
const staleScheduleMs = 4 * rescheduleMs;
const graceMs = 10_000;

/** Starts a worker for each queue, and the schedules. They share the connections of `app.queues`. */
export async function startWorkers(app: App): Promise<Workers> {
  const stopping = new AbortController();
  const workers = await openWorkers(app, stopping.signal);
  let confirmedMs = 0;
  const confirmSchedules = async () => {
    await scheduleJobs(app);
    confirmedMs = performance.now();
  };
  const close = () => Promise.all(workers.map((worker) => worker.close()));
  await confirmSchedules().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const timer = setInterval(() => confirmSchedules().catch(logQueueErrors(app.log)), rescheduleMs);
  return {
    get isHealthy() {
      const isConfirmed = performance.now() - confirmedMs < staleScheduleMs;
      return isConfirmed && workers.every((worker) => worker.isRunning());
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      const cutOff = setTimeout(() => stopping.abort(), graceMs);
      await close();
      clearTimeout(cutOff);
    },
  };
}

async function openWorkers(app: App, stopping: AbortSignal): Promise<Worker[]> {
  const { Worker } = await import('bullmq');
  const { factory } = await app.queues.backend();
  const opened = (Object.keys(queues) as QueueName[]).map((name) => {
    // BullMQ passes its signal only to a processor with three parameters.
    const process = (job: Job, _token: string | undefined, lost: AbortSignal | undefined) => {
      const signal = lost ? AbortSignal.any([stopping, lost]) : stopping;
      return runJob(job, { app, requestId: `job ${job.id}`, signal });
    };
    const { concurrency } = queues[name];
    const timing = { lockDuration: lockMs, stalledInterval: lockMs, drainDelay: 1, runRetryDelay: 1_000 };
    const worker = new Worker(name, process, { connection: {}, concurrency, ...timing }, factory);
    worker.on('error', logQueueErrors(app.log));
    worker.on('failed', (job, error) => app.log.error({ err: error, job: job?.id }, 'A job failed.'));
    return worker as Worker;
  });
  await Promise.all(opened.map((worker) => worker.waitUntilReady()));
  return opened;
}

async function scheduleJobs(app: App): Promise<void> {
  for (const handler of handlers.values()) {
    if (handler.everyMs) await app.queues.schedule(handler, handler.everyMs);
  }
}
