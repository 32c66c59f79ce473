import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { deriveTokenKey } from '../../src/auth/tokens.ts';
import type { Role } from '../../src/generated/prisma/enums.ts';
import { locks } from '../../src/infra/postgres/session-lock.ts';
import { newId } from '../../src/shared/ids.ts';
import { createTestDatabase } from './database.ts';
import { type Caller, insertPerson } from './person.ts';
import { type Entry, type ErrandProcess, spawnErrand } from './process.ts';
import { until } from './until.ts';

/** Errand's halves as real processes on one database. */
export type Processes = AsyncDisposable & {
  db: pg.Pool;
  tenantId: string;
  start(entry: 'api' | 'worker', options?: { env?: Record<string, string> }): Promise<Running>;
  /** In the tenant of the processes unless another is given. */
  person(role: Role, options?: { expiresAt?: Date; tenantId?: string }): Promise<Caller>;
  /** Which process numbers events, once one does. */
  sequencer(): Promise<Running>;
};
/** A process that has said that it runs. The worker has no address. */
export type Running = ErrandProcess & { url: string; name: string };

const generousLimits = {
  ERRAND_LIMIT_REQUESTS_PER_MINUTE: '1000000',
  ERRAND_LIMIT_POINTS_PER_MINUTE: '100000000',
  ERRAND_LIMIT_TENANT_POINTS_PER_MINUTE: '100000000',
  ERRAND_LIMIT_STREAMS_PER_MEMBER: '1000',
};

type Options = { redis?: { url: string } | null; hasDefaultLimits?: boolean };

export async function createProcesses({ redis = null, hasDefaultLimits = false }: Options = {}): Promise<Processes> {
  const database = await createTestDatabase();
  const db = new pg.Pool({ connectionString: database.url, max: 3, application_name: 'test' });
  const masterKey = randomBytes(32);
  const tenantId = newId();
  const running: Running[] = [];
  await db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, now())', [tenantId, 'Acme']);

  async function start(entry: Entry, { env = {} }: { env?: Record<string, string> } = {}): Promise<Running> {
    // PostgreSQL knows each process by a name of its own.
    const name = `${entry}-${running.length}`;
    const errand = spawnErrand(entry, {
      env: {
        DATABASE_URL: `${database.url}?application_name=${name}`,
        ERRAND_MASTER_KEY: masterKey.toString('base64'),
        HOST: '127.0.0.1',
        PORT: '0',
        LOG_LEVEL: 'silent',
        ...(hasDefaultLimits ? {} : generousLimits),
        ...(redis && { REDIS_URL: redis.url }),
        ...env,
      },
    });
    const { url } = await errand.ready().catch(async (error: unknown) => {
      await errand[Symbol.asyncDispose]();
      throw error;
    });
    // The getters of what was printed would be read once by a copy.
    running.push(Object.assign(errand, { url: url.replace('localhost', '127.0.0.1'), name }));
    return running.at(-1) as Running;
  }

  return {
    db,
    tenantId,
    start,
    person: (role, options) => insertPerson(db, { tenantId, role, tokenKey: deriveTokenKey(masterKey), ...options }),
    sequencer: async () => {
      const name = await until(() => holderOf(db), { what: 'a process that numbers events' });
      return running.find((one) => one.name === name) as Running;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(running.map((one) => one[Symbol.asyncDispose]()));
      await db.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** The name of the process that holds the sequencer's advisory lock. */
async function holderOf(db: pg.Pool): Promise<string | undefined> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objid = ${locks.numberEvents} AND a.datname = current_database()`,
  );
  return rows[0]?.name;
}
