import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sendBatch } from '../../../src/infra/postgres/batch.ts';
import { createPool } from '../../../src/infra/postgres/client.ts';
import { Transaction } from '../../../src/infra/postgres/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { roundsOf, statementsOf } from '../../support/statements.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.database, { name: 'test' });
  await pool.query('CREATE TABLE thing (id int PRIMARY KEY, later int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => pool.query('TRUNCATE thing'));

const insert = (id: number) => ({ name: 'insert', text: 'INSERT INTO thing (id) VALUES ($1)', values: [id] });
const insertLater = (id: number, later: number) => ({
  name: 'insert-later',
  text: 'INSERT INTO thing (id, later) VALUES ($1, $2)',
  values: [id, later],
});
const select = { name: 'select', text: 'SELECT id FROM thing ORDER BY id', values: [] };

const begin = () => new Transaction(() => pool.connect());

async function ids(): Promise<number[]> {
  return (await pool.query<{ id: number }>(select)).rows.map(({ id }) => id);
}

/** What the work of a transaction sends, by round trip. */
async function rounds(work: (tx: Transaction) => Promise<unknown>): Promise<string[]> {
  const statements = await statementsOf(async () => {
    await using tx = begin();
    await work(tx);
  });
  return roundsOf(statements);
}

describe('a transaction', () => {
  test('that needs no rows is one round trip, without BEGIN and COMMIT', async () => {
    const sent = await rounds(async (tx) => {
      await tx.write(insert(1));
      await tx.write(insert(2));
      await tx.commit();
    });
    expect(sent).toEqual(['insert insert']);
    expect(await ids()).toEqual([1, 2]);
  });

  test('sends what waits with the statement whose rows are needed', async () => {
    const sent = await rounds(async (tx) => {
      await tx.write(insert(1));
      expect(await tx.query(select)).toEqual([{ id: 1 }]);
      await tx.write(insert(2));
      await tx.commit();
    });
    expect(sent).toEqual(['BEGIN insert select', 'insert COMMIT']);
    expect(await ids()).toEqual([1, 2]);
  });

  test('that does nothing takes no connection', async () => {
    await using tx = new Transaction(() => Promise.reject(new Error('taken')));
    await tx.commit();
  });

  test('that is not committed leaves nothing', async () => {
    const sent = await rounds(async (tx) => {
      await tx.write(insert(1));
      await tx.query(select);
      await tx.write(insert(2));
    });
    expect(sent).toEqual(['BEGIN insert select', 'ROLLBACK']);
    expect(await ids()).toEqual([]);
  });

  test('sends what waits when there is much of it', async () => {
    const note = 'x'.repeat(600_000);
    const noted = { name: 'note', text: 'SELECT $1::text', values: [note] };
    const sent = await rounds(async (tx) => {
      for (let n = 0; n < 5; n += 1) await tx.write(noted);
      await tx.commit();
    });
    expect(sent).toEqual(['BEGIN note note', 'note note', 'note COMMIT']);
  });
});

describe('an error', () => {
  test.each([
    ['without an answer before', false],
    ['after an answer', true],
  ])('%s is the one of the statement that failed, and nothing is done', async (_, isAsked) => {
    const work = rounds(async (tx) => {
      if (isAsked) await tx.query(select);
      await tx.write(insert(1));
      await tx.write(insert(1));
      await tx.write(insert(2));
      await tx.commit();
    });
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'thing_pkey' });
    expect(await ids()).toEqual([]);
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  test.each([
    ['without an answer before', false],
    ['after an answer', true],
  ])('%s of the commit itself is thrown by it', async (_, isAsked) => {
    const work = rounds(async (tx) => {
      if (isAsked) await tx.query(select);
      await tx.write(insertLater(1, 7));
      await tx.write(insertLater(2, 7));
      await tx.commit();
    });
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'thing_later_key' });
    expect(await ids()).toEqual([]);
  });

  test('names the code that asked', async () => {
    const failing = async function askForTheMissing() {
      await using tx = begin();
      await tx.query({ name: '', text: 'SELECT FROM missing', values: [] });
    };
    const error = await failing().catch((thrown: Error) => thrown);
    expect((error as Error).stack).toContain('askForTheMissing');
  });

  test('leaves the connection as it was: statements that were skipped are prepared when they are first run', async () => {
    const client = await pool.connect();
    const fresh = { name: 'fresh', text: 'SELECT 1 AS one', values: [] };
    try {
      await expect(sendBatch(client, [insert(1), insert(1), fresh])).rejects.toMatchObject({ code: '23505' });
      expect(await sendBatch(client, [insert(1), fresh, fresh])).toEqual([[], [{ one: 1 }], [{ one: 1 }]]);
      expect((await client.query(fresh)).rows).toEqual([{ one: 1 }]);
    } finally {
      client.release();
    }
    expect(await ids()).toEqual([1]);
  });

  test('of a statement that cannot be sent sends none', async () => {
    const client = await pool.connect();
    const circle: { self?: object } = {};
    circle.self = circle;
    try {
      await sendBatch(client, [insert(5)]);
      const circular = { ...insert(1), values: [circle] };
      await expect(sendBatch(client, [insert(1), circular])).rejects.toThrow('circular');
      const twin = { ...select, name: 'insert' };
      await expect(sendBatch(client, [insert(2), twin])).rejects.toThrow('have the name insert');
      expect(await sendBatch(client, [select])).toEqual([[{ id: 5 }]]);
    } finally {
      client.release();
    }
  });

  test('of a lost connection ends the transaction, and the pool gets no dead connection back', async () => {
    const lost = rounds(async (tx) => {
      const [own] = await tx.query<{ pid: number }>({ name: '', text: 'SELECT pg_backend_pid() AS pid', values: [] });
      await tx.write(insert(1));
      await pool.query('SELECT pg_terminate_backend($1)', [own?.pid]);
      await tx.commit();
    });
    await expect(lost).rejects.toThrow();
    expect(await ids()).toEqual([]);
  });
});

