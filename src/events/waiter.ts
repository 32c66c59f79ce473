import type { LoggedEvent } from './contract.ts';

/**
 * A subscriber that waits repeatedly at the end of a tail. All its waits have one listener, and one timer, after
 * which it is due for a checkpoint.
 */
export class Waiter implements Disposable {
  readonly isWanted: (event: LoggedEvent) => boolean;
  /** No event up to this position was wanted while it waited. */
  passed = 0n;
  readonly #signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  #isDue = false;
  #resolve: (() => void) | null = null;

  constructor(options: { isWanted: (event: LoggedEvent) => boolean; signal: AbortSignal; checkpointMs: number }) {
    this.isWanted = options.isWanted;
    this.#signal = options.signal;
    this.#timer = setTimeout(() => {
      this.#isDue = true;
      this.wake();
    }, options.checkpointMs);
    this.#signal.addEventListener('abort', this.wake);
  }

  /** Whether a checkpoint is due; if so, the time until the next one begins. */
  takeCheckpoint(): boolean {
    const isDue = this.#isDue;
    this.#isDue = false;
    if (isDue) this.#timer.refresh();
    return isDue;
  }

  /** Waits until it is woken; not at all if it would be woken at once. */
  async wait(): Promise<void> {
    if (this.#isDue || this.#signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
    });
  }

  readonly wake = (): void => {
    this.#resolve?.();
    this.#resolve = null;
  };

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.wake);
    this.wake();
  }
}
