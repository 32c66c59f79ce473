import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import type { DatabaseConfig } from '../../src/config/config.ts';
import { patienceMs } from './until.ts';

export { hasRedis, type RedisServer, startRedis } from './redis.ts';

export type TestDatabase = AsyncDisposable & { url: string; database: DatabaseConfig };

type DatabaseOptions = {
  /** False gives a database without tables. */
  migrated?: boolean;
  poolSize?: number;
};

/** A database of this test file alone. Disposing of it fails when a connection was left open. */
export async function createTestDatabase({
  migrated = true,
  poolSize = 5,
}: DatabaseOptions = {}): Promise<TestDatabase> {
  const template = new URL(inject('templateUrl'));
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const source = migrated ? template.pathname.slice(1) : 'template1';
  await administer((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${source}`));
  const url = Object.assign(new URL(template), { pathname: `/${name}` }).href;
  return {
    url,
    database: { url, directUrl: url, poolSize },
    [Symbol.asyncDispose]: () => administer((admin) => dropDatabase(admin, name)),
  };
}

/** Runs SQL on the test server's maintenance database, for what a test does to the whole server. */
export async function administer<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const url = Object.assign(new URL(inject('templateUrl')), { pathname: '/postgres' }).href;
  const admin = new pg.Client({ connectionString: url, application_name: 'test admin' });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function dropDatabase(admin: pg.Client, name: string): Promise<void> {
  const left = await sessionsLeft(admin, name);
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  if (left.length > 0) throw new Error(`Connections were left open: ${left.join(', ')}`);
}

/** Who is still connected when a closing connection had all the time that it may take. */
async function sessionsLeft(admin: pg.Client, name: string): Promise<string[]> {
  for (const deadline = performance.now() + patienceMs; ; await delay(10)) {
    const { rows } = await admin.query<{ label: string }>(
      `SELECT format('%s (%s)', nullif(application_name, ''), left(query, 60)) AS label
       FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
      [name],
    );
    if (rows.length === 0 || performance.now() > deadline) return rows.map((row) => row.label);
  }
}
