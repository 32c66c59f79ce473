import { Lease } from '../work/lease.ts';
import type { ExecutionApp } from './append-events.ts';
import type { Claim } from './claim.ts';
import { type ClaimId, renewLease } from './renew-lease.ts';
import type { StopReason } from './transition.ts';

/** What the holder of an execution has at hand. */
export type Held = { app: ExecutionApp; claim: Claim; lease: ExecutionLease; requestId: string };

/** The lease of an execution, and whether its holder is to stop: a renewal tells it that cancellation was asked for. */
export class ExecutionLease extends Lease {
  /** Aborts when the holder is to stop, or the lease is lost. */
  readonly signal: AbortSignal;
  readonly #app: ExecutionApp;
  readonly #claim: ClaimId;
  readonly #stopping = new AbortController();
  #stop: StopReason | null = null;

  constructor(app: ExecutionApp, claim: ClaimId, sentMs: number) {
    super(app.config.executions, sentMs);
    this.#app = app;
    this.#claim = claim;
    this.signal = AbortSignal.any([this.lost, this.#stopping.signal]);
  }

  get stopReason(): StopReason | null {
    return this.#stop;
  }

  /** Tells the holder to stop; the first reason counts, but for CANCELLED, which others give way to. */
  stop(reason: StopReason): void {
    if (this.#stop === null || reason === 'CANCELLED') this.#stop = reason;
    this.#stopping.abort();
  }

  protected override async extend(): Promise<boolean> {
    const held = await renewLease(this.#app, this.#claim);
    if (held?.isCancelled) this.stop('CANCELLED');
    return held !== null;
  }

  protected override onError(error: unknown): void {
    const { id } = this.#claim;
    this.#app.log.warn(
      { err: error, execution: id },
      'The lease of an execution could not be renewed. The worker tries again.',
    );
  }
}
