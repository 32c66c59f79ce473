import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { World } from './world.ts';

/** A server under measurement. */
export type Server = AsyncDisposable & { url: string; pid: number };

const readyWithinMs = 60_000;
const endWithinMs = 15_000;

/** Errand's API as a process, with its defaults but its limits out of the way. Its log goes nowhere. */
export async function startErrand(world: World, node = process.execPath): Promise<Server> {
  const env = {
    DATABASE_URL: world.databaseUrl,
    ERRAND_MASTER_KEY: world.masterKey.toString('base64'),
    ERRAND_POOL_SIZE: String(world.poolSize),
    ERRAND_LIMIT_REQUESTS_PER_MINUTE: '10000000',
    ERRAND_LIMIT_POINTS_PER_MINUTE: '1000000000',
    ERRAND_LIMIT_TENANT_POINTS_PER_MINUTE: '1000000000',
    ERRAND_LIMIT_CONNECTIONS_PER_ADDRESS: '20000',
    ERRAND_LIMIT_STREAMS_PER_MEMBER: '20000',
    ERRAND_LIMIT_STREAMS_PER_TENANT: '20000',
    ERRAND_LIMIT_SUBSCRIPTION_COST_PER_MEMBER: '10000000',
    ERRAND_LIMIT_SUBSCRIPTION_COST_PER_TENANT: '10000000',
  };
  const server = await spawnErrand('api', env, node);
  await server.answers(async () => (await fetch(`${server.url}/readyz`)).ok);
  return server;
}

export type SpawnedErrand = Server & {
  /** Waits until the condition holds; a refused connection only means: not yet. */
  answers(condition: () => Promise<boolean>): Promise<void>;
};

/** Starts one of src/main. With BENCH_PROFILE set, its CPU profile is in bench/.build/profiles when it has ended. */
export async function spawnErrand(
  entry: 'api' | 'start' | 'worker',
  env: Record<string, string>,
  node = process.execPath,
): Promise<SpawnedErrand> {
  const port = String(await freePort());
  const file = fileURLToPath(new URL(`../../src/main/${entry}.js`, import.meta.url));
  const profiles = fileURLToPath(new URL('../../profiles', import.meta.url));
  const profiling = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [];
  const child = spawn(node, ['--enable-source-maps', ...profiling, file], {
    env: { ...process.env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: port, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A terminal's Ctrl-C reaches the bench alone, which ends its processes in order.
    detached: true,
  });
  const exited = once(child, 'exit');
  let said = '';
  child.stderr?.on('data', (text) => {
    said = `${said}${text}`.slice(-2_000);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async answers(condition) {
      for (const until = Date.now() + readyWithinMs; !(await condition().catch(() => false)); await delay(10)) {
        if (child.exitCode !== null) throw new Error(`Errand ended with code ${child.exitCode}: ${said}`);
        if (Date.now() > until) throw new Error(`Errand did not answer in time: ${said}`);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const cut = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
      await exited;
      clearTimeout(cut);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
