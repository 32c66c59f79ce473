import { type Buckets, type Exceeded, refillMs, type Spending, windowMs } from './spending.ts';

/**
 * Buckets of one process. Of each key it stores only the time at which its bucket is full again, and nothing of a full
 * bucket. Beyond `maxKeys`, the keys that were used least recently are forgotten.
 */
export class MemoryBuckets implements Buckets {
  readonly #fullAt = new Map<string, number>();
  readonly #maxKeys: number;
  readonly #now: () => number;

  constructor({ maxKeys, now = () => performance.now() }: { maxKeys: number; now?: () => number }) {
    this.#maxKeys = maxKeys;
    this.#now = now;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  spend(spendings: readonly Spending[]): Exceeded | null {
    const now = this.#now();
    for (const spending of spendings) {
      const retryAfterMs = this.#after(spending, now) - now - windowMs;
      if (retryAfterMs > 0) return { key: spending.key, retryAfterMs };
    }
    for (const spending of spendings) this.#set(spending.key, this.#after(spending, now), now);
    return null;
  }

  charge(spendings: readonly Spending[]): null {
    const now = this.#now();
    for (const spending of spendings) {
      this.#set(spending.key, Math.min(this.#after(spending, now), now + 2 * windowMs), now);
    }
    return null;
  }

  #after(spending: Spending, now: number): number {
    return Math.max(this.#fullAt.get(spending.key) ?? now, now) + refillMs(spending);
  }

  /** The key used last is the last of the map. */
  #set(key: string, fullAt: number, now: number): void {
    this.#fullAt.delete(key);
    this.#fullAt.set(key, fullAt);
    for (const [oldest, time] of this.#fullAt) {
      if (time > now && this.#fullAt.size <= this.#maxKeys) return;
      this.#fullAt.delete(oldest);
    }
  }
}
