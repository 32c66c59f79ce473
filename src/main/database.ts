import type pg from 'pg';
import type { Config, DatabaseConfig, RunConfig } from '../config/config.ts';
import { StartFault } from '../config/start-fault.ts';
import { openSession } from '../infra/postgres/client.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../infra/postgres/embedded.ts';
import { migrate, pendingMigrations } from '../infra/postgres/migrate.ts';
import { requireServerVersion } from '../infra/postgres/server-version.ts';
import { prepareOutbox, readOrMakeMasterKey } from './home.ts';
import type { Io } from './run.ts';

/** An available database with the current schema, until it is disposed of. */
type OpenDatabase = AsyncDisposable & { config: RunConfig };

/** @throws StartFault if there is none, with what to do */
export async function openDatabase(config: Config, io: Io): Promise<OpenDatabase> {
  return config.mode === 'embedded' ? openEmbedded(config, io) : openExternal(config);
}

/** Opens the database, or joins an Errand process that already runs in this home. */
export async function joinDatabase(config: Config, io: Io): Promise<OpenDatabase> {
  const running = config.mode === 'embedded' && (await findEmbeddedPostgres(config));
  if (!running) return openDatabase(config, io);
  return { config: await withMasterKey(config, running), [Symbol.asyncDispose]: async () => {} };
}

async function openEmbedded(config: Config, io: Io): Promise<OpenDatabase> {
  const postgres = await startEmbeddedPostgres({ ...config, report: io.report });
  io.beforeForcedExit(postgres.abandon);
  try {
    await migrate(postgres.database);
    await prepareOutbox(config.home);
    return {
      config: await withMasterKey(config, postgres.database),
      [Symbol.asyncDispose]: postgres[Symbol.asyncDispose],
    };
  } catch (error) {
    await postgres[Symbol.asyncDispose]();
    throw error;
  }
}

async function withMasterKey(config: Config, database: DatabaseConfig): Promise<RunConfig> {
  const masterKey = config.masterKey ?? (await readOrMakeMasterKey(config.home, () => hasTokens(database)));
  return { ...config, database, masterKey };
}

async function hasTokens(database: DatabaseConfig): Promise<boolean> {
  return withSession(database, async (session) => {
    const { rows } = await session.query<{ exists: boolean }>('SELECT EXISTS (SELECT FROM access_token)');
    return rows[0]?.exists === true;
  });
}

async function openExternal(config: Config): Promise<OpenDatabase> {
  const { database, masterKey } = config;
  if (!database || !masterKey) throw new StartFault('DATABASE_URL and ERRAND_MASTER_KEY are required.');
  await withSession(database, requireCurrentSchema);
  if (database.url !== database.directUrl) await withSession({ ...database, directUrl: database.url }, async () => {});
  return { config: { ...config, database, masterKey }, [Symbol.asyncDispose]: async () => {} };
}

async function requireCurrentSchema(session: pg.Client): Promise<void> {
  await requireServerVersion(session);
  const pending = await pendingMigrations(session);
  if (pending.length === 0) return;
  throw new StartFault(`The database lacks the migrations ${pending.join(', ')}. Run this first: npm run migrate`);
}

async function withSession<T>(database: DatabaseConfig, work: (session: pg.Client) => Promise<T>): Promise<T> {
  const session = await openSession(database, { name: 'errand start' });
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
