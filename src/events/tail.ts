import type { LoggedEvent } from './contract.ts';
import { eventBytes } from './event-bytes.ts';
import type { LogPage } from './log.ts';
import { SharedJudges } from './shared-judge.ts';
import type { Waiter } from './waiter.ts';

/** The number of recent events of a tenant that are kept in memory for subscribers that lag a little. */
const keptEvents = 2_000;
const extendLimit = 500;
/** So many subscribers are woken before others go on: more would hold up the main thread. */
const wokenAtOnce = 50;

/** Gets the events of a tenant as they arrive, without a position of its own in the log. */
export type TailObserver = {
  onEvents: (events: readonly LoggedEvent[]) => void;
  /** The database was restored: the events in between are not delivered. */
  onRestart?: () => void;
};

/** How a tail reads the log, and the bytes that its events may take at the moment. */
type TailSource = {
  read: (after: bigint, limit: number) => Promise<LogPage>;
  maxBytes: () => number;
  /** Lets other tenants go on. */
  turn: () => Promise<void>;
};

/**
 * The latest events of one tenant, read once for all its subscribers: the events in (`from`, `to`]. It grows only
 * through `readLogPage`, so a live subscriber gets exactly what a resuming one would read.
 */
export class Tail {
  /** The judges that its subscribers share. */
  readonly judges = new SharedJudges();
  readonly #source: TailSource;
  readonly #waiting = new Set<Waiter>();
  readonly #observers = new Set<TailObserver>();
  #events: LoggedEvent[] = [];
  /** The bytes of each of the events. */
  #bytes: number[] = [];
  #from: bigint;
  #to: bigint;
  #epoch: string;
  #extending: Promise<void> | null = null;
  /** Resolves when those are awake who waited for what has come. */
  #waking: Promise<void> = Promise.resolve();
  #isStale = false;

  constructor(source: TailSource, head: { epoch: string; lastSeq: bigint }) {
    this.#source = source;
    this.#from = head.lastSeq;
    this.#to = head.lastSeq;
    this.#epoch = head.epoch;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get to(): bigint {
    return this.#to;
  }

  /** The events in memory after `seq`, or null if they start later and must be read from the log. */
  after(seq: bigint): readonly LoggedEvent[] | null {
    if (seq < this.#from) return null;
    const start = firstAfter(this.#events, seq);
    return start === 0 ? this.#events : this.#events.slice(start);
  }

  /** Calls the observer with each batch of new events. @returns a function that ends it. */
  observe(observer: TailObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /**
   * Waits at the end of the tail for a wanted event. Also ends when the tail is reset and when the waiter itself wakes,
   * and never rejects. Unwanted events do not wake the subscriber. @returns the position up to which no event was wanted.
   */
  async wanted(waiter: Waiter): Promise<bigint> {
    waiter.passed = this.#to;
    this.#waiting.add(waiter);
    await waiter.wait();
    this.#waiting.delete(waiter);
    return waiter.passed;
  }

  /** Reads new events. Calls during a read are merged into one more read after it. */
  extend(): Promise<void> {
    this.#isStale = true;
    this.#extending ??= this.#extendWhileStale().finally(() => {
      this.#extending = null;
    });
    return this.#extending;
  }

  async #extendWhileStale(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const page = await this.#source.read(this.#to, extendLimit);
      if (page.epoch !== this.#epoch) this.#restart(page);
      else this.#append(page);
      if (page.events.length === extendLimit) this.#isStale = true;
    }
  }

  #append({ events, through }: LogPage): void {
    if (through <= this.#to) return;
    this.#to = through;
    if (events.length > 0) this.#keep(events);
    for (const { onEvents } of this.#observers) onEvents(events);
    const woken: Waiter[] = [];
    for (const waiter of this.#waiting) {
      if (events.some(waiter.isWanted)) woken.push(waiter);
      else waiter.passed = through;
    }
    for (const waiter of woken) this.#waiting.delete(waiter);
    this.#waking = this.#waking.then(() => this.#wakeInTurns(woken));
  }

  /** What ends access is read from the log meanwhile: nobody waits until all subscribers are awake. */
  async #wakeInTurns(waiters: readonly Waiter[]): Promise<void> {
    for (const [index, waiter] of waiters.entries()) {
      if (index > 0 && index % wokenAtOnce === 0) await this.#source.turn();
      waiter.wake();
    }
  }

  /** Before an erasure finishes, events may have lost their payloads after they were read. */
  #keep(events: readonly LoggedEvent[]): void {
    const all = [...this.#events, ...events];
    const erasure = events.findLastIndex(({ type }) => type === 'erasure.finished');
    const outdated = erasure < 0 ? 0 : this.#events.length + erasure;
    const bytes = [...this.#bytes, ...events.map(eventBytes)];
    const dropped = Math.max(all.length - keptEvents, outdated, tooMany(bytes, this.#source.maxBytes()));
    if (dropped > 0) this.#from = (all[dropped - 1] as LoggedEvent).seq;
    this.#events = dropped > 0 ? all.slice(dropped) : all;
    this.#bytes = dropped > 0 ? bytes.slice(dropped) : bytes;
  }

  /** The database was restored: the events in memory belong to another stream. Subscribers detect it by the epoch. */
  #restart({ epoch, through }: LogPage): void {
    this.#epoch = epoch;
    this.#events = [];
    this.#bytes = [];
    this.#from = through;
    this.#to = through;
    for (const { onRestart } of this.#observers) onRestart?.();
    for (const waiter of this.#waiting) waiter.wake();
    this.#waiting.clear();
  }
}

/** How many of the first entries have to go so that the others take at most `max`. */
function tooMany(bytes: readonly number[], max: number): number {
  let sum = 0;
  return (
    1 +
    bytes.findLastIndex((own) => {
      sum += own;
      return sum > max;
    })
  );
}

/** Index of the first event after `seq`; the events are in order. */
function firstAfter(events: readonly LoggedEvent[], seq: bigint): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle] as LoggedEvent).seq > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
