import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { deriveTokenKey } from '../../src/auth/tokens.ts';
import { migrate } from '../../src/infra/postgres/migrate.ts';
import { newId } from '../../src/shared/ids.ts';
import { freePort } from '../support/free-port.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { type Caller, insertPerson } from '../support/person.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type SmtpServer, startSmtp } from '../support/smtp.ts';
import { type Pooler, startPooler } from './pooler.ts';
import { createPostgresServer, type PostgresServer } from './postgres-server.ts';
import { type Member, startMember } from './supervisor.ts';

/** What a scenario needs beside PostgreSQL and a mail server. */
export type Backend = 'postgres' | 'redis';
export type Needs = { backend: Backend; hasStandby?: boolean; hasPooler?: boolean };

/** Two API processes and two workers with default settings, and everything around them. */
export type World = AsyncDisposable & {
  postgres: PostgresServer;
  standby: PostgresServer | null;
  /** Between Errand and PostgreSQL. */
  network: Network;
  redis: RedisServer | null;
  pooler: Pooler | null;
  smtp: SmtpServer;
  apis: readonly Member[];
  workers: readonly Member[];
  tenantId: string;
  /** Members of the tenant, each with a token of their own. */
  people: readonly Caller[];
  /** Asks the database, over a connection that no fault of the network reaches. */
  rows<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>;
};

const peopleCount = 9;

export async function openWorld(needs: Needs): Promise<World> {
  const parts: AsyncDisposable[] = [];
  const keep = <T extends AsyncDisposable>(part: T): T => {
    parts.push(part);
    return part;
  };
  const dispose = async () => {
    for (const part of parts.reverse()) await part[Symbol.asyncDispose]();
  };
  try {
    return { ...(await buildWorld(needs, keep)), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

type Keep = <T extends AsyncDisposable>(part: T) => T;

async function buildWorld(
  { backend, hasStandby = false, hasPooler = false }: Needs,
  keep: Keep,
): Promise<Omit<World, keyof AsyncDisposable>> {
  const postgres = keep(await createPostgresServer());
  await postgres.ask('CREATE DATABASE errand');
  await migrate({ url: postgres.url(), directUrl: postgres.url(), poolSize: 2 });
  const masterKey = randomBytes(32);
  const tenant = await createTenant(postgres, masterKey);
  const standby = hasStandby ? keep(await postgres.standby()) : null;
  const network = keep(await openNetwork(postgres.port));
  const redis = backend === 'redis' ? keep(await startRedis()) : null;
  const pooler = hasPooler ? keep(await startPooler(postgres.url({ port: network.port }))) : null;
  const smtp = keep(await startSmtp());
  const directUrl = postgres.url({ port: network.port });
  const env = {
    DATABASE_URL: pooler?.url ?? directUrl,
    DIRECT_DATABASE_URL: directUrl,
    ERRAND_MASTER_KEY: masterKey.toString('base64'),
    HOST: '127.0.0.1',
    SMTP_URL: smtp.url,
    LOG_LEVEL: 'fatal',
    ...(redis && { REDIS_URL: redis.url }),
  };
  const startApi = async () => keep(await startMember('api', { ...env, PORT: String(await freePort()) }));
  const startWorker = async () => keep(await startMember('worker', env));
  const [apis, workers] = await Promise.all([
    Promise.all([startApi(), startApi()]),
    Promise.all([startWorker(), startWorker()]),
  ]);
  return {
    ...{ postgres, standby, network, redis, pooler, smtp, apis, workers },
    ...tenant,
    rows: async (text, values) => {
      // The standby has taken over when the primary is gone.
      const server = standby && !(await isUp(postgres)) ? standby : postgres;
      return server.ask(text, { database: 'errand', values });
    },
  };
}

async function isUp(postgres: PostgresServer): Promise<boolean> {
  return postgres.ask('SELECT 1').then(
    () => true,
    () => false,
  );
}

async function createTenant(postgres: PostgresServer, masterKey: Buffer) {
  const db = new pg.Pool({ connectionString: postgres.url(), max: 1 });
  try {
    const tenantId = newId();
    await db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, now())', [tenantId, 'Acme']);
    const person = { tenantId, role: 'OWNER', tokenKey: deriveTokenKey(masterKey) } as const;
    const people: Caller[] = [];
    for (let n = 0; n < peopleCount; n += 1) people.push(await insertPerson(db, person));
    return { tenantId, people };
  } finally {
    await db.end();
  }
}
