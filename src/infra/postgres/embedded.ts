import { access, constants, mkdir } from 'node:fs/promises';
import type { DatabaseConfig } from '../../config/config.ts';
import { StartFault } from '../../config/start-fault.ts';
import { type Access, openCluster, readAccess, superuser } from './embedded/cluster.ts';
import { findPostmaster } from './embedded/find-postmaster.ts';
import { Ownership } from './embedded/keep-ownership.ts';
import { type Owned, takeOwnership } from './embedded/ownership.ts';
import type { Settings } from './embedded/postmaster.ts';
import { connect } from './embedded/session.ts';

/** Disposing of it ends PostgreSQL and waits for it. */
type EmbeddedPostgres = AsyncDisposable & {
  database: DatabaseConfig;
  /**
   * Tells PostgreSQL to stop immediately and does not wait: for a process that is about to exit. Committed data is
   * kept.
   */
  abandon(): void;
};

type EmbeddedOptions = {
  home: string;
  report(line: string): void;
  poolSize?: number;
  /** PostgreSQL settings in addition to Errand's own. */
  settings?: Settings;
};

const databaseName = 'errand';

/**
 * Runs Errand's own PostgreSQL in `home`, on a free port of 127.0.0.1. It is created on first use. It ends with the
 * process, unless the process is killed; the next start then takes it over. @throws StartFault if another Errand
 * process runs in this home, or PostgreSQL cannot run on this machine.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { home, report, poolSize = 10, settings = {} } = options;
  await prepareHome(home);
  const cluster = await openCluster(home, report);
  const owned = await takeOwnership({ cluster, settings });
  if (owned.isAdopted) report('PostgreSQL is still running from an Errand process that was killed. Errand uses it.');
  const ownership = new Ownership({ cluster, settings, port: owned.postmaster.port, report }, owned);
  try {
    await ensureDatabase(owned);
  } catch (error) {
    await ownership[Symbol.asyncDispose]();
    throw error;
  }
  return {
    database: databaseConfig(cluster, owned, poolSize),
    [Symbol.asyncDispose]: () => ownership[Symbol.asyncDispose](),
    abandon: () => ownership.abandon(),
  };
}

/**
 * The PostgreSQL that another process currently runs in this home; null if there is none. Nothing is started or owned.
 */
export async function findEmbeddedPostgres({
  home,
  poolSize,
}: Pick<EmbeddedOptions, 'home'> & { poolSize: number }): Promise<DatabaseConfig | null> {
  const access = await readAccess(home);
  const postmaster = access && (await findPostmaster(access.data));
  const session = postmaster && (await connect(access, postmaster.port));
  if (!session) return null;
  await session.end();
  return databaseConfig(access, { postmaster }, poolSize);
}

async function prepareHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartFault(
      `This user has no permission to write to ${home} (${code}). Set ERRAND_HOME to a folder of your own.`,
      {
        cause,
      },
    );
  }
}

async function ensureDatabase({ session }: Owned): Promise<void> {
  const { rowCount } = await session.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
  if (!rowCount) await session.query(`CREATE DATABASE ${databaseName}`);
}

function databaseConfig(
  { password }: Access,
  { postmaster }: Pick<Owned, 'postmaster'>,
  poolSize: number,
): DatabaseConfig {
  const url = `postgres://${superuser}:${password}@127.0.0.1:${postmaster.port}/${databaseName}`;
  return { url, directUrl: url, poolSize };
}
