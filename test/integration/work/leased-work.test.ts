import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { StaleRecordError } from '../../../src/domain/records/save-records.ts';
import { leaseSql } from '../../../src/domain/work/lease.ts';
import { type LeasedWork, leasedWork } from '../../../src/domain/work/leased-work.ts';
import { type Failure, type Outcome, patientRetry } from '../../../src/domain/work/retry.ts';
import type { RowLease } from '../../../src/domain/work/row-lease.ts';
import { hasDue, takeDue } from '../../../src/domain/work/take-due.ts';
import { jobsOf } from '../../../src/domain/work/work.ts';
import { rowJob } from '../../../src/queues/contract.ts';
import { newId } from '../../../src/shared/ids.ts';
import { createTestApp, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { scanNow, workContext } from '../../support/work.ts';

type Row = { id: string; tenantId: string; version: number; attempts: number; status: string };

class Refusal extends Error {
  readonly isFinal = false;
}

/** A kind of work that exists in this test alone: its table, and its one declaration. */
const createTable = `CREATE TABLE errand (id uuid PRIMARY KEY, "tenantId" uuid NOT NULL, version int NOT NULL,
  attempts int NOT NULL, status text NOT NULL, "nextAttemptAt" timestamptz, "leaseExpiresAt" timestamptz)`;
const leaseMs = 3_000;
const job = rowJob('errand.run', 'recurrences');
const claim = `UPDATE errand SET version = version + 1, attempts = attempts + 1, "leaseExpiresAt" = ${leaseSql(leaseMs)}
  WHERE id = $1 AND version = $2 AND status = 'WAITING' RETURNING *`;
const settle = `UPDATE errand SET version = version + 1, status = $3, "nextAttemptAt" = $4, "leaseExpiresAt" = NULL
  WHERE id = $1 AND version = $2`;
const statuses: Record<Outcome['kind'], string> = { DONE: 'DONE', RETRY: 'WAITING', DEAD: 'DEAD' };

let perform: (signal: AbortSignal, lease: RowLease<Row>) => Promise<void>;

const waiting = { table: 'errand', isWaiting: `status = 'WAITING'`, maxQueued: 3, maxOfTenant: 3 };
const errandTerms: LeasedWork<{ row: Row }, Failure> = {
  name: 'errand',
  jobs: [job],
  lease: { table: 'errand', leaseMs },
  retry: patientRetry,
  isDue: () => hasDue(waiting),
  findDue: async ({ app }) => jobsOf(job, await takeDue(app, waiting)),
  claim: async ({ app }, { id, version }) => {
    const { rows } = await app.db.query<Row>(claim, [id, version]);
    return rows[0] ? { row: rows[0] } : null;
  },
  perform: ({ signal }, _, lease) => perform(signal, lease),
  failureOf: (error) => (error instanceof Refusal ? error : null),
  settle: async ({ app }, { row }, outcome) => {
    const retryAt = outcome.kind === 'RETRY' ? outcome.retryAt : null;
    const { rowCount } = await app.db.query(settle, [row.id, row.version, statuses[outcome.kind], retryAt]);
    if (rowCount === 0) throw new StaleRecordError('The errand is not at this version.');
  },
};
const errandWork = leasedWork(errandTerms);

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
  await test_.app.db.query(createTable);
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  await test_.app.db.query('DELETE FROM errand');
  test_.app.counters.attempts.reset();
  perform = async () => {};
});

async function errand(): Promise<string> {
  const id = newId();
  const values = [id, newId(), test_.clock.now()];
  await test_.app.db.query(`INSERT INTO errand VALUES ($1, $2, 1, 0, 'WAITING', $3, NULL)`, values);
  return id;
}

async function read(id: string) {
  const { rows } = await test_.app.db.query('SELECT * FROM errand WHERE id = $1', [id]);
  return rows[0] as Row & { nextAttemptAt: Date | null; leaseExpiresAt: Date | null };
}

async function attempt(id: string, signal?: AbortSignal): Promise<void> {
  const { version } = await read(id);
  await errandWork.attempt(workContext(test_.app, signal), { id, version });
}

async function endings(): Promise<Record<string, number>> {
  const { values } = await test_.app.counters.attempts.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]));
}

const isAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

test('work that is due is done once, however often it is attempted', async () => {
  const id = await errand();
  let times = 0;
  perform = async () => {
    times += 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => errandWork.attempt(workContext(test_.app), { id, version: 1 })));
  expect(times).toBe(1);
  expect(await read(id)).toMatchObject({ status: 'DONE', attempts: 1, leaseExpiresAt: null });
  expect(await endings()).toEqual({ done: 1 });
});

test('a failure is tried again after 1, 5 and 15 minutes; then the work is dead', async () => {
  const id = await errand();
  perform = async () => {
    throw new Refusal('not now');
  };
  for (const minutes of [1, 5, 15]) {
    await attempt(id);
    const { nextAttemptAt, ...row } = await read(id);
    expect(row).toMatchObject({ status: 'WAITING', leaseExpiresAt: null });
    expect(Math.round((Number(nextAttemptAt) - test_.clock.now().getTime()) / 60_000)).toBe(minutes);
  }
  await attempt(id);
  expect(await read(id)).toMatchObject({ status: 'DEAD', attempts: 4, nextAttemptAt: null });
  expect(await endings()).toEqual({ retry: 3, dead: 1 });
});

