import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '../../../src/infra/postgres/client.ts';
import { isDatabaseUnavailable } from '../../../src/infra/postgres/failures.ts';
import { administer, createTestDatabase, type TestDatabase } from '../../support/database.ts';

const role = 'limited_in_connections';
let database: TestDatabase;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  // The owner of the test server may connect beyond every limit.
  await administer(async (admin) => {
    await admin.query(`DROP ROLE IF EXISTS ${role}`);
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'limited' CONNECTION LIMIT 2`);
  });
  url = Object.assign(new URL(database.url), { username: role, password: 'limited' }).href;
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await administer((admin) => admin.query(`DROP ROLE ${role}`));
});

const pool = (poolSize: number) => createPool({ url, directUrl: url, poolSize }, { name: 'limited' });

test('when the server has no more connections, requests share those that there are', async () => {
  const db = pool(5);
  const asked = Array.from({ length: 20 }, (_, n) => db.query<{ n: number }>('SELECT $1::int AS n', [n]));
  expect((await Promise.all(asked)).map(({ rows }) => rows[0]?.n)).toEqual(asked.map((_, n) => n));
  expect(db.totalCount).toBe(2);
  await db.end();
});

test('a request that gets no connection fails with the reason, and the first that is free is used', async () => {
  const [taken, db] = [pool(2), pool(2)];
  const clients = await Promise.all([taken.connect(), taken.connect()]);
  const failure: unknown = await db.query('SELECT 1').catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: '53300' });
  expect(isDatabaseUnavailable(failure)).toBe(true);
  expect(db.trouble).toBe(failure);

  const waiting = db.query<{ one: number }>('SELECT 1 AS one');
  for (const client of clients) client.release(true);
  expect((await waiting).rows).toEqual([{ one: 1 }]);
  expect(db.trouble).toBeNull();
  await Promise.all([taken.end(), db.end()]);
});

test('a session that is terminated in the middle of a transaction fails its request alone', async () => {
  const db = createPool(database.database, { name: 'test' });
  const client = await db.connect();
  await client.query('BEGIN');
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await db.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  await ended;
  const failure: unknown = await client.query('COMMIT').catch((error: unknown) => error);
  expect(isDatabaseUnavailable(failure)).toBe(true);
  client.release(true);
  expect((await db.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await db.end();
});

test('a wrong password is not waited for', async () => {
  const wrong = Object.assign(new URL(url), { password: 'wrong' }).href;
  const db = createPool({ url: wrong, directUrl: wrong, poolSize: 2 }, { name: 'wrong' });
  const first = db.query('SELECT 1').catch(({ code }: { code: string }) => code);
  const patient = new Promise((resolve) => setTimeout(resolve, 4_000, 'still waiting'));
  expect(await Promise.race([first, patient])).toBe('28P01');
  await db.end();
});
