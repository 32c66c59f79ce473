import { setTimeout as delay } from 'node:timers/promises';
import { type Server, spawnErrand } from '../harness/errand.ts';
import type { World } from '../harness/world.ts';

const endedWithinMs = 30_000;

/** Errand whole as a process, API and background work, with its request limit out of the way. */
export async function startWhole(world: World, env: Record<string, string> = {}): Promise<Server> {
  const server = await spawnErrand('start', {
    DATABASE_URL: world.databaseUrl,
    ERRAND_MASTER_KEY: world.masterKey.toString('base64'),
    ERRAND_POOL_SIZE: String(world.poolSize),
    ERRAND_LIMIT_REQUESTS_PER_MINUTE: '10000000',
    ERRAND_LIMIT_POINTS_PER_MINUTE: '1000000000',
    ERRAND_LIMIT_TENANT_POINTS_PER_MINUTE: '1000000000',
    ...env,
  });
  await server.answers(async () => (await fetch(`${server.url}/readyz`)).ok);
  return server;
}

/** A worker as a process of its own. What is submitted before it is ready waits for it. */
export function startWorker({ databaseUrl, masterKey, poolSize }: World): Promise<AsyncDisposable> {
  return spawnErrand('worker', {
    DATABASE_URL: databaseUrl,
    ERRAND_MASTER_KEY: masterKey.toString('base64'),
    ERRAND_POOL_SIZE: String(poolSize),
  });
}

/** Waits until no execution is under way. @throws when one takes too long, or ended otherwise than well. */
export async function allSucceeded({ db, seeded }: World): Promise<void> {
  const until = Date.now() + endedWithinMs;
  while ((await db.query({ name: 'bench-open', text: findOpen, values: [seeded.tenantId] })).rowCount) {
    if (Date.now() > until) throw new Error('The executions did not end in time.');
    await delay(5);
  }
  if ((await db.query(findFailed, [seeded.tenantId])).rowCount) throw new Error('An execution did not succeed.');
}

const findOpen = `
  SELECT FROM execution WHERE "tenantId" = $1 AND status IN ('QUEUED', 'RUNNING', 'WAITING') LIMIT 1`;

const findFailed = `SELECT FROM execution WHERE "tenantId" = $1 AND status <> 'SUCCEEDED' LIMIT 1`;
