import { AppError } from './errors.ts';

/** A slot that is in use until it is disposed of. Disposing of it again does nothing. */
export type Turn = Disposable;

export type TurnLimits = {
  /** How many are in use at once. */
  slots: number;
  /** How many of them one key can use at once. The others are left for keys that come later. */
  perKey: number;
  /** How many of one key may wait; unlimited without it. */
  maxWaiting?: number;
  /** How long one may wait; unlimited without it. */
  maxWaitMs?: number;
  /** How long one may wait while no work gets done, which `progress` tells; as long as otherwise without it. */
  stallMs?: number;
};

/** What one key may use while no other needs it: all slots but a fifth, which is left for keys that come later. */
export function shareOf(slots: number): number {
  return Math.max(1, slots - Math.ceil(slots / 5));
}

type Waiter = { grant(turn: Turn): void };

/**
 * Slots that keys, such as tenants, take in turns. A free slot goes to the next key that waits and has less than its
 * share; within a key, whoever came first is first. Between the arrival of a key and its first slot, every other key gets
 * at most one. While nobody waits, taking a slot is a comparison of two numbers.
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #used = new Map<string, number>();
  /** Who waits, by key. The order of the keys is the order of their turns. No key in it could run now. */
  readonly #lines = new Map<string, Set<Waiter>>();
  #running = 0;
  #progressedMs = Number.NEGATIVE_INFINITY;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** How many slots are in use. */
  get running(): number {
    return this.#running;
  }

  /** Who has slots. */
  get keys(): Iterable<string> {
    return this.#used.keys();
  }

  /** How many wait. */
  get waiting(): number {
    let count = 0;
    for (const line of this.#lines.values()) count += line.size;
    return count;
  }

  /** Tells that work in a slot was done. Slots that end without it, such as those of a lost database, are no progress. */
  progress(): void {
    this.#progressedMs = performance.now();
  }

  /** Whether a slot can be taken without waiting for it. */
  canTake(key: string): boolean {
    return this.#running < this.#limits.slots && (this.#used.get(key) ?? 0) < this.#limits.perKey;
  }

  /**
   * Takes a slot, or waits for it. @throws AppError `UNAVAILABLE` when too many of the key wait, or the wait is too long;
   * the reason of the signal when it aborts.
   */
  async take(key: string, signal?: AbortSignal): Promise<Turn> {
    signal?.throwIfAborted();
    if (this.canTake(key)) return this.#begin(key);
    return this.#wait(key, signal);
  }

  /** For how much longer whoever came at `startMs` waits. */
  patience(startMs: number): number {
    const { maxWaitMs = Number.POSITIVE_INFINITY, stallMs = maxWaitMs } = this.#limits;
    const endMs = Math.min(startMs + maxWaitMs, Math.max(startMs, this.#progressedMs) + stallMs);
    return endMs - performance.now();
  }

  #begin(key: string): Turn {
    this.#running += 1;
    this.#used.set(key, (this.#used.get(key) ?? 0) + 1);
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        this.#end(key);
      },
    };
  }

  #end(key: string): void {
    this.#running -= 1;
    const used = (this.#used.get(key) ?? 0) - 1;
    if (used > 0) this.#used.set(key, used);
    else this.#used.delete(key);
    this.#grantNext();
  }

  /** One slot became free, so at most one waiter can begin. Its key goes to the end of the order. */
  #grantNext(): void {
    for (const [key, line] of this.#lines) {
      if (!this.canTake(key)) continue;
      const [first] = line;
      this.#lines.delete(key);
      if (!first) continue;
      line.delete(first);
      if (line.size > 0) this.#lines.set(key, line);
      first.grant(this.#begin(key));
      return;
    }
  }

  #wait(key: string, signal: AbortSignal | undefined): Promise<Turn> {
    const { maxWaiting = Number.POSITIVE_INFINITY } = this.#limits;
    const line = this.#lines.get(key) ?? new Set();
    if (line.size >= maxWaiting) throw busy(`${maxWaiting} of your requests are already waiting`);
    this.#lines.set(key, line);
    return new Promise((resolve, reject) => {
      const leave = (reason: unknown) => {
        stop();
        line.delete(waiter);
        if (line.size === 0) this.#lines.delete(key);
        reject(reason);
      };
      const onAbort = () => leave(signal?.reason);
      const startMs = performance.now();
      let timer: NodeJS.Timeout | undefined;
      const watch = () => {
        const leftMs = this.patience(startMs);
        if (leftMs <= 0) leave(busy(`no turn came within ${Math.round((performance.now() - startMs) / 1_000)} s`));
        else if (leftMs < Number.POSITIVE_INFINITY) timer = setTimeout(watch, leftMs);
      };
      const stop = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        grant: (turn) => {
          stop();
          resolve(turn);
        },
      };
      line.add(waiter);
      watch();
      signal?.addEventListener('abort', onAbort);
    });
  }
}

function busy(why: string): AppError {
  return new AppError('UNAVAILABLE', `The server is busy: ${why}. Try again, and send fewer requests at once.`);
}
