import { Lease } from '../work/lease.ts';
import type { ExecutionApp } from './append-events.ts';
import type { ExecutionClaim } from './claim.ts';
import { type ClaimId, renewLease } from './renew-lease.ts';
import type { StopReason } from './transition.ts';

/** What the holder of an execution has at hand. */
export type Held = { app: ExecutionApp; claim: ExecutionClaim; lease: ExecutionLease };

/** The lease of an execution, and whether its holder is to stop: a renewal tells it that cancellation was asked for. */
export class ExecutionLease extends Lease {
  readonly #app: ExecutionApp;
  readonly #claim: ClaimId;
  readonly #stopping: AbortController;
  #stop: StopReason | null = null;

  constructor(app: ExecutionApp, claim: ClaimId, sentMs: number, stopping = new AbortController()) {
    const label = `execution ${claim.id}`;
    super({ log: app.log, label, ...app.config.executions, sentMs, stopping: stopping.signal });
    this.#app = app;
    this.#claim = claim;
    this.#stopping = stopping;
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
}
