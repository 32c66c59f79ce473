import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { taskRecords } from '../../../src/domain/tasks/store.ts';
import { createPool } from '../../../src/infra/postgres/client.ts';
import { createPrisma } from '../../../src/infra/postgres/prisma.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('a row read by SQL has the shapes that Prisma gives', async () => {
  const pool = createPool(database.database, { name: 'test' });
  const prisma = createPrisma(pool);
  const tenantId = '0190a1b2-0000-7000-8000-000000000001';
  const userId = '0190a1b2-0000-7000-8000-000000000002';
  await pool.query(`
    INSERT INTO tenant VALUES ('${tenantId}', 'T', now());
    INSERT INTO "user" VALUES ('${userId}', 'a@b.example', 'A', 'Europe/Berlin', now(), now());
    INSERT INTO membership VALUES ('${tenantId}', '${userId}', 'OWNER', now());
    INSERT INTO task VALUES ('0190a1b2-0000-7000-8000-000000000003', '${tenantId}', '${userId}', NULL, 'Title', NULL, 'ACTIVE', 'HIGH',
      '{a,"b c"}', '2026-03-29T22:00:00.123Z', '2026-03-29', 'Europe/Berlin', 1, now(), now());
    INSERT INTO event (seq, "tenantId", type, "objectId", "changeId", "requestId", "occurredAt", after)
      VALUES (9007199254740993, '${tenantId}', 'task.created', '${userId}', '${userId}', 'r', now(), '{"a": [1]}')`);

  const [task] = (await pool.query(`SELECT ${taskRecords.columns} FROM task`)).rows;
  const [event] = (await pool.query('SELECT * FROM event')).rows;

  expect(task).toEqual(await prisma.task.findFirst());
  expect(event).toEqual(await prisma.event.findFirst());
  expect(task.dueDate).toEqual(new Date('2026-03-29T00:00:00Z'));
  expect(event).toMatchObject({ seq: 9007199254740993n, after: { a: [1] } });
  await prisma.$disconnect();
  await pool.end();
});

test('arrays of bigints and dates are read like single ones', async () => {
  const pool = createPool(database.database, { name: 'test' });
  const { rows } = await pool.query(`SELECT '{1,NULL}'::bigint[] AS numbers, '{2026-01-02}'::date[] AS dates`);
  expect(rows[0]).toEqual({ numbers: [1n, null], dates: [new Date('2026-01-02T00:00:00Z')] });
  await pool.end();
});

test.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'])(
  'instants are the same as pg itself reads them, in sessions of %s',
  async (timeZone) => {
    const pool = createPool({ ...database.database, poolSize: 1 }, { name: 'test' });
    await pool.query(`SET TIME ZONE '${timeZone}'`);
    const instants = [
      ...['2026-03-29 01:00:00Z', '2026-03-29 01:00:00.5Z', '2026-07-01 23:59:59.123456Z', '1969-12-31 23:59:59.999Z'],
      ...['1880-01-01 00:00:00Z', '0044-03-15 12:00:00Z BC', '9999-12-31 23:59:59.999Z', '12026-01-01 00:00:00Z'],
      ...['infinity', '-infinity'],
    ];
    const text = 'SELECT unnest($1::timestamptz[]) AS at';
    const { rows } = await pool.query(text, [instants]);
    const { rows: usual } = await pool.query({ text, values: [instants], types: pg.types });
    expect(rows).toEqual(usual);
    await pool.end();
  },
);
