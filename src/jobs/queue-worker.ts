import type { Job, Worker } from 'bullmq';
import type { App } from '../app.ts';
import { logQueueErrors, type QueueBackend } from '../queues/backend.ts';
import { type QueueName, type QueueTerms, queues } from '../queues/contract.ts';
import type { DirectWorker, NamedJob, QueuedJob } from '../queues/queues.ts';
import { isOverload } from '../shared/errors.ts';
import { shareOf, Turns } from '../shared/turns.ts';
import { runJob } from './run-job.ts';

/**
 * A job whose worker died before it claimed the row is taken by another one after about this time. Who works on a
 * claimed row is decided by the lease of the row and not by the lock of the job, so an early takeover does no harm.
 * src/jobs/schedules.ts looks for such jobs, for all workers.
 */
const lock = { lockDuration: 4_000, lockRenewTime: 1_000, skipStalledCheck: true };
/**
 * BullMQ begins to work when it has fetched as many jobs as it may run, one after another. Over a slow network, the
 * locks of the first would be over by then.
 */
const fetchedAhead = 4;
/** So many jobs of a queue wait in a process for the turns of their tenants. They hold no slot. */
const maxHeld = 1_000;
/**
 * A worker takes so many rounds of its slots directly, those that wait for a slot included. Further jobs go into the
 * queue, where others find them.
 */
const directRounds = 5;

/** `closing` aborts when no job is begun any more, and `stopping` when the grace period is over. */
export type Signals = { closing: AbortSignal; stopping: AbortSignal };

/** A job that was taken directly, from when it waits for a slot until it has ended. */
type DirectJob = { isBegun: boolean; ended: Promise<void> };

type Run = { id: string; name: string; data: unknown; key: string; onBegin?: () => void };

type Backend = Pick<QueueBackend, 'factory' | 'waitSeconds'> & { Worker: typeof Worker };

/**
 * The worker of one queue in one process. It fetches jobs from the queue, and takes jobs that this process has just made
 * due without the queue.
 */
export class QueueWorker implements DirectWorker, AsyncDisposable {
  readonly #app: App;
  readonly #terms: QueueTerms;
  readonly #signals: Signals;
  readonly #turns: Turns;
  /** The turns of the jobs of a tenant that name one group. They are taken before the tenant's, which are slots. */
  readonly #groupTurns: Turns | null;
  readonly #worker: Worker;
  /** Jobs that were taken directly and have not ended. */
  readonly #direct = new Map<string, DirectJob>();
  #fetched = 0;
  /** Whether the queue was empty when this worker last asked it. */
  #isDrained = false;

  constructor(
    app: App,
    { Worker, factory, waitSeconds }: Backend,
    { name, signals }: { name: QueueName; signals: Signals },
  ) {
    this.#app = app;
    this.#terms = queues[name];
    this.#signals = signals;
    const { concurrency, inTurns, perGroup } = this.#terms;
    this.#groupTurns = perGroup ? new Turns({ slots: maxHeld, perKey: perGroup }) : null;
    this.#turns = new Turns({ slots: concurrency, perKey: inTurns ? shareOf(concurrency) : concurrency });
    const timing = { ...lock, drainDelay: waitSeconds, runRetryDelay: 1_000 };
    const options = { connection: {}, concurrency: this.#toFetch(), ...timing };
    this.#worker = new Worker(name, (job: Job) => this.#process(job), options, factory) as Worker;
    // BullMQ looks further ahead than it runs, so a job may begin long after the queue was found empty.
    this.#worker.on('active', () => {
      this.#isDrained = false;
    });
    this.#worker.on('drained', () => {
      this.#isDrained = true;
    });
    this.#worker.on('error', logQueueErrors(app.log));
    this.#worker.on('failed', (job, error) => this.#logFailure(job?.id, error));
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  get isRunning(): boolean {
    return this.#worker.isRunning();
  }

  /** Whether a further job would have to wait. */
  get isFull(): boolean {
    return this.#direct.size + this.#fetched >= this.#terms.concurrency;
  }

  get open(): number {
    return this.#direct.size;
  }

  /**
   * Nothing is taken while jobs wait in the queue: they came first. A job that still waits here when a scan finds it goes
   * into the queue as well, where another worker may be free.
   */
  take({ id, name, payload }: NamedJob & QueuedJob): boolean {
    const known = this.#direct.get(id);
    if (known) return known.isBegun;
    const key = this.#keyOf(payload);
    if (this.#signals.closing.aborted || !this.#isDrained || !this.#hasRoom(key, groupOf(payload))) return false;
    const direct: DirectJob = { isBegun: false, ended: Promise.resolve() };
    this.#direct.set(id, direct);
    const onBegin = () => {
      direct.isBegun = true;
    };
    direct.ended = this.#run({ id, name, data: payload, key, onBegin })
      .catch((error: unknown) => this.#logFailure(id, error))
      .finally(() => {
        this.#direct.delete(id);
        this.#fetchMore();
      });
    this.#fetchMore();
    return true;
  }

  /** Waits for the jobs that run. `closing` must have been aborted. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#worker.close(), ...[...this.#direct.values()].map(({ ended }) => ended)]);
  }

  #hasRoom(key: string, group: string | null): boolean {
    const isFree = this.#turns.canTake(key) && (!group || this.#groupTurns?.canTake(group) !== false);
    return isFree || this.#direct.size < this.#terms.concurrency * directRounds;
  }

  /** Whose turn a job takes. Jobs that name no tenant take turns as one. */
  #keyOf(data: unknown): string {
    return this.#terms.inTurns ? tenantOf(data) : '';
  }

  async #process(job: Job): Promise<void> {
    this.#fetched += 1;
    this.#fetchMore();
    try {
      const { name, data } = job;
      await this.#run({ id: String(job.id), name, data, key: this.#keyOf(data) });
    } finally {
      this.#fetched -= 1;
      this.#fetchMore();
    }
  }

  async #run({ id, name, data, key, onBegin }: Run): Promise<void> {
    const { closing, stopping } = this.#signals;
    try {
      const group = groupOf(data);
      using _ofGroup = this.#groupTurns && group ? await this.#groupTurns.take(group, closing) : null;
      using _ofKey = await this.#turns.take(key, closing);
      onBegin?.();
      await runJob({ name, data }, { app: this.#app, requestId: `job ${id}`, signal: stopping });
    } catch (error) {
      // Its row is found by the next scan of another process.
      if (error !== closing.reason) throw error;
    }
  }

  #fetchMore(): void {
    this.#worker.concurrency = this.#toFetch();
  }

  /** Jobs that were taken directly use slots for which others would be fetched. */
  #toFetch(): number {
    const { concurrency, inTurns } = this.#terms;
    const most = inTurns ? maxHeld : Math.max(1, concurrency - this.#direct.size);
    return Math.min(most, this.#fetched + fetchedAhead);
  }

  #logFailure(job: string | undefined, err: unknown): void {
    const { log } = this.#app;
    if (isOverload(err)) log.warn({ reason: err.message, job }, 'A job has to wait for a scan.');
    else log.error({ err, job }, 'A job failed.');
  }
}

function tenantOf(data: unknown): string {
  return String((data as { tenantId?: unknown } | null)?.tenantId ?? '');
}

/** Null for a job that names no group. */
function groupOf(data: unknown): string | null {
  const { group } = (data ?? {}) as { group?: unknown };
  return group ? `${tenantOf(data)} ${group}` : null;
}
