import type pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { TenantConnections } from '../../src/infra/postgres/tenant-connections.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const prisma = { $extends: () => prisma } as unknown as PrismaClient;

test('the wait for a turn and the wait for a connection have one time limit', async () => {
  const client = { release: () => {} } as pg.PoolClient;
  let connections = 1;
  const never = new Promise<pg.PoolClient>(() => {});
  const connect = () => (connections-- > 0 ? Promise.resolve(client) : never);
  const tenants = new TenantConnections({ connect }, { prisma, poolSize: 1 });
  const first = await tenants.connect('one');
  const failures: unknown[] = [];
  const later = [tenants.connect('two'), tenants.of('two').db.query('SELECT 1')];
  for (const waiting of later) waiting.catch((error: unknown) => failures.push(error));
  await vi.advanceTimersByTimeAsync(19_000);
  first.release();
  await vi.advanceTimersByTimeAsync(900);
  expect(failures).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(failures).toHaveLength(2);
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
