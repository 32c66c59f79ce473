import type pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import type { Database } from '../../src/infra/postgres/database.ts';
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
  const pool: Database = { connect, query: () => never as never };
  const tenants = new TenantConnections(pool, { prisma, poolSize: 1 });
  const first = await tenants.connect('one');
  const failures: unknown[] = [];
  const later = [tenants.connect('two'), tenants.of('two').db.query('SELECT 1')];
  for (const waiting of later) waiting.catch((error: unknown) => failures.push(error));
  await vi.advanceTimersByTimeAsync(4_000);
  first.release();
  await vi.advanceTimersByTimeAsync(900);
  expect(failures).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(failures).toHaveLength(2);
});
