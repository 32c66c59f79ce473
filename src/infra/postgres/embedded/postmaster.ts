import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartFault } from '../../../config/start-fault.ts';
import type { Cluster } from './cluster.ts';
import { run } from './command.ts';
import { findPostmaster, removeStalePidFile } from './find-postmaster.ts';
import { lastWords, logLength } from './server-log.ts';

type Start = { port?: number; settings: Settings };

const attempts = 4;

/**
 * Starts the server and waits until it responds. After a hard kill, the rest of the old server needs a moment to end.
 * @throws StartFault with the last messages of the server
 */
export async function startPostmaster(cluster: Cluster, start: Start): Promise<void> {
  for (let attempt = 1; ; attempt += 1, await delay(300)) {
    const fault = await tryToStart(cluster, start);
    // Another Errand process may have been faster.
    if (!fault || (await findPostmaster(cluster.data))) return;
    if (attempt === attempts) throw fault;
  }
}

async function tryToStart({ data, account, binaries }: Cluster, start: Start): Promise<StartFault | null> {
  await removeStalePidFile(data);
  const folder = dirname(data);
  const log = join(folder, 'server.log');
  const logStart = await logLength(log);
  const options = serverOptions(start.port ?? (await freePort()), start.settings);
  try {
    // pg_ctl builds a shell command from its options. No path is among them, because folder names are arbitrary.
    const args = ['start', '--silent', '--wait', '--timeout=300', `--log=${basename(log)}`, `--options=${options}`];
    await run({ file: binaries.pgCtl, args, account, env: { PGDATA: data }, cwd: folder });
    return null;
  } catch (cause) {
    const reason = (await lastWords(log, logStart)) || cause;
    return new StartFault(`PostgreSQL did not start: ${reason} See its log, ${log}.`, { cause });
  }
}

/** Stops the server: sessions are closed, and committed data is kept. */
export async function stopPostmaster({ data, account, binaries }: Cluster): Promise<void> {
  const stop = (mode: string) =>
    run({
      file: binaries.pgCtl,
      args: ['stop', '--silent', '--wait', '--timeout=30', `--mode=${mode}`],
      account,
      env: { PGDATA: data },
    });
  try {
    await stop('fast');
  } catch {
    if (await findPostmaster(data)) await stop('immediate');
  }
}

/** Settings of PostgreSQL, given on its command line. */
export type Settings = Readonly<Record<string, string>>;

const ownSettings: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

function serverOptions(port: number, settings: Settings): string {
  const all = Object.entries({ ...ownSettings, ...settings, port: String(port) });
  return all.map(([name, value]) => `-c ${name}='${value}'`).join(' ');
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
