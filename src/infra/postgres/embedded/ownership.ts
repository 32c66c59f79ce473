import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { StartFault } from '../../../config/start-fault.ts';
import { locks, tryLock } from '../session-lock.ts';
import type { Cluster } from './cluster.ts';
import { findPostmaster, type Postmaster } from './find-postmaster.ts';
import { type Settings, startPostmaster, stopPostmaster } from './postmaster.ts';
import { connect } from './session.ts';

const patienceMs = 60_000;

/** A running server, and the session that owns it. */
export type Owned = {
  postmaster: Postmaster;
  session: pg.Client;
  /** Whether the server was already running. */
  isAdopted: boolean;
};

export type Terms = { cluster: Cluster; settings: Settings; port?: number };

/**
 * Starts the server of the cluster, or takes over a server that a killed Errand process left running. @throws
 * StartFault if another Errand process owns it, or it does not respond.
 */
export async function takeOwnership(terms: Terms): Promise<Owned> {
  const { cluster } = terms;
  for (const deadline = Date.now() + patienceMs; ; await delay(50)) {
    const found = await findPostmaster(cluster.data);
    if (!found) await startPostmaster(cluster, terms);
    const postmaster = found ?? (await findPostmaster(cluster.data));
    const session = postmaster && (await connect(cluster, postmaster.port));
    if (Date.now() > deadline) throw notAnswering(cluster, postmaster);
    if (!postmaster || !session) continue;
    await lockOrRefuse(session, cluster);
    const isAdopted = found !== null;
    if (!isAdopted || (await isOurVersion(session, cluster))) return { postmaster, session, isAdopted };
    await stopPostmaster(cluster);
  }
}

async function lockOrRefuse(session: pg.Client, { folder }: Cluster): Promise<void> {
  if (await tryLock(session, locks.ownServer)) return;
  const owner = await ownerName(session);
  await session.end();
  throw new StartFault(
    `Errand is already running with the data in ${folder}${owner}. Use or stop that process, or set ERRAND_HOME to another folder.`,
  );
}

async function ownerName(session: pg.Client): Promise<string> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND objid = $1 AND granted`,
    [locks.ownServer],
  );
  const pid = /\d+$/.exec(rows[0]?.name ?? '')?.[0];
  return pid ? ` (process ${pid})` : '';
}

async function isOurVersion(session: pg.Client, { binaries }: Cluster): Promise<boolean> {
  const { rows } = await session.query<{ server_version: string }>('SHOW server_version');
  return rows[0]?.server_version === binaries.version;
}

function notAnswering({ data }: Cluster, postmaster: Postmaster | null): StartFault {
  const who = postmaster ? ` (process ${postmaster.pid})` : '';
  return new StartFault(
    `The PostgreSQL server for ${data}${who} does not respond. End that process, then start Errand again.`,
  );
}
