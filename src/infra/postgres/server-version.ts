import type pg from 'pg';
import { StartFault } from '../../config/start-fault.ts';

const oldestMajor = 15;

/** @throws StartFault when the server is older than Errand supports. */
export async function requireServerVersion(db: pg.Client | pg.Pool): Promise<void> {
  const { rows } = await db.query<{ number: string; name: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS name`,
  );
  if (Number(rows[0]?.number) >= oldestMajor * 10_000) return;
  throw new StartFault(`DATABASE_URL: this is PostgreSQL ${rows[0]?.name}. Errand needs ${oldestMajor} or newer.`);
}
