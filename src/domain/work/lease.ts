import type { App } from '../../app.ts';

type LeaseOptions = {
  log: App['log'];
  /** What is leased, for the log. */
  label: string;
  /** How long after one renewal the next one is sent. */
  renewMs: number;
  /** How long without a renewal the holder believes the lease to be its own: shorter than the lease itself. */
  abandonMs: number;
  /** When the claim was sent, on the monotonic clock: the lease is at least as old as that. */
  sentMs: number;
  stopping: AbortSignal;
};

/** The usual duration of a lease, which is the delay caused by a dead worker. */
export const usualLeaseMs = 5_000;

const retryMs = 500;

/** A lease in SQL, given by the database's own clock. */
export function leaseSql(leaseMs: number | string): string {
  return `clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;
}

/**
 * A lease while it is used: it renews itself. It is lost when the database says so, or when it could not be renewed in
 * time, so before another worker can have it; then nothing may be written. The worker's clock is only used to measure
 * how long ago the lease was renewed.
 */
export abstract class Lease implements Disposable {
  /** Aborts when the holder is to stop, or the lease is lost. */
  readonly signal: AbortSignal;
  readonly #options: LeaseOptions;
  readonly #lost = new AbortController();
  readonly #isFresh: boolean;
  #isDisposed = false;
  #renewal: NodeJS.Timeout | undefined;
  #abandonment: NodeJS.Timeout | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.signal = AbortSignal.any([options.stopping, this.#lost.signal]);
    this.#isFresh = performance.now() - options.sentMs < options.renewMs;
    this.renewed(this.#isFresh ? options.sentMs : performance.now());
  }

  /** A claim over a slow network has used up part of its lease, which is renewed before any work begins. */
  async begin(): Promise<void> {
    if (!this.#isFresh && !(await this.renew())) this.lose();
  }

  /** Renews the lease in the database. @returns whether it is still ours; null when that cannot be told. */
  protected abstract extend(): Promise<boolean | null>;

  get isLost(): boolean {
    return this.#lost.signal.aborted;
  }

  /** The lease was taken by another worker, or may be soon. */
  lose(): void {
    this.#lost.abort();
  }

  /** A write under the lease renewed it; `sentMs` is when it was sent. */
  renewed(sentMs: number): void {
    if (this.#isDisposed || this.isLost) return;
    const { abandonMs, renewMs } = this.#options;
    clearTimeout(this.#abandonment);
    this.#abandonment = setTimeout(() => this.lose(), sentMs + abandonMs - performance.now());
    this.#renewIn(renewMs);
  }

  /** @returns whether the database confirmed it. */
  async renew(): Promise<boolean> {
    const sentMs = performance.now();
    try {
      const isOurs = await this.extend();
      if (isOurs === false) this.lose();
      else if (isOurs) this.renewed(sentMs);
      else this.#renewIn(retryMs);
      return isOurs === true;
    } catch (error) {
      const { log, label } = this.#options;
      log.warn({ err: error, lease: label }, 'A lease could not be renewed. The worker tries again.');
      this.#renewIn(retryMs);
      return false;
    }
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#renewal);
    clearTimeout(this.#abandonment);
  }

  #renewIn(ms: number): void {
    if (this.#isDisposed) return;
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => void this.renew(), ms);
  }
}
