import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Cluster, openCluster, superuser } from '../../src/infra/postgres/embedded/cluster.ts';
import { run } from '../../src/infra/postgres/embedded/command.ts';
import { findPostmaster } from '../../src/infra/postgres/embedded/find-postmaster.ts';
import { startPostmaster } from '../../src/infra/postgres/embedded/postmaster.ts';
import { freePort } from '../support/free-port.ts';

/** `fast` ends sessions and writes everything; `immediate` is a crash, from which the next start recovers. */
export type StopMode = 'fast' | 'immediate';

/** A PostgreSQL of its own that can be stopped, crash and fail over. */
export type PostgresServer = AsyncDisposable & {
  port: number;
  /** The URL of a database, over any port that leads to this server. */
  url(options?: { port?: number; database?: string }): string;
  stop(mode: StopMode): Promise<void>;
  start(): Promise<void>;
  /** A streaming, read-only copy. The server is stopped for a moment to copy it. */
  standby(): Promise<PostgresServer>;
  /** Runs SQL, by default on the maintenance database. */
  ask<R extends pg.QueryResultRow>(text: string, options?: { database?: string; values?: unknown[] }): Promise<R[]>;
};

/** Few connections, so that they run out as they do in production. */
const settings = { max_connections: '80', autovacuum: 'off' };

export async function createPostgresServer(): Promise<PostgresServer> {
  const home = await newHome();
  const cluster = await openCluster(home, () => {});
  const server = serverOf(home, cluster, await freePort());
  await server.start();
  return server;
}

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'errand-chaos-'));
  // When root runs it, PostgreSQL runs as another user and must get in.
  await chmod(home, 0o755);
  return home;
}

function serverOf(home: string, cluster: Cluster, port: number): PostgresServer {
  const url: PostgresServer['url'] = ({ port: over = port, database = 'errand' } = {}) =>
    `postgres://${superuser}:${cluster.password}@127.0.0.1:${over}/${database}`;
  const start = () => startPostmaster(cluster, { port, settings });
  const stop = async (mode: StopMode) => {
    if (!(await findPostmaster(cluster.data))) return;
    const args = ['stop', '--silent', '--wait', '--timeout=60', `--mode=${mode}`];
    await run({ file: cluster.binaries.pgCtl, args, account: cluster.account, env: { PGDATA: cluster.data } });
  };
  return {
    port,
    url,
    start,
    stop,
    standby: async () => {
      const copy = await copyOf(cluster, async () => stop('fast'), url({ database: 'postgres' }));
      await start();
      const standby = serverOf(copy.home, copy.cluster, await freePort());
      await standby.start();
      return standby;
    },
    ask: async (text, { database = 'postgres', values = [] } = {}) => {
      const client = new pg.Client({ connectionString: url({ database }), application_name: 'chaos' });
      client.on('error', () => {});
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    [Symbol.asyncDispose]: async () => {
      await stop('immediate');
      await rm(home, { recursive: true });
    },
  };
}

async function copyOf(cluster: Cluster, stop: () => Promise<void>, primary: string) {
  await stop();
  const home = await newHome();
  const folder = join(home, 'postgres');
  // Unlike Node's own, this copy belongs to whom the original does, as PostgreSQL demands.
  await promisify(execFile)('cp', ['-a', cluster.folder, folder]);
  const data = join(folder, 'data');
  const { hostname, port, username, password } = new URL(primary);
  const connection = `host=${hostname} port=${port} user=${username} password=${password}`;
  await appendFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${connection}'\n`);
  await writeFile(join(data, 'standby.signal'), '');
  return { home, cluster: { ...cluster, folder, data } };
}
