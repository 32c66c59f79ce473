import type { App } from '../../app.ts';

/** A row under a lease. Whoever knows its newest version holds it: every other write is refused (fencing). */
export type LeasedRow = { tenantId: string; id: string; version: number; attempts: number };

/** Whose rows are leased, and for how long: a dead worker costs so much. */
export type LeaseTerms = { table: string; leaseMs: number };

/** Thrown at a worker whose row was taken over or changed by others. It has written nothing and must not. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** A lease in SQL, given by the database's own clock. */
export function leaseSql(leaseMs: number | string): string {
  return `clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;
}

/**
 * The lease of a row while it is worked on. It is renewed each quarter of its time. `signal` aborts when it was lost, when
 * it could not be renewed for three quarters of its time, so before another worker can take the row, or with `stopping`.
 */
export class Lease<Row extends LeasedRow> implements Disposable {
  readonly signal: AbortSignal;
  readonly #db: App['db'];
  readonly #terms: LeaseTerms;
  readonly #stopping: AbortSignal;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #row: Row;
  #renewedMs: number;
  #isWriting = false;

  /** `sentMs` is when the claim was sent, on the monotonic clock: the lease is at least as old as that. */
  constructor(
    { db }: Pick<App, 'db'>,
    terms: LeaseTerms,
    { row, sentMs, stopping }: { row: Row; sentMs: number; stopping: AbortSignal },
  ) {
    this.#db = db;
    this.#terms = terms;
    this.#stopping = stopping;
    this.#row = row;
    this.#renewedMs = sentMs;
    this.signal = AbortSignal.any([stopping, this.#lost.signal]);
    this.#timer = setInterval(() => void this.#renew(), terms.leaseMs / 4);
  }

  /** The row as this worker last wrote it. */
  get row(): Row {
    return this.#row;
  }

  /** @throws LeaseLostError; the signal's reason when the worker is to stop. */
  check(): void {
    this.#stopping.throwIfAborted();
    if (this.#lost.signal.aborted) throw new LeaseLostError(`The lease of ${this.#name} was lost.`);
  }

  /** Writes the next version of the row, which renews the lease. @throws what `write` and `check` throw. */
  async write(write: () => Promise<Row>): Promise<void> {
    this.check();
    const sentMs = performance.now();
    this.#isWriting = true;
    try {
      this.#row = await write();
      this.#renewedMs = sentMs;
    } finally {
      this.#isWriting = false;
    }
  }

  /** Gives the row back: the next scan finds it. */
  async release(): Promise<void> {
    await this.#setExpiry('release', 'clock_timestamp()');
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    if (performance.now() - this.#renewedMs > this.#terms.leaseMs * 0.75) this.#lost.abort();
    const [row, wasWriting, sentMs] = [this.#row, this.#isWriting, performance.now()];
    try {
      const isRenewed = await this.#setExpiry('renew', leaseSql(this.#terms.leaseMs));
      if (isRenewed) this.#renewedMs = Math.max(this.#renewedMs, sentMs);
      // A write of our own may have raised the version meanwhile.
      else if (!wasWriting && !this.#isWriting && row === this.#row) this.#lost.abort();
    } catch {
      // The database may be back before the lease is too old.
    }
  }

  async #setExpiry(verb: 'renew' | 'release', expiry: string): Promise<boolean> {
    const { table } = this.#terms;
    const { tenantId, id, version } = this.#row;
    const { rowCount } = await this.#db.query({
      name: `${verb}-${table}`,
      text: `UPDATE ${table} SET "leaseExpiresAt" = ${expiry}
        WHERE "tenantId" = $1 AND id = $2 AND version = $3 AND "leaseExpiresAt" IS NOT NULL`,
      values: [tenantId, id, version],
    });
    return rowCount === 1;
  }

  get #name(): string {
    return `${this.#terms.table} ${this.#row.id}`;
  }
}
