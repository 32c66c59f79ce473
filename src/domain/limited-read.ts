import type pg from 'pg';
import type { App } from '../app.ts';
import type { Change } from './change.ts';

/*
 * Reads whose cost no index bounds: PostgreSQL stops them after `config.limits.readMs`, and the caller is told
 * QUERY_TOO_EXPENSIVE. The limit is set in their transaction, so that it holds behind a pooler too, and for nothing else.
 */

type Limits = Pick<App, 'config'>;
type Statement = { text: string; values: unknown[] };

/** Runs one such statement. */
export async function readWithin<R extends pg.QueryResultRow>(
  { db, config }: Pick<App, 'db'> & Limits,
  statement: Statement,
): Promise<R[]> {
  const client = await db.connect();
  let isBroken = false;
  try {
    await client.query(`BEGIN READ ONLY; ${limit(config)}`);
    const { rows } = await client.query<R>(statement);
    await client.query('COMMIT');
    return rows;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      isBroken = true;
    });
    throw error;
  } finally {
    client.release(isBroken);
  }
}

/** Runs such reads as a part of a change, whose writes have no limit. */
export async function readWithinChange<R>(tx: Change, { config }: Limits, read: () => Promise<R>): Promise<R> {
  await tx.query('', limit(config), []);
  const result = await read();
  await tx.query('', 'SET LOCAL statement_timeout TO DEFAULT', []);
  return result;
}

function limit({ limits }: App['config']): string {
  return `SET LOCAL statement_timeout = ${limits.readMs}`;
}
