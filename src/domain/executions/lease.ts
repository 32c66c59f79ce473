import type { ExecutionApp } from './append-events.ts';
import type { Claim } from './claim.ts';
import { type ClaimId, renewLease } from './renew-lease.ts';
import type { StopReason } from './transition.ts';

/** What the holder of an execution has at hand. */
export type Held = { app: ExecutionApp; claim: Claim; lease: Lease; requestId: string };

const retryRenewalMs = 500;

/**
 * The lease of an execution while it is used. It renews itself, and aborts `signal` when the holder is to stop: told so by `stop`,
 * asked for cancellation, or because it cannot know any more that the lease is its own. Then `isLost` is true, and
 * nothing may be written.
 */
export class Lease implements Disposable {
  readonly #app: ExecutionApp;
  readonly #claim: ClaimId;
  readonly #stopping = new AbortController();
  #stop: StopReason | null = null;
  #isLost = false;
  #isDisposed = false;
  #renewal: NodeJS.Timeout | undefined;
  #abandonment: NodeJS.Timeout | undefined;

  /** `sentMs` is when the claim was sent, on the monotonic clock: the lease is at least as old as that. */
  constructor(app: ExecutionApp, claim: ClaimId, sentMs: number) {
    this.#app = app;
    this.#claim = claim;
    this.renewed(sentMs);
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  get stopReason(): StopReason | null {
    return this.#stop;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Tells the holder to stop; the first reason counts, but for CANCELLED, which others give way to. */
  stop(reason: StopReason): void {
    if (this.#stop === null || reason === 'CANCELLED') this.#stop = reason;
    this.#stopping.abort();
  }

  /** The lease was taken by another, or may be soon. */
  lose(): void {
    this.#isLost = true;
    this.#stopping.abort();
  }

  /** A write under the lease renewed it; `sentMs` is when it was sent. */
  renewed(sentMs: number): void {
    if (this.#isDisposed || this.#isLost) return;
    const { renewMs, abandonMs } = this.#app.config.executions;
    clearTimeout(this.#abandonment);
    this.#abandonment = setTimeout(() => this.lose(), sentMs + abandonMs - performance.now());
    this.#renewIn(renewMs);
  }

  /** Renews now, to learn at once whether somebody asked for cancellation. */
  async renew(): Promise<void> {
    const sentMs = performance.now();
    try {
      const held = await renewLease(this.#app, this.#claim);
      if (this.#isDisposed) return;
      if (!held) return this.lose();
      this.renewed(sentMs);
      if (held.isCancelled) this.stop('CANCELLED');
    } catch (error) {
      this.#app.log.warn(
        { err: error, execution: this.#claim.id },
        'The lease of an execution could not be renewed. The worker tries again.',
      );
      this.#renewIn(retryRenewalMs);
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