test('a fault of ours is not settled: the lease runs out, and a scan finds the row', async () => {
  const id = await errand();
  perform = async () => {
    throw new Error('a fault');
  };
  await expect(attempt(id)).rejects.toThrow('a fault');
  expect((await read(id)).leaseExpiresAt).not.toBeNull();
  await until(async () => (await scanNow(test_.app, errandWork)) === 1);
  expect(await endings()).toEqual({ fault: 1 });
});

test('a worker whose row was taken over notices, and writes nothing', async () => {
  const id = await errand();
  perform = async (signal) => {
    await test_.app.db.query(`UPDATE errand SET version = 7, status = 'TAKEN' WHERE id = $1`, [id]);
    await isAborted(signal);
  };
  await attempt(id);
  expect(await read(id)).toMatchObject({ version: 7, status: 'TAKEN' });
  expect(await endings()).toEqual({ lost: 1 });
});

test('a worker that cannot renew its lease stops before the lease ends', async () => {
  const id = await errand();
  const other = await test_.app.db.connect();
  let left = 0;
  perform = async (signal) => {
    await other.query('BEGIN');
    await other.query('SELECT FROM errand WHERE id = $1 FOR UPDATE', [id]);
    await isAborted(signal);
    const text =
      'SELECT extract(epoch FROM "leaseExpiresAt" - clock_timestamp())::float8 AS left FROM errand WHERE id = $1';
    left = (await other.query<{ left: number }>(text, [id])).rows[0]?.left ?? 0;
    await other.query('COMMIT');
    throw new Refusal('stopped');
  };
  await attempt(id);
  other.release();
  expect(left).toBeGreaterThan(0);
});

test('a long write of its own does not look like a lost lease', async () => {
  const id = await errand();
  const text = 'UPDATE errand SET version = version + 1 WHERE id = $1 RETURNING *';
  perform = async (_, lease) => {
    await lease.write(async () => {
      const client = await test_.app.db.connect();
      await client.query('BEGIN');
      const { rows } = await client.query<Row>(text, [id]);
      // A renewal waits for this row meanwhile, and finds another version of it.
      await client.query('SELECT pg_sleep(1.2)');
      await client.query('COMMIT');
      client.release();
      return rows[0] as Row;
    });
    await lease.write(async () => (await test_.app.db.query<Row>(text, [id])).rows[0] as Row);
  };
  await attempt(id);
  expect(await read(id)).toMatchObject({ status: 'DONE', version: 5 });
});

test('a worker that is told to stop gives its row back, and the next scan finds it', async () => {
  const id = await errand();
  const stopping = new AbortController();
  perform = async (signal) => {
    stopping.abort();
    signal.throwIfAborted();
  };
  await attempt(id, stopping.signal);
  expect(await read(id)).toMatchObject({ status: 'WAITING', version: 2 });
  expect(await scanNow(test_.app, errandWork)).toBe(1);
  expect(await endings()).toEqual({ released: 1 });
});

test('a scan leaves alone what is not due, what others have locked, and what the queue has already', async () => {
  const [locked] = [await errand(), await errand()];
  const late = await errand();
  await test_.app.db.query(`UPDATE errand SET "nextAttemptAt" = $2 WHERE id = $1`, [late, new Date('2199-01-01')]);
  const other = await test_.app.db.connect();
  await other.query('BEGIN');
  await other.query('SELECT FROM errand WHERE id = $1 FOR UPDATE', [locked]);
  expect(await scanNow(test_.app, errandWork)).toBe(1);
  await other.query('COMMIT');
  other.release();
  expect(await scanNow(test_.app, errandWork)).toBe(1);
  expect(await scanNow(test_.app, errandWork)).toBe(0);
});

test('no more is in the queue at once than the declaration says', async () => {
  for (let n = 0; n < 5; n += 1) await errand();
  expect(await scanNow(test_.app, errandWork)).toBe(3);
  expect(await scanNow(test_.app, errandWork)).toBe(0);
});

test('a claim that takes longer than its lease, as over a slow network, is renewed before the work begins', async () => {
  const id = await errand();
  const expiries: unknown[] = [];
  perform = async (signal) => {
    expiries.push((await read(id)).leaseExpiresAt);
    expect(signal.aborted).toBe(false);
  };
  const slow = leasedWork<{ row: Row }, Failure>({
    ...errandTerms,
    claim: async (context, due) => {
      const claimed = await errandTerms.claim(context, due);
      await test_.app.db.query('SELECT pg_sleep($1)', [leaseMs / 1_000 - 0.5]);
      return claimed;
    },
  });
  await slow.attempt(workContext(test_.app), { id, version: 1 });
  expect(await read(id)).toMatchObject({ status: 'DONE', attempts: 1 });
  expect(await endings()).toEqual({ done: 1 });
  expect(Number(expiries[0])).toBeGreaterThan(Date.now());
});

test('what fails because its lease was lost is not settled as a failure of the work', async () => {
  const id = await errand();
  perform = async (signal) => {
    await test_.app.db.query('UPDATE errand SET version = 7 WHERE id = $1', [id]);
    await isAborted(signal);
    throw new Refusal('broken off');
  };
  await attempt(id);
  expect(await read(id)).toMatchObject({ version: 7, status: 'WAITING' });
  expect(await endings()).toEqual({ lost: 1 });
});
