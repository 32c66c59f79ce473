import type { App } from '../../app.ts';
import { StaleRecordError } from '../records/save-records.ts';
import { Lease, leaseSql } from './lease.ts';

/** A leased row. The holder is whoever knows its newest version: every other write is refused (fencing). */
export type LeasedRow = { tenantId: string; id: string; version: number; attempts: number };

/** The leased records, and the duration of a lease, which is the delay caused by a dead worker. */
export type LeaseTerms = { table: string; leaseMs: number };

/** The lease of a row. It is renewed each quarter of its time, and given up after three quarters without a renewal. */
export class RowLease<Row extends LeasedRow> extends Lease {
  readonly #db: App['db'];
  readonly #terms: LeaseTerms;
  readonly #stopping: AbortSignal;
  #row: Row;
  #isWriting = false;

  constructor(
    { db, log }: Pick<App, 'db' | 'log'>,
    { table, leaseMs }: LeaseTerms,
    { row, sentMs, stopping }: { row: Row; sentMs: number; stopping: AbortSignal },
  ) {
    const label = `${table} ${row.id}`;
    super({ log, label, renewMs: leaseMs / 4, abandonMs: (leaseMs * 3) / 4, sentMs, stopping });
    this.#db = db;
    this.#terms = { table, leaseMs };
    this.#stopping = stopping;
    this.#row = row;
  }

  /** The row as this worker last wrote it. */
  get row(): Row {
    return this.#row;
  }

  /** @throws StaleRecordError; the signal's reason when the process is to stop. */
  check(): void {
    this.#stopping.throwIfAborted();
    if (this.isLost) throw new StaleRecordError(`The lease of ${this.#terms.table} ${this.#row.id} was lost.`);
  }

  /** Writes the next version of the row, which renews the lease. @throws like `write` and `check`. */
  async write(write: () => Promise<Row>): Promise<void> {
    this.check();
    const sentMs = performance.now();
    this.#isWriting = true;
    try {
      this.#row = await write();
      this.renewed(sentMs);
    } finally {
      this.#isWriting = false;
    }
  }

  /** Releases the row: the next scan finds it. The attempt does not count. */
  async release(): Promise<void> {
    await this.#setExpiry('release', 'clock_timestamp(), attempts = greatest(attempts - 1, 0)');
  }

  protected override async extend(): Promise<boolean | null> {
    const [row, wasWriting] = [this.#row, this.#isWriting];
    if (await this.#setExpiry('renew', leaseSql(this.#terms.leaseMs))) return true;
    // Another write of this worker may have increased the version in the meantime.
    return wasWriting || this.#isWriting || row !== this.#row ? null : false;
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
}
