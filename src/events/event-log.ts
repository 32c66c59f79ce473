import type pg from 'pg';
import type { Database } from '../infra/postgres/database.ts';
import type { TenantConnections } from '../infra/postgres/tenant-connections.ts';
import type { StreamCursor } from '../shared/cursor.ts';
import { AppError } from '../shared/errors.ts';
import type { LoggedEvent } from './contract.ts';
import type { HintBus } from './hints.ts';
import { leavable } from './leavable.ts';
import { readLastEvent, readLogHead, readLogPage } from './log.ts';
import { LogPages } from './log-pages.ts';
import type { Judge } from './shared-judge.ts';
import type { TailObserver } from './tail.ts';
import { Tails } from './tails.ts';
import { Waiter } from './waiter.ts';

/** How often a subscriber gets a recent cursor, even if there are no events. */
const usualCheckpointMs = 30_000;
/** So many items are given to a subscriber before others go on. */
const givenAtOnce = 50;

/** What the stream itself tells a subscriber. `cursor` is the position from which to resume after it. */
export type StreamSignal =
  | { kind: 'READY'; cursor: StreamCursor }
  | { kind: 'CHECKPOINT'; cursor: StreamCursor }
  | { kind: 'RESYNC'; cursor: StreamCursor };

type EventLogOptions = {
  /** For what all subscribers share. */
  db: pg.Pool;
  /** For what a subscriber reads alone. */
  tenants: Pick<TenantConnections, 'of' | 'turn'>;
  hints: HintBus;
  onError: (error: unknown) => void;
  checkpointMs?: number;
};
/** Where a subscription starts and what ends it. */
export type StreamOptions = {
  /** Null for a subscription that starts now. */
  after: StreamCursor | null;
  signal: AbortSignal;
  /** Says all that the judge of the subscription knows. Subscriptions to a tenant with the same key share their judge. */
  key: string;
};
export type WatchOptions<S, T extends object> = StreamOptions & {
  tenantId: string;
  /** Events for which it is null do not wake the subscriber. */
  judge: Judge<S, T>;
  /** Whom the judge asks. */
  subscriber: S;
  /** What the subscriber has to know to answer. Events wait until it is loaded. */
  knowledge?: { readonly isLoaded: boolean; loaded(): Promise<void> };
  /** Reads what the event does not have. The subscriber does not get the item if it is null. */
  complete?: (item: T) => Promise<T | null>;
  /** Called once, when the stream has ended or was left. */
  onEnd?: () => void;
};
export type Watched<T> = AsyncIterableIterator<T | StreamSignal, void, undefined>;

/** The reading side of the log in one process. */
export class EventLog implements AsyncDisposable {
  readonly #db: pg.Pool;
  readonly #tenants: Pick<TenantConnections, 'of' | 'turn'>;
  readonly #tails: Tails;
  readonly #checkpointMs: number;

  constructor({ checkpointMs = usualCheckpointMs, ...options }: EventLogOptions) {
    this.#db = options.db;
    this.#tenants = options.tenants;
    this.#tails = new Tails(options);
    this.#checkpointMs = checkpointMs;
  }

  /** The current cursor: a subscription from it gets all events that are numbered later. */
  async head(): Promise<StreamCursor> {
    const { epoch, lastSeq } = await readLogHead(this.#db);
    return { epoch, seq: lastSeq };
  }

  /**
   * What the judge lets through of the tenant's events after a cursor, or from now on: READY first, then every item once
   * and in order, CHECKPOINT when there are none, and RESYNC if the cursor cannot be resumed (the stream then continues
   * from now). It ends when `signal` aborts, and throws the reason of the signal if that is an AppError.
   */
  watch<S, T extends object>({ signal, onEnd, ...options }: WatchOptions<S, T>): Watched<T> {
    return leavable(signal, (leaving) => this.#stream({ ...options, signal: leaving }), onEnd);
  }

  async *#stream<S, T extends object>(options: WatchOptions<S, T>): AsyncGenerator<T | StreamSignal, void, undefined> {
    const { tenantId, after, key, signal, subscriber, knowledge, complete } = options;
    const { db } = this.#tenants.of(tenantId);
    const pages = new LogPages((from, limit) => readLogPage(db, { tenantId, after: from, limit }));
    const tail = await this.#tails.acquire(tenantId);
    const judge = tail.judges.acquire(key, options.judge);
    // As long as the subscriber cannot answer, every event ends its wait.
    const isWanted = (event: LoggedEvent) => knowledge?.isLoaded === false || judge.itemOf(event, subscriber) !== null;
    try {
      using waiter = new Waiter({ isWanted, signal, checkpointMs: this.#checkpointMs });
      const isResumable = !after || (await canResume(db, after));
      let cursor = isResumable && after ? after : { epoch: tail.epoch, seq: tail.to };
      yield { kind: isResumable ? 'READY' : 'RESYNC', cursor };
      let given = 0;
      while (!signal.aborted) {
        if (cursor.epoch !== tail.epoch) {
          cursor = { epoch: tail.epoch, seq: tail.to };
          yield { kind: 'RESYNC', cursor };
        }
        const kept = tail.after(cursor.seq);
        const page = kept ? { events: kept, through: tail.to } : await pages.after(cursor.seq);
        // Observers get an event before any subscriber does.
        if (page.through > tail.to) await tail.extend();
        if (cursor.epoch !== tail.epoch) continue;
        for (const event of page.events) {
          if (signal.aborted) break;
          cursor = event.cursor;
          if (knowledge && !knowledge.isLoaded) await knowledge.loaded();
          const item = kept ? judge.itemOf(event, subscriber) : judge.ownItemOf(event, subscriber);
          const whole = item && complete ? await complete(item) : item;
          if (!whole) continue;
          yield whole;
          given += 1;
          if (given % givenAtOnce === 0) await this.#tenants.turn(tenantId);
        }
        if (signal.aborted) break;
        // A cursor from another process may be ahead of this tail. Starting at the tail would deliver events twice.
        if (page.through > cursor.seq) cursor = { epoch: cursor.epoch, seq: page.through };
        if (waiter.takeCheckpoint()) yield { kind: 'CHECKPOINT', cursor };
        if (cursor.seq < tail.to) continue;
        const passed = await tail.wanted(waiter);
        if (passed > cursor.seq) cursor = { epoch: cursor.epoch, seq: passed };
      }
    } finally {
      tail.judges.release(key);
      this.#tails.release(tenantId);
    }
    if (signal.reason instanceof AppError) throw signal.reason;
  }

  /** The last event of some types of an object. Null if there is none in this stream. */
  last(subject: Parameters<typeof readLastEvent>[1]): Promise<LoggedEvent | null> {
    return readLastEvent(this.#tenants.of(subject.tenantId).db, subject);
  }

  /**
   * Calls the observer with each batch of new events of the tenant, from when the promise resolves until it is disposed
   * of.
   */
  async observe(tenantId: string, observer: TailObserver): Promise<() => void> {
    const stop = (await this.#tails.acquire(tenantId)).observe(observer);
    return () => {
      stop();
      this.#tails.release(tenantId);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tails[Symbol.asyncDispose]();
  }
}

/** False after a restore (another epoch, or a cursor from the future) and if the cursor is older than the stream is kept. */
async function canResume(db: Database, { epoch, seq }: StreamCursor): Promise<boolean> {
  const head = await readLogHead(db);
  return epoch === head.epoch && seq >= head.oldestSeq && seq <= head.lastSeq;
}
