import type { Queue } from 'bullmq';
import type { RunConfig } from '../config/config.ts';
import type { OnQueueError, QueueBackend } from './backend.ts';
import { type Job, type QueueName, queues } from './contract.ts';
import { openBackend } from './open-backend.ts';

/** A kept id would block the same job from being added again, and what a job did is in the database. */
const keepNothing = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/** A Redis that is away is waited for without end by its client; nobody who enqueues waits so long. */
const answerMs = 5_000;

/** A job to be put into its queue. The lowest priority is taken first, from 1; a job without one before all. */
export type QueuedJob = { id: string; payload: object; priority?: number };
type NamedJob = Pick<Job<object>, 'name' | 'queue'>;

type BulkJob = Parameters<Queue['addBulk']>[0][number];
/** Jobs on their way into a queue: those that are being added, and those that came meanwhile. */
type Line = { adding: Promise<unknown>; waiting: BulkJob[]; next: Promise<unknown> | null };

/** The producing side of one process. It connects when it is first used. */
export class Queues implements AsyncDisposable {
  readonly #config: Pick<RunConfig, 'database' | 'redis'>;
  readonly #onError: OnQueueError;
  readonly #lines = new Map<Queue, Line>();
  #opening: Promise<{ backend: QueueBackend; byName: Record<QueueName, Queue> }> | null = null;

  constructor(config: Pick<RunConfig, 'database' | 'redis'>, onError: OnQueueError) {
    this.#config = config;
    this.#onError = onError;
  }

  /** Connections that workers of this process share. */
  async backend(): Promise<QueueBackend> {
    return (await this.#open()).backend;
  }

  /**
   * Jobs that come while others are being added go into the queue together: one statement, one commit.
   * @throws when the backend does not take them within five seconds; it may still take them later.
   */
  async add({ name, queue: queueName }: NamedJob, jobs: readonly QueuedJob[]): Promise<void> {
    if (jobs.length === 0) return;
    const queue = await this.#queueOf(queueName);
    const toBulk = ({ id, payload, priority }: QueuedJob) => {
      return { name, data: payload, opts: { ...keepNothing, jobId: id, priority } };
    };
    const line = this.#lineOf(queue);
    line.waiting.push(...jobs.map(toBulk));
    line.next ??= line.adding.then(() => {
      const added = inTime(queue.addBulk(line.waiting.splice(0)));
      line.adding = added.catch(() => {});
      line.next = null;
      return added;
    });
    await line.next;
  }

  /** Has the job enqueued again and again, once for all processes. To repeat it changes nothing. */
  async schedule({ name, queue: queueName }: NamedJob, everyMs: number): Promise<void> {
    const queue = await this.#queueOf(queueName);
    await queue.upsertJobScheduler(name, { every: everyMs }, { name, data: {}, opts: keepNothing });
  }

  /** How many jobs wait or are being worked on. @throws when the backend cannot be reached. */
  async countOpen(name: QueueName): Promise<number> {
    const { byName } = await this.#open();
    return byName[name].getJobCountByTypes('waiting', 'prioritized', 'active');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opening?.catch(() => null);
    if (!opened) return;
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
      const queue = new Queue(name, { connection: {}, streams: { events: { maxLen: 100 } } }, backend.factory);
      queue.on('error', this.#onError);
      return queue as Queue;
    };
    const entries = (Object.keys(queues) as QueueName[]).map((name) => [name, open(name)] as const);
    return { backend, byName: Object.fromEntries(entries) as Record<QueueName, Queue> };
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The queue did not respond within ${answerMs} ms.`)), answerMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