describe('an attempt that fails', () => {
  const refuse = async (tx: Transaction, work: () => Promise<unknown>) => {
    const attempt = tx.attempt(async () => {
      await work();
      throw new Error('refused');
    });
    await expect(attempt).rejects.toThrow('refused');
  };

  test('before anything of it was sent sends nothing of it', async () => {
    const sent = await rounds(async (tx) => {
      await tx.query(select);
      await tx.write(insert(1));
      await refuse(tx, () => tx.write(insert(2)));
      await tx.write(insert(3));
      await tx.commit();
    });
    expect(sent).toEqual(['BEGIN select', 'insert insert COMMIT']);
    expect(await ids()).toEqual([1, 3]);
  });

  test('later is rolled back, and what came before stays', async () => {
    const sent = await rounds(async (tx) => {
      await tx.query(select);
      await tx.write(insert(1));
      await refuse(tx, async () => {
        await tx.write(insert(2));
        await tx.query(select);
        await tx.write(insert(2));
      });
      await tx.write(insert(3));
      await tx.commit();
    });
    expect(sent).toEqual([
      'BEGIN select',
      'insert SAVEPOINT work insert select',
      'ROLLBACK TO SAVEPOINT work insert COMMIT',
    ]);
    expect(await ids()).toEqual([1, 3]);
  });
});

test('rows of a batch are those of single queries', async () => {
  const text = `SELECT 9007199254740993 AS big, '2026-03-29'::date AS day, '2026-03-29T22:00:00.123Z'::timestamptz AS at,
    NULL::text AS nothing, '{a,"b c"}'::text[] AS words, '{1,NULL}'::bigint[] AS numbers, '{"a": [1]}'::jsonb AS json,
    true AS claim, 1.5::float8 AS float, '\\x0102'::bytea AS bytes, $1::uuid AS id, $2::jsonb AS given, $3::date[] AS days`;
  const id = '0190a1b2-0000-7000-8000-000000000001';
  const values = [id, { nested: ['"', null] }, [new Date('2026-01-02T00:00:00Z')]];
  const client = await pool.connect();
  try {
    const [batched, empty] = await sendBatch(client, [{ name: '', text, values }, select]);
    expect(batched).toEqual((await client.query(text, values)).rows);
    expect(empty).toEqual([]);
  } finally {
    client.release();
  }
});
