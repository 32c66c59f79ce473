import type { Queue } from 'bullmq';
import type { RunConfig } from '../config/config.ts';
import { inTime } from '../shared/in-time.ts';
import type { OnQueueError, QueueBackend } from './backend.ts';
import { type Job, type QueueName, queues } from './contract.ts';
import { openBackend } from './open-backend.ts';

/** A stored id would prevent an equal job from being added, and the results of jobs are in the database. */
const keepNothing = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/** Of the backend: the second pass that finds a job of a dead worker, at least this long after the first, requeues it. */
const stalled = { stalledInterval: 500, maxStalledCount: 1 };

/** The Redis client waits without a limit for a Redis that is not available; enqueueing must not. */
const answerMs = 2_000;

/** A job to be added to its queue. */
export type QueuedJob = { id: string; payload: object };
export type NamedJob = Pick<Job<object>, 'name' | 'queue'>;

/** The worker of a queue in this process, which takes jobs directly: they do not go into the queue. */
export type DirectWorker = {
  /** @returns whether the worker takes the job. */
  take(job: NamedJob & QueuedJob): boolean;
  /** The number of jobs that it took directly and that have not ended. */
  readonly open: number;
};

type BulkJob = Parameters<Queue['addBulk']>[0][number];
/** `addBulk` creates temporary tables in each call, which cost more than adding so many jobs one by one. */
const fewJobs = 4;
/** Jobs that are being added to a queue, and those that arrived in the meantime. */
type Line = { adding: Promise<unknown>; waiting: BulkJob[]; next: Promise<unknown> | null };

/** Adds jobs in one process. It connects on first use. */
export class Queues implements AsyncDisposable {
  readonly #config: Pick<RunConfig, 'database' | 'redis'>;
  readonly #onError: OnQueueError;
  readonly #lines = new Map<Queue, Line>();
  readonly #workers = new Map<QueueName, DirectWorker>();
  #opening: Promise<{ backend: QueueBackend; byName: Record<QueueName, Queue> }> | null = null;

  constructor(config: Pick<RunConfig, 'database' | 'redis'>, onError: OnQueueError) {
    this.#config = config;
    this.#onError = onError;
  }

  /** Connections that workers of this process share. */
  async backend(): Promise<QueueBackend> {
    return (await this.#open()).backend;
  }

  /** Jobs of the queue are offered to this worker first. */
  offerTo(name: QueueName, worker: DirectWorker): void {
    this.#workers.set(name, worker);
  }

  /**
   * Gives jobs to the worker of this process as far as it takes them, and adds the others to their queue. Those that
   * arrive while others are being added are added together. @throws if the backend does not respond within two seconds;
   * it may still add them later.
   */
  async add({ name, queue: queueName }: NamedJob, jobs: readonly QueuedJob[]): Promise<void> {
    const worker = this.#workers.get(queueName);
    const left = jobs.filter((job) => !worker?.take({ name, queue: queueName, ...job }));
    if (left.length === 0) return;
    const queue = await this.#queueOf(queueName);
    const toBulk = ({ id, payload }: QueuedJob) => {
      return { name, data: payload, opts: { ...keepNothing, jobId: id } };
    };
    const line = this.#lineOf(queue);
    line.waiting.push(...left.map(toBulk));
    line.next ??= line.adding.then(() => {
      const added = inTime(addAll(queue, line.waiting.splice(0)), answerMs, tooLate);
      line.adding = added.catch(() => {});
      line.next = null;
      return added;
    });
    await line.next;
  }

  /**
   * The number of waiting and running jobs, with those that its worker took directly. @throws if the backend is not
   * available.
   */
  async countOpen(name: QueueName): Promise<number> {
    const { byName } = await this.#open();
    const queued = await byName[name].getJobCountByTypes('waiting', 'prioritized', 'active');
    return queued + (this.#workers.get(name)?.open ?? 0);
  }

  /** Requeues jobs whose worker died, once it finds them twice. @throws if the backend is not available. */
  async requeueStalled(): Promise<void> {
    const { byName } = await this.#open();
    await Promise.all(Object.values(byName).map(({ backend }) => backend.moveStalledJobsToWait()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opening?.catch(() => null);
    if (!opened) return;
    await Promise.allSettled([...this.#lines.values()].map((line) => line.next ?? line.adding));
    await Promise.all(Object.values(opened.byName).map((queue) => queue.close()));
    await opened.backend[Symbol.asyncDispose]();
  }

  #lineOf(queue: Queue): Line {
    const line = this.#lines.get(queue) ?? { adding: Promise.resolve(), waiting: [], next: null };
    this.#lines.set(queue, line);
    return line;
  }

  async #queueOf(name: QueueName): Promise<Queue> {
    return (await this.#open()).byName[name];
  }

  #open() {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #connect() {
    const { Queue } = await import('bullmq');
    const backend = await openBackend(this.#config, this.#onError);
    const open = (name: QueueName) => {
      const options = { ...stalled, connection: {}, streams: { events: { maxLen: 100 } } };
      const queue = new Queue(name, options, backend.factory);
      queue.on('error', this.#onError);
      return queue as Queue;
    };
    const entries = (Object.keys(queues) as QueueName[]).map((name) => [name, open(name)] as const);
    return { backend, byName: Object.fromEntries(entries) as Record<QueueName, Queue> };
  }
}

async function addAll(queue: Queue, jobs: BulkJob[]): Promise<unknown> {
  if (jobs.length > fewJobs) return queue.addBulk(jobs);
  return Promise.all(jobs.map(({ name, data, opts }) => queue.add(name, data, opts)));
}

function tooLate(): never {
  throw new Error(`The queue did not respond within ${answerMs} ms.`);
}
