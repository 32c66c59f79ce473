import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { limits } from '../../../src/domain/executions/slots.ts';
import { locks } from '../../../src/infra/postgres/session-lock.ts';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { noop, reaches, read, submit, uuidOf } from '../../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import { type Statement, statementsOfAll } from '../../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

/** No scan helps here: another session has the lock. */
let target: HttpTarget;
let test_: TestApp;
let session: pg.Client;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  target = await startHttpTarget();
  test_ = await createTestApp();
  session = new pg.Client({ connectionString: test_.app.config.database.directUrl });
  await session.connect();
  await session.query('SELECT pg_advisory_lock($1)', [locks.runSchedules]);
  alice = (await test_.tenant()).alice;
  bob = (await test_.tenant()).alice;
});
afterAll(async () => {
  await session.end();
  await test_[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});
afterEach(() => {
  target.answerWith();
  target.release();
});

const isClaim = ({ name }: Statement) => name === 'claim-executions';
const isToken = ({ name, values }: Statement) => name === 'notify-hint' && String(values[1]).includes('"ready"');
const hanging = [{ name: 'a', type: 'http', input: { url: 'to be set' }, timeoutSeconds: 60 }];

/** Takes so many slots. */
async function hang(person: Person, count: number, priority = 5): Promise<void> {
  const before = target.held;
  const steps = hanging.map((step) => ({ ...step, input: { url: target.url } }));
  for (let n = 0; n < count; n += 1) await submit(person, steps, { priority });
  await until(() => target.held === before + count);
}

const hold = (count: number) => target.answerWith(...Array<'hold'>(count).fill('hold'));

describe('a submission in a process with a worker', () => {
  test('is claimed by one statement, and no other process is told', async () => {
    await using _workers = await startWorkers(test_.app);
    await reaches(alice, await submit(alice, [noop('a')]), 'SUCCEEDED');
    const sent = await statementsOfAll(async () => {
      for (let n = 0; n < 5; n += 1) await reaches(alice, await submit(alice, [noop('a')]), 'SUCCEEDED');
    });
    expect(sent.filter(isClaim)).toHaveLength(5);
    expect(sent.filter(isToken)).toEqual([]);
    expect(sent.filter(({ text }) => /add_job/.test(text))).toEqual([]);
  });

  test('is told to others when it has no slot, and run there', async () => {
    hold(limits.all);
    await using _workers = await startWorkers(test_.app);
    await hang(alice, limits.ordinaryOfTenant);
    await hang(bob, limits.ordinary - limits.ordinaryOfTenant);
    await using other = createApp(test_.app.config);
    await using _others = await startWorkers(other);
    await reaches(bob, await submit(bob, [noop('a')], { priority: 5 }), 'SUCCEEDED');
    expect(target.held).toBe(limits.ordinary);
    target.release();
  });
});

test('a submission in a process without a worker is told to those that have one', async () => {
  await using worker = createApp(test_.app.config);
  await using _workers = await startWorkers(worker);
  const sent = await statementsOfAll(async () => {
    await reaches(alice, await submit(alice, [noop('a')]), 'SUCCEEDED');
  });
  expect(sent.filter(isToken)).toHaveLength(1);
  expect(sent.filter(isClaim).length).toBeLessThanOrEqual(2);
});

test('whatever hangs, a slot is there for another tenant, and for what is urgent', async () => {
  hold(limits.all);
  await using _workers = await startWorkers(test_.app);
  await hang(alice, limits.ordinaryOfTenant);
  const more = await submit(alice, [noop('a')], { priority: 5 });
  await reaches(bob, await submit(bob, [noop('a')], { priority: 9 }), 'SUCCEEDED');
  await reaches(alice, await submit(alice, [noop('a')], { priority: 1 }), 'SUCCEEDED');
  expect((await read(alice, more)).status).toBe('QUEUED');
  target.release();
  await reaches(alice, more, 'SUCCEEDED');
});

test('in a long queue of others, the first of a tenant comes with the next that is claimed', async () => {
  const tenants = await Promise.all(Array.from({ length: 20 }, () => test_.tenant()));
  for (const { alice: each } of tenants) for (let n = 0; n < 10; n += 1) await submit(each, [noop('a')]);
  await using _workers = await startWorkers(test_.app);
  await until(async () => (await startedBefore('now()')) > 20);
  const id = await submit(bob, [noop('first')]);
  await reaches(bob, id, 'SUCCEEDED');
  const [{ createdAt, startedAt }] = (
    await test_.app.db.query('SELECT "createdAt", "startedAt" FROM execution WHERE id = $1', [uuidOf(id)])
  ).rows;
  const between = (await startedBefore('$1', startedAt)) - (await startedBefore('$1', createdAt));
  // Its hint came during a claim at worst.
  expect(between).toBeLessThanOrEqual(2 * limits.all);
  await until(
    async () => (await test_.app.db.query(`SELECT FROM execution WHERE status <> 'SUCCEEDED'`)).rowCount === 0,
  );
});

async function startedBefore(moment: string, ...values: unknown[]): Promise<number> {
  const text = `SELECT count(*)::int AS count FROM execution WHERE "startedAt" < ${moment}`;
  return (await test_.app.db.query(text, values)).rows[0].count;
}

const busyConnections = `
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'errand work' AND state <> 'idle'`;

test('a worker that stops claims nothing more, and what it runs goes on', async () => {
  hold(1);
  const leaving = await startWorkers(test_.app);
  await hang(alice, 1);
  // A claim that was sent before may take what comes before it is answered.
  await until(async () => (await test_.app.db.query(busyConnections)).rowCount === 0);
  const stopped = leaving[Symbol.asyncDispose]();
  const late = await submit(alice, [noop('a')]);
  target.release();
  await stopped;
  expect((await read(alice, late)).status).toBe('QUEUED');
  await using _workers = await startWorkers(test_.app);
  await reaches(alice, late, 'SUCCEEDED');
});
