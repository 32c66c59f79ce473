import type pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { TenantConnections } from '../../src/infra/postgres/tenant-connections.ts';
import { Turns } from '../../src/shared/turns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const prisma = { $extends: () => prisma } as unknown as PrismaClient;

/** One connection, which is in use, and two that wait. */
async function waitBehindOne() {
  let connections = 1;
  const client = { release: () => {} } as pg.PoolClient;
  const never = new Promise<pg.PoolClient>(() => {});
  const connect = () => (connections-- > 0 ? Promise.resolve(client) : never);
  const tenants = new TenantConnections({ connect }, { prisma, poolSize: 1 });
  const first = await tenants.connect('one');
  const failures: unknown[] = [];
  const later = [tenants.connect('two'), tenants.of('two').db.query('SELECT 1')];
  for (const waiting of later) waiting.catch((error: unknown) => failures.push(error));
  return { first, failures };
}

test.each([
  ['while nothing is done', () => {}, 5_000],
  ['and for a connection, after work that failed', (client: pg.PoolClient) => client.release(true), 5_000],
  ['and for a connection, after work that was done', (client: pg.PoolClient) => client.release(), 9_000],
])('the wait for a turn has a time limit: %s', async (_, end, limitMs) => {
  const { first, failures } = await waitBehindOne();
  await vi.advanceTimersByTimeAsync(4_000);
  end(first);
  await vi.advanceTimersByTimeAsync(limitMs - 4_100);
  expect(failures).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(failures).toHaveLength(2);
});

test('whoever waits while others get on waits for 20 seconds', async () => {
  const turns = new Turns({ slots: 1, perKey: 1, maxWaitMs: 20_000, stallMs: 5_000 });
  await turns.take('one');
  let hasFailed = false;
  turns.take('two').catch(() => {
    hasFailed = true;
  });
  for (let second = 1; second < 20; second += 1) {
    turns.progress();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(hasFailed).toBe(false);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(hasFailed).toBe(true);
});

test('the connection that came in time is the one that is used: the pool is not asked again', async () => {
  const [sent, released]: [string[], string[]] = [[], []];
  const open = (name: string): unknown => ({
    query: async (statement: string) => void sent.push(`${name}: ${statement}`),
    release: () => void released.push(name),
  });
  const names = ['first', 'second', 'third'];
  const connect = () => {
    const name = names.shift();
    return name ? Promise.resolve(open(name) as pg.PoolClient) : new Promise<never>(() => {});
  };
  const tenants = new TenantConnections({ connect }, { prisma, poolSize: 1 });
  const first = await tenants.connect('one');
  const reading = tenants.of('two').db.query('SELECT 1');
  const connecting = tenants.connect('two');
  await vi.advanceTimersByTimeAsync(4_000);
  first.release();
  await vi.advanceTimersByTimeAsync(900);
  expect(sent).toEqual(['second: SELECT 1']);
  expect(released).toEqual(['first', 'second']);
  await reading;
  (await connecting).release();
  expect(released).toEqual(['first', 'second', 'third']);
});
