import type { App } from '../app.ts';
import { claimExecutions, type ExecutionClaim } from '../domain/executions/claim.ts';
import { ClaimTurns } from '../domain/executions/claim-turns.ts';
import { runExecution } from '../domain/executions/run-execution.ts';
import { ExecutionSlots } from '../domain/executions/slots.ts';
import type { Signals } from './queue-worker.ts';
import { measured } from './run-job.ts';

/**
 * Runs executions in one process. It claims them by SQL as long as it has slots, when some may be ready: after a submission
 * in any process, when an execution ends while others wait for its slot, and when the scan finds some.
 */
export class ExecutionWorker implements AsyncDisposable {
  readonly #app: App;
  readonly #signals: Signals;
  readonly #slots = new ExecutionSlots();
  readonly #turns = new ClaimTurns();
  readonly #running = new Set<Promise<void>>();
  readonly #stopListening: () => void;
  #claiming: Promise<void> | null = null;
  /** Whether to claim once more. */
  #isWoken = false;
  /** Whether executions may be ready for which there is no slot. */
  #mayWait = false;
  /** How many have become ready since the last claim. */
  #arrived = 0;

  constructor(app: App, signals: Signals) {
    this.#app = app;
    this.#signals = signals;
    this.#stopListening = app.hints.listen((hint) => hint.topic === 'ready' && this.#hear(hint.tenantIds));
    this.#wake();
  }

  /** Waits for the executions that run. `closing` must have been aborted. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    await this.#claiming;
    await Promise.all(this.#running);
  }

  /** @returns whether there is a slot for each: then no other process needs to know. */
  #hear(tenantIds: readonly string[] | 'all'): boolean {
    this.#wake();
    if (tenantIds === 'all') return false;
    for (const id of tenantIds) this.#turns.arrived(id);
    this.#arrived += tenantIds.length;
    return !this.#signals.closing.aborted && this.#slots.hasRoomFor(this.#arrived, tenantIds);
  }

  #wake(): void {
    this.#isWoken = true;
    this.#claiming ??= this.#claimAll();
  }

  async #claimAll(): Promise<void> {
    // What becomes ready in one turn of the event loop is claimed together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#isWoken && !this.#signals.closing.aborted) {
      this.#isWoken = false;
      if (this.#slots.room.all > 0) await this.#claim();
      else this.#mayWait = true;
    }
    // Immediately, so that whoever wakes it from now on starts another round.
    this.#claiming = null;
  }

  async #claim(): Promise<void> {
    const { room, holders } = this.#slots;
    const turns = this.#turns.next;
    const arrived = this.#arrived;
    const sentMs = performance.now();
    try {
      const claims = await claimExecutions(this.#app, { room, holders, ...turns });
      for (const claim of claims) this.#begin(claim, sentMs);
      const isAll = this.#slots.room.ordinary > 0;
      this.#turns.taken(turns, { tenantIds: claims.map(({ tenantId }) => tenantId), isAll });
      this.#mayWait = this.#slots.isLimiting;
      // What is urgent may have further slots.
      if (claims.length > 0 && !isAll) this.#isWoken = true;
    } catch (err) {
      this.#app.log.warn({ err }, 'Executions could not be claimed. The next scan tries again.');
    } finally {
      this.#arrived -= arrived;
    }
  }

  #begin(claim: ExecutionClaim, sentMs: number): void {
    const slot = this.#slots.take(claim);
    const run = () => runExecution(this.#app, claim, { sentMs, signal: this.#signals.stopping });
    const ended = measured(this.#app, 'execution.run', run)
      .catch((err: unknown) => this.#app.log.error({ err, execution: claim.id }, 'An execution was given up.'))
      .finally(() => {
        slot[Symbol.dispose]();
        this.#running.delete(ended);
        if (this.#mayWait) this.#wake();
      });
    this.#running.add(ended);
  }
}
