import type pg from 'pg';
import { control, type Statement, sendBatch } from './batch.ts';

/** So many characters of parameters may wait. */
const maxWaiting = 1_000_000;

const begin = control('BEGIN');
const commit = control('COMMIT');
const savepoint = control('SAVEPOINT work');
const rollbackToSavepoint = control('ROLLBACK TO SAVEPOINT work');

/**
 * A transaction in as few round trips as its work allows. Statements wait until the rows of one are needed, or for the
 * commit, and are then sent together; a transaction that needs no rows is one batch. It takes its connection when it
 * first sends something. Disposing of it rolls back what was not committed.
 */
export class Transaction implements AsyncDisposable {
  readonly #connect: () => Promise<pg.PoolClient>;
  #client: pg.PoolClient | null = null;
  #waiting: Statement[] = [];
  #characters = 0;
  #state: 'NEW' | 'BEGUN' | 'COMMITTED' = 'NEW';

  constructor(connect: () => Promise<pg.PoolClient>) {
    this.#connect = connect;
  }

  /** Runs a statement, after those that wait, and returns its rows. */
  async query<R extends pg.QueryResultRow>(statement: Statement): Promise<R[]> {
    this.#waiting.push(statement);
    return (await this.#sendWithin()) as R[];
  }

  /** Runs a statement whose rows nobody needs: with the next that is asked, or with the commit. Errors show then. */
  async write(statement: Statement): Promise<void> {
    this.#waiting.push(statement);
    for (const value of statement.values) this.#characters += lengthOf(value);
    if (this.#characters > maxWaiting) await this.#sendWithin();
  }

  /** Runs work that has no effect in the database if it throws. The transaction must have run a query. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting.push(savepoint);
    try {
      return await work();
    } catch (error) {
      const unsent = this.#waiting.indexOf(savepoint);
      if (unsent >= 0) this.#waiting.length = unsent;
      else this.#waiting = [rollbackToSavepoint];
      throw error;
    }
  }

  async commit(): Promise<void> {
    if (this.#state === 'BEGUN') this.#waiting.push(commit);
    if (this.#waiting.length > 0) await this.#send();
    this.#state = 'COMMITTED';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#client) return;
    const isUsable = this.#state === 'COMMITTED' || (await rollBack(this.#client));
    this.#client.release(!isUsable);
  }

  async #sendWithin(): Promise<pg.QueryResultRow[]> {
    if (this.#state === 'NEW') this.#waiting.unshift(begin);
    this.#state = 'BEGUN';
    return this.#send();
  }

  /** @returns the rows of the last statement. */
  async #send(): Promise<pg.QueryResultRow[]> {
    const statements = this.#waiting;
    this.#waiting = [];
    this.#characters = 0;
    this.#client ??= await this.#connect();
    try {
      return (await sendBatch(this.#client, statements)).at(-1) ?? [];
    } catch (error) {
      // Otherwise it would lead to the socket's event and not to who asked.
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
  }
}

/** @returns whether it could be done: a connection that cannot roll back must not be used again. */
async function rollBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || value instanceof Buffer ? value.length : 0;
}
