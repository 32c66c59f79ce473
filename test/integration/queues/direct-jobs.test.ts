import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../../src/app.ts';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { queues, rowJob } from '../../../src/queues/contract.ts';
import { enqueue } from '../../../src/queues/enqueue.ts';
import { newId } from '../../../src/shared/ids.ts';
import { jobRuns } from '../../support/job-runs.ts';
import { type Statement, statementsOfAll } from '../../support/statements.ts';
import { createTestApp, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

const deliver = rowJob('reminder.deliver', 'reminders');
const { concurrency } = queues.reminders;
/** So many are taken at once: five rounds of slots. */
const direct = 5 * concurrency;

let test_: TestApp;
let app: App;
let blocker: pg.PoolClient;
beforeAll(async () => {
  test_ = await createTestApp();
  app = test_.app;
  blocker = await app.db.connect();
});
afterAll(async () => {
  blocker.release();
  await test_[Symbol.asyncDispose]();
});
beforeEach(() => blocker.query('BEGIN'));
afterEach(() => blocker.query('ROLLBACK'));

/** A row that is not there: its job looks for it, and is done. */
const payload = () => ({ id: newId(), version: 1 });
const add = (count: number, to = app) =>
  enqueue(to.queues, ...Array.from({ length: count }, () => ({ job: deliver, payload: payload() })));

/** From now on, jobs that look for their row wait. */
const block = () => blocker.query('LOCK TABLE reminder');
const unblock = () => blocker.query('COMMIT');

/** What is in the queue itself, without jobs that a worker took directly. */
async function queued(): Promise<number> {
  const { rows } = await app.db.query(`SELECT count(*)::int AS count FROM bullmq.job WHERE queue = 'reminders'`);
  return rows[0].count;
}

const isAdded = ({ text }: Statement) => /add_job/.test(text);
const isIdle = async () => (await app.queues.countOpen('reminders')) === 0;

/** The worker has found its queue empty. */
async function isTakingDirectly(): Promise<void> {
  await until(async () => !(await statementsOfAll(() => add(1))).some(isAdded));
  await until(isIdle);
}

describe('in a process with workers', () => {
  let workers: Workers;
  beforeAll(async () => {
    workers = await startWorkers(app);
    await isTakingDirectly();
  });
  afterAll(() => workers[Symbol.asyncDispose]());

  test('a job is run without the queue', async () => {
    const before = await jobRuns(app, 'reminder.deliver', 'completed');
    const statements = await statementsOfAll(() => add(5));
    await until(async () => (await jobRuns(app, 'reminder.deliver', 'completed')) === before + 5);
    expect(statements.filter(isAdded)).toEqual([]);
  });

  test('some rounds wait for a slot in the process; more goes into the queue, and so does what a scan finds waiting', async () => {
    await block();
    await add(direct - 1);
    const last = payload();
    await enqueue(app.queues, { job: deliver, payload: last });
    expect(await queued()).toBe(0);
    expect(await app.queues.countOpen('reminders')).toBe(direct);
    await add(2);
    await enqueue(app.queues, { job: deliver, payload: last });
    await until(async () => (await queued()) === 3);
    await unblock();
    await until(isIdle);
    await isTakingDirectly();
  });
});

test('a worker that stops takes nothing more: it waits in the queue for another one', async () => {
  const leaving = await startWorkers(app);
  await isTakingDirectly();
  await block();
  await add(1);
  const stopped = leaving[Symbol.asyncDispose]();
  await add(1);
  await until(async () => (await queued()) === 1);
  await unblock();
  await stopped;
  expect(await queued()).toBe(1);
  await using other = createApp(app.config);
  await using _workers = await startWorkers(other);
  await until(async () => (await queued()) === 0);
});

test('what another process makes due goes through the queue', async () => {
  await using worker = createApp(app.config);
  await using _workers = await startWorkers(worker);
  // The workers of `app` have ended: this process is as an API without any.
  const statements = await statementsOfAll(() => add(1));
  await until(async () => (await queued()) === 0);
  expect(statements.filter(isAdded)).toHaveLength(1);
});
