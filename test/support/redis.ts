import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** A Redis of this test file alone. */
export type RedisServer = AsyncDisposable & {
  url: string;
  readonly pid: number;
  /** Ends it as a crash does. It kept nothing. */
  stop(): Promise<void>;
  /** Starts it again on its port. */
  start(): Promise<void>;
};

/** Whether there is a redis-server to start. Suites that need one skip themselves without it, and say so; CI allows no skips. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

if (!hasRedis) process.stderr.write('\n  ⚠ redis-server is not installed: what needs Redis is SKIPPED.\n\n');

/** Starts a Redis that keeps nothing, on a free port of 127.0.0.1, and waits until it answers. */
export async function startRedis(): Promise<RedisServer> {
  if (!hasRedis) throw new Error('redis-server is not installed. Guard this suite with describe.skipIf(!hasRedis).');
  const folder = await mkdtemp(join(tmpdir(), 'errand-redis-'));
  const port = await freePort();
  const options = {
    port,
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    dir: folder,
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess;
  const start = async () => {
    child = spawn('redis-server', args, { stdio: 'ignore' });
    await once(child, 'spawn');
    await waitForAnswer(url);
  };
  const stop = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    url,
    get pid() {
      return child.pid as number;
    },
    stop,
    start,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function waitForAnswer(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  const ping = () =>
    client.connect().then(
      () => client.ping(),
      () => null,
    );
  await until(ping, { what: 'an answer of redis-server' });
  client.disconnect();
}
