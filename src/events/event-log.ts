import type pg from 'pg';
import type { StreamCursor } from '../shared/cursor.ts';
import { AppError } from '../shared/errors.ts';
import type { LoggedEvent } from './contract.ts';
import type { HintBus } from './hints.ts';
import { readLogHead, readLogPage } from './log.ts';
import type { TailObserver } from './tail.ts';
import { Tails } from './tails.ts';

const backfillLimit = 500;
/** How often a subscriber gets a young cursor, also when it hears nothing. */
const usualCheckpointMs = 30_000;

/** What a subscriber gets. `cursor` is where it would resume after this item. */
export type StreamItem =
  | { kind: 'READY'; cursor: StreamCursor }
  | { kind: 'CHECKPOINT'; cursor: StreamCursor }
  | { kind: 'RESYNC'; cursor: StreamCursor }
  | { kind: 'EVENT'; cursor: StreamCursor; event: LoggedEvent };

export type EventLogOptions = {
  db: pg.Pool;
  hints: HintBus;
  onError: (error: unknown) => void;
  checkpointMs?: number;
};
export type StreamOptions = {
  tenantId: string;
  after: StreamCursor | null;
  signal: AbortSignal;
  /** Tells which events the subscriber gets; the others do not wake it. */
  isWanted: (event: LoggedEvent) => boolean;
};

/** The reading side of the log in one process. */
export class EventLog implements AsyncDisposable {
  readonly #db: pg.Pool;
  readonly #tails: Tails;
  readonly #checkpointMs: number;

  constructor({ checkpointMs = usualCheckpointMs, ...options }: EventLogOptions) {
    this.#db = options.db;
    this.#tails = new Tails(options);
    this.#checkpointMs = checkpointMs;
  }

  /** The cursor of this moment: a subscription from it gets everything numbered later. */
  async head(): Promise<StreamCursor> {
    const { epoch, lastSeq } = await readLogHead(this.#db);
    return { epoch, seq: lastSeq };
  }

  /**
   * The tenant's events after a cursor, or from now on: READY first, then every wanted event once and in order, CHECKPOINT when
   * it is quiet, RESYNC when the cursor cannot be resumed (the stream goes on from now). It ends when `signal` aborts,
   * and throws the signal's reason if that is an AppError.
   */
  async *stream({ tenantId, after, signal, isWanted }: StreamOptions): AsyncGenerator<StreamItem, void, undefined> {
    const tail = await this.#tails.acquire(tenantId);
    try {
      const isResumable = !after || (await this.#canResume(after));
      let cursor = isResumable && after ? after : { epoch: tail.epoch, seq: tail.to };
      yield { kind: isResumable ? 'READY' : 'RESYNC', cursor };
      let checkpointAt = Date.now() + this.#checkpointMs;
      while (!signal.aborted) {
        if (cursor.epoch !== tail.epoch) {
          cursor = { epoch: tail.epoch, seq: tail.to };
          yield { kind: 'RESYNC', cursor };
        }
        const kept = tail.after(cursor.seq);
        const page = kept
          ? { events: kept, through: tail.to }
          : await readLogPage(this.#db, { tenantId, after: cursor.seq, limit: backfillLimit });
        // Observers are told of an event before any subscriber gets it.
        if (page.through > tail.to) await tail.extend();
        if (cursor.epoch !== tail.epoch) continue;
        for (const event of page.events) {
          if (signal.aborted) break;
          cursor = event.cursor;
          if (isWanted(event)) yield { kind: 'EVENT', cursor, event };
        }
        if (signal.aborted) break;
        // A cursor from another process may be ahead of this tail; going back to it would deliver events twice.
        if (page.through > cursor.seq) cursor = { epoch: cursor.epoch, seq: page.through };
        if (Date.now() >= checkpointAt) {
          checkpointAt = Date.now() + this.#checkpointMs;
          yield { kind: 'CHECKPOINT', cursor };
        }
        if (cursor.seq < tail.to) continue;
        const passed = await tail.wanted({ isWanted, signal, ms: checkpointAt - Date.now() });
        if (passed > cursor.seq) cursor = { epoch: cursor.epoch, seq: passed };
      }
    } finally {
      this.#tails.release(tenantId);
    }
    if (signal.reason instanceof AppError) throw signal.reason;
  }

  /** Tells of each stretch of the tenant's new events, from when the promise resolves until it is disposed of. */
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

  /** Not after a restore (another epoch, or a cursor from the future), nor when it is older than what is kept. */
  async #canResume({ epoch, seq }: StreamCursor): Promise<boolean> {
    const head = await readLogHead(this.#db);
    return epoch === head.epoch && seq >= head.oldestSeq && seq <= head.lastSeq;
  }
}
