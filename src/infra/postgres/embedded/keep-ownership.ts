import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { type Owned, type Terms, takeOwnership } from './ownership.ts';
import { stopPostmaster } from './postmaster.ts';

/**
 * Owns a running server until it is disposed of. If the owning session breaks, because PostgreSQL restarted after a crash
 * or was killed, the session is opened again, and the server is started again on the same port if necessary.
 */
export class Ownership implements AsyncDisposable {
  readonly #terms: Terms & { report(line: string): void };
  #owned: Owned | null = null;
  #regaining: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(terms: Terms & { report(line: string): void }, owned: Owned) {
    this.#terms = terms;
    this.#hold(owned);
  }

  /** Stops the server and waits for it, unless another process has become its owner. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    await this.#regaining;
    if (!this.#owned) return;
    // If this session breaks, there is nothing left to wait for.
    await othersGone(this.#owned.session).catch(() => {});
    await stopPostmaster(this.#terms.cluster);
    await this.#owned?.session.end();
  }

  /** Tells the server to stop immediately, without waiting for it. */
  abandon(): void {
    if (this.#owned) process.kill(this.#owned.postmaster.pid, 'SIGQUIT');
  }

  #hold(owned: Owned): void {
    this.#owned = owned;
    owned.session.once('end', () => {
      if (this.#isStopping) return;
      this.#owned = null;
      this.#regaining = this.#regain();
    });
  }

  async #regain(): Promise<void> {
    try {
      this.#hold(await takeOwnership(this.#terms));
    } catch (error) {
      this.#terms.report(`PostgreSQL stopped unexpectedly. ${(error as Error).message}`);
    }
  }
}

/** Gives connections that were just closed time to end. Otherwise they would be reported as failures. */
async function othersGone(session: pg.Client): Promise<void> {
  for (const deadline = Date.now() + 1_000; Date.now() < deadline; await delay(10)) {
    const { rowCount } = await session.query(
      `SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    if (!rowCount) return;
  }
}
