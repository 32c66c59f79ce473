import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '../../../src/infra/postgres/client.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
});
afterAll(() => database[Symbol.asyncDispose]());

test('a connection that has prepared 500 statements is replaced', async () => {
  const db = createPool({ ...database.database, poolSize: 1 }, { name: 'test' });
  const backend = async () => (await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  const prepare = (n: number) => db.query({ name: `number-${n}`, text: `SELECT ${n}` });
  const first = await backend();
  for (let n = 0; n < 500; n += 1) await prepare(n);
  await prepare(0);
  expect(await backend()).toBe(first);
  await prepare(500);
  expect(await backend()).not.toBe(first);
  await db.end();
});
