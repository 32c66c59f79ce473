import { setMaxListeners } from 'node:events';
import type { Job, Worker } from 'bullmq';
import type { App } from '../app.ts';
import { logQueueErrors } from '../queues/backend.ts';
import { type QueueName, type QueueTerms, queues } from '../queues/contract.ts';
import { isOverload } from '../shared/errors.ts';
import { shareOf, Turns } from '../shared/turns.ts';
import { runJob } from './run-job.ts';
import { startSchedules } from './schedules.ts';

/**
 * The workers of one process. Disposing of them stops taking jobs, lets running jobs finish within the grace period,
 * and closes.
 */
export type Workers = AsyncDisposable & {
  /** Whether every worker is running and due work is looked for. */
  readonly isHealthy: boolean;
};

/**
 * A job whose worker died before it claimed the row is taken by another one after about this time. Who works on a
 * claimed row is decided by the lease of the row and not by the lock of the job, so an early takeover does no harm.
 */
const lock = { lockDuration: 4_000, lockRenewTime: 1_000, stalledInterval: 1_000 };
/**
 * BullMQ begins to work when it has fetched as many jobs as it may run, one after another. Over a slow network, the
 * locks of the first would be over by then.
 */
const fetchedAhead = 4;
/** So many jobs of a queue wait in a process for the turns of their tenants. They hold no slot. */
const maxHeld = 1_000;
const graceMs = 10_000;

/** Starts a worker for each queue, and the periodic work. They share the connections of `app.queues`. */
export async function startWorkers(app: App): Promise<Workers> {
  const [closing, stopping] = [new AbortController(), new AbortController()];
  setMaxListeners(maxHeld, closing.signal);
  const workers = await openWorkers(app, { closing: closing.signal, stopping: stopping.signal });
  const close = () => Promise.all(workers.map((worker) => worker.close()));
  const schedules = await startSchedules(app, stopping.signal).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    get isHealthy() {
      return schedules.isHealthy && workers.every((worker) => worker.isRunning());
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      const cutOff = setTimeout(() => stopping.abort(), graceMs);
      await Promise.all([schedules[Symbol.asyncDispose](), close()]);
      clearTimeout(cutOff);
    },
  };
}

/** `closing` aborts when no job is begun any more, and `stopping` when the grace period is over. */
type Signals = { closing: AbortSignal; stopping: AbortSignal };

async function openWorkers(app: App, signals: Signals): Promise<Worker[]> {
  const { Worker } = await import('bullmq');
  const { factory } = await app.queues.backend();
  const opened = (Object.keys(queues) as QueueName[]).map((name) => {
    const { concurrency, inTurns = false }: QueueTerms = queues[name];
    const turns = new Turns({ slots: concurrency, perKey: inTurns ? shareOf(concurrency) : concurrency });
    let held = 0;
    const limit = () => Math.min(inTurns ? maxHeld : concurrency, held + fetchedAhead);
    const process = async (job: Job) => {
      held += 1;
      worker.concurrency = limit();
      try {
        using _ = await turns.take(tenantOf(job), inTurns ? signals.closing : undefined);
        await runJob(job, { app, requestId: `job ${job.id}`, signal: signals.stopping });
      } catch (error) {
        // Its row is found by the next scan of another process.
        if (error !== signals.closing.reason) throw error;
      } finally {
        held -= 1;
        worker.concurrency = limit();
      }
    };
    const timing = { ...lock, drainDelay: 1, runRetryDelay: 1_000 };
    const worker = new Worker(name, process, { connection: {}, concurrency: limit(), ...timing }, factory);
    worker.on('error', logQueueErrors(app.log));
    worker.on('failed', (job, error) => {
      if (isOverload(error)) app.log.warn({ reason: error.message, job: job?.id }, 'A job has to wait for a scan.');
      else app.log.error({ err: error, job: job?.id }, 'A job failed.');
    });
    return worker as Worker;
  });
  await Promise.all(opened.map((worker) => worker.waitUntilReady()));
  return opened;
}

/** Jobs that name no tenant take turns as one. */
function tenantOf({ data }: Job): string {
  return String((data as { tenantId?: unknown } | null)?.tenantId ?? '');
}
