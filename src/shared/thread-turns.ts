import { setTimeout as delay, setImmediate } from 'node:timers/promises';

/** So much is done in one turn of the event loop before it is looked for what came in the meantime. */
const loopMs = 2;
/** A pause is so many times as long as the slice before it, and ends earlier when it is of no use any more. */
const pauseFactor = 8;
const maxPauseMs = 100;
/** Whoever has waited for the database for longer is not about to go on. */
const soonMs = 100;
/** What a key used counts half after this time. */
const halfLifeMs = 1_000;
/** Keys are alike unless one used more than twice as much, and so much more. */
const alikeMs = 5;
const maxKept = 1_000;
/** How often it is checked whether a pause is over. */
const checkMs = 1;

/** What a key used of the thread. */
type Share = {
  usedMs: number;
  /** When its last slice ended, and `usedMs` was true. */
  endedMs: number;
  pausedUntilMs: number;
};

type Options = {
  /** The keys that wait for something and will go on, such as those with a connection to the database. */
  underWay: () => Iterable<string>;
  now?: () => number;
};

/**
 * The main thread, which keys, such as tenants, take in turns. Work for a key calls `turn` before it goes on after a
 * wait. What it then does until it waits again is a slice, and its time is counted for the key. Keys that used less go
 * first. A turn of the event loop gives slices for a short time only, so that others are heard soon; and while a key that
 * used less is under way, one that used more pauses after each slice. A key alone waits for nothing but the event loop.
 */
export class ThreadTurns {
  readonly #underWay: () => Iterable<string>;
  readonly #now: () => number;
  /** In the order of their last slices. */
  readonly #shares = new Map<string, Share>();
  readonly #lines = new Map<string, (() => void)[]>();
  #slice: { key: string; beganMs: number } | null = null;
  /** What was used in this turn of the event loop. */
  #spentMs = 0;
  /** Whether somebody can go on whose slice has not begun yet. */
  #isTaken = false;
  #isGranting = false;

  constructor({ underWay, now = () => performance.now() }: Options) {
    this.#underWay = underWay;
    this.#now = now;
  }

  /** Resolves when the key can go on. It never rejects. */
  async turn(key: string): Promise<void> {
    this.#end();
    if (this.#isFree() && !this.#isPaused(key)) await this.#take();
    else await this.#wait(key);
    this.#isTaken = false;
    this.#begin(key);
  }

  #isFree(): boolean {
    return !this.#isTaken && this.#spentMs < loopMs && this.#lines.size === 0;
  }

  /** The slice begins when this is awaited. Until then nobody else takes one. */
  async #take(): Promise<void> {
    this.#isTaken = true;
  }

  /** The next tick comes when everything has run that was ready. */
  #begin(key: string): void {
    this.#end();
    if (this.#spentMs === 0) globalThis.setImmediate(() => this.#renew());
    this.#slice = { key, beganMs: this.#now() };
    process.nextTick(() => this.#end());
  }

  #renew(): void {
    this.#spentMs = 0;
  }

  #end(): void {
    if (!this.#slice) return;
    const { key, beganMs } = this.#slice;
    this.#slice = null;
    const endedMs = this.#now();
    const ms = endedMs - beganMs;
    this.#spentMs += ms;
    const usedMs = this.#usedBy(key, endedMs) + ms;
    const pausedUntilMs = endedMs + Math.min(ms * pauseFactor, maxPauseMs);
    this.#shares.delete(key);
    this.#shares.set(key, { usedMs, endedMs, pausedUntilMs });
    const [oldest = key] = this.#shares.keys();
    if (this.#shares.size > maxKept) this.#shares.delete(oldest);
  }

  #usedBy(key: string, now: number): number {
    const share = this.#shares.get(key);
    return share ? share.usedMs * 2 ** ((share.endedMs - now) / halfLifeMs) : 0;
  }

  #isPaused(key: string): boolean {
    const share = this.#shares.get(key);
    const now = this.#now();
    if (!share || now >= share.pausedUntilMs) return false;
    const usedMs = this.#usedBy(key, now);
    for (const other of this.#underWay()) {
      if (other !== key && this.#isSoon(other, now) && usedMs > 2 * this.#usedBy(other, now) + alikeMs) return true;
    }
    return false;
  }

  #isSoon(key: string, now: number): boolean {
    const share = this.#shares.get(key);
    return share !== undefined && now < share.endedMs + soonMs;
  }

  #wait(key: string): Promise<void> {
    return new Promise((resolve) => {
      const line = this.#lines.get(key) ?? [];
      this.#lines.set(key, line);
      line.push(resolve);
      if (!this.#isGranting) void this.#grantAll();
    });
  }

  async #grantAll(): Promise<void> {
    this.#isGranting = true;
    for (await endOfSlice(); this.#lines.size > 0; ) {
      const key = this.#next();
      if (this.#spentMs >= loopMs) await setImmediate();
      else if (key === null) await delay(checkMs);
      else await this.#grant(key);
    }
    this.#isGranting = false;
  }

  /** Who used least of those that wait and are not paused. */
  #next(): string | null {
    const now = this.#now();
    const [first] = [...this.#lines.keys()]
      .filter((key) => !this.#isPaused(key))
      .sort((a, b) => this.#usedBy(a, now) - this.#usedBy(b, now));
    return first ?? null;
  }

  /** Resolves when the slice is over. */
  async #grant(key: string): Promise<void> {
    const line = this.#lines.get(key) ?? [];
    const first = line.shift();
    if (line.length === 0) this.#lines.delete(key);
    this.#isTaken = true;
    first?.();
    await endOfSlice();
  }
}

function endOfSlice(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
