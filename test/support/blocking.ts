import pg from 'pg';
import { until } from './until.ts';

/** A session that holds table locks, so that a process can be caught at a statement of its own. */
export type Blocker = AsyncDisposable & {
  lock(table: string, mode: 'SHARE' | 'ACCESS EXCLUSIVE'): Promise<void>;
  query(text: string, values?: unknown[]): Promise<void>;
  /** Lets go of everything; what was written stays. */
  commit(): Promise<void>;
};

/** Begins a transaction on this database. */
export async function openBlocker(url: string): Promise<Blocker> {
  const client = new pg.Client({ connectionString: url, application_name: 'test blocker' });
  await client.connect();
  await client.query('BEGIN');
  const query = async (text: string, values?: unknown[]) => {
    await client.query(text, values);
  };
  return {
    lock: (table, mode) => query(`LOCK TABLE ${table} IN ${mode} MODE`),
    query,
    commit: () => query('COMMIT'),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

const waiting = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** Waits until a statement like this waits for a lock. */
export async function untilBlocked(db: pg.Pool, like: string): Promise<void> {
  const look = async () => (await db.query(`SELECT ${waiting} AND query ILIKE $1`, [like])).rows.length > 0;
  await until(look, { what: `a blocked ${like}` });
}

/** Ends the sessions that wait for a lock: a process that was killed meanwhile would have its statement run after all. */
export async function endBlocked(db: pg.Pool): Promise<void> {
  await db.query(`SELECT pg_terminate_backend(pid) ${waiting}`);
  const look = async () => (await db.query(`SELECT ${waiting}`)).rows.length === 0;
  await until(look, { what: 'the end of blocked sessions' });
}
