import { realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { StartFault } from '../../../config/start-fault.ts';
import { type Access, type Cluster, superuser } from './cluster.ts';
import { findPostmaster, type Postmaster } from './find-postmaster.ts';
import { type Settings, startPostmaster, stopPostmaster } from './postmaster.ts';

/** The session lock of the one Errand that runs in a home and may stop its PostgreSQL. It dies with the process. */
const ownerLock = 0x455252;

const patienceMs = 60_000;

/** A running server, and the session that owns it. */
export type Owned = { postmaster: Postmaster; session: pg.Client };

type Terms = { cluster: Cluster; settings: Settings; port?: number; report(line: string): void };

/**
 * Starts the cluster's server, or takes over one that a killed Errand left running.
 * @throws StartFault when another Errand owns it, or it does not answer.
 */
export async function takeOwnership(terms: Terms): Promise<Owned> {
  const { cluster, report } = terms;
  for (const deadline = Date.now() + patienceMs; ; await delay(50)) {
    const found = await findPostmaster(cluster.data);
    if (!found) await startPostmaster(cluster, terms);
    const postmaster = found ?? (await findPostmaster(cluster.data));
    const session = postmaster && (await connect(cluster, postmaster.port));
    if (Date.now() > deadline) throw notAnswering(cluster, postmaster);
    if (!postmaster || !session) continue;
    await lockOrRefuse(session, cluster);
    if (!found) return { postmaster, session };
    report('PostgreSQL was left running by an Errand that was killed; going on with it.');
    if (await isOurVersion(session, cluster)) return { postmaster, session };
    await stopPostmaster(cluster);
  }
}

/** A session on the maintenance database of this very cluster; null while it is starting or stopping. */
export async function connect({ data, password }: Access, port: number): Promise<pg.Client | null> {
  const session = new pg.Client({
    host: '127.0.0.1',
    port,
    user: superuser,
    password,
    database: 'postgres',
    application_name: `errand owner ${process.pid}`,
    connectionTimeoutMillis: 5_000,
  });
  // A broken session is noticed by its `end`; without a listener Node would end the process.
  session.on('error', () => {});
  try {
    await session.connect();
    const { rows } = await session.query<{ data_directory: string }>('SHOW data_directory');
    if ((await realpath(rows[0]?.data_directory ?? '')) === data) return session;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') throw wrongPassword(data);
  }
  await session.end().catch(() => {});
  return null;
}

async function lockOrRefuse(session: pg.Client, { folder }: Cluster): Promise<void> {
  const { rows } = await session.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [ownerLock]);
  if (rows[0]?.taken) return;
  const owner = await ownerName(session);
  await session.end();
  throw new StartFault(
    `Errand already runs on the data in ${folder}${owner}. Use that one, stop it first, or set ERRAND_HOME to another folder.`,
  );
}

async function ownerName(session: pg.Client): Promise<string> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND objid = $1 AND granted`,
    [ownerLock],
  );
  const pid = /\d+$/.exec(rows[0]?.name ?? '')?.[0];
  return pid ? ` (process ${pid})` : '';
}

async function isOurVersion(session: pg.Client, { binaries }: Cluster): Promise<boolean> {
  const { rows } = await session.query<{ server_version: string }>('SHOW server_version');
  return rows[0]?.server_version === binaries.version;
}

function wrongPassword(data: string): StartFault {
  return new StartFault(
    `The password beside ${data} is not the one of these data. Restore the file, or set ERRAND_HOME to a new folder.`,
  );
}

function notAnswering({ data }: Cluster, postmaster: Postmaster | null): StartFault {
  const who = postmaster ? ` (process ${postmaster.pid})` : '';
  return new StartFault(
    `The PostgreSQL that runs on ${data}${who} does not answer. End that process, then start again.`,
  );
}
