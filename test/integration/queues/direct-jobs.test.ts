import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { queues } from '../../../src/queues/contract.ts';
import { noop, reaches, read, submit } from '../../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import { type Statement, statementsOfAll } from '../../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

const { concurrency } = queues.executions;

let target: HttpTarget;
let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  target = await startHttpTarget();
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(async () => {
  await test_[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

/** What is in the queue itself, without jobs that a worker took directly. */
async function queued(): Promise<number> {
  const { rows } = await test_.app.db.query(`SELECT count(*)::int AS count FROM bullmq.job WHERE queue = 'executions'`);
  return rows[0].count;
}

const isAdded = ({ text }: Statement) => /add_job/.test(text);
const hanging = () => [{ name: 'a', type: 'http', input: { url: target.url }, timeoutSeconds: 60 }];

/** The worker has found its queue empty. */
async function isTakingDirectly(): Promise<void> {
  await until(async () => {
    const statements = await statementsOfAll(async () => {
      await reaches(alice, await submit(alice, [noop('a')]), 'SUCCEEDED');
    });
    return !statements.some(isAdded);
  });
}

describe('in a process with workers', () => {
  let workers: Workers;
  beforeAll(async () => {
    workers = await startWorkers(test_.app);
    await isTakingDirectly();
  });
  afterAll(() => workers[Symbol.asyncDispose]());
  beforeEach(() => target.release());

  test('an execution is run without the queue', async () => {
    const statements = await statementsOfAll(async () => {
      for (let n = 0; n < 5; n += 1) await reaches(alice, await submit(alice, [noop('a')]), 'SUCCEEDED');
    });
    expect(statements.filter(isAdded)).toEqual([]);
  });

  test('one round waits for a slot in the process; more goes into the queue, and so does what comes while jobs wait there', async () => {
    target.answerWith(...Array<'hold'>(concurrency).fill('hold'));
    for (let n = 0; n < concurrency; n += 1) await submit(alice, hanging());
    await until(() => target.held === concurrency);
    const waiting: string[] = [];
    for (let n = 0; n < concurrency; n += 1) waiting.push(await submit(alice, [noop('a')]));
    expect(await queued()).toBe(0);
    expect(await test_.app.queues.countOpen('executions')).toBe(2 * concurrency);
    const later = [await submit(alice, [noop('a')]), await submit(alice, [noop('a')])];
    await until(async () => (await queued()) === 2);
    for (const id of [...waiting, ...later]) expect((await read(alice, id)).status).toBe('QUEUED');
    target.release();
    for (const id of [...waiting, ...later]) await reaches(alice, id, 'SUCCEEDED');
    await until(async () => (await test_.app.queues.countOpen('executions')) === 0);
    await isTakingDirectly();
  });
});

test('what waits for a slot of a busy process is found by a scan, and run by another worker', async () => {
  await using _workers = await startWorkers(test_.app);
  await isTakingDirectly();
  target.answerWith(...Array<'hold'>(concurrency).fill('hold'));
  for (let n = 0; n < concurrency; n += 1) await submit(alice, hanging());
  await until(() => target.held === concurrency);
  const waiting = await submit(alice, [noop('a')]);
  expect(await queued()).toBe(0);
  await using other = createApp(test_.app.config);
  await using _others = await startWorkers(other);
  await reaches(alice, waiting, 'SUCCEEDED');
  expect(target.held).toBe(concurrency);
  target.release();
});

test('a worker that stops takes nothing more: it waits in the queue for another one', async () => {
  target.answerWith('hold');
  const leaving = await startWorkers(test_.app);
  const running = await submit(alice, hanging());
  await until(() => target.held === 1);
  const stopped = leaving[Symbol.asyncDispose]();
  const late = await submit(alice, [noop('a')]);
  await until(async () => (await queued()) === 1);
  target.release();
  await stopped;
  expect((await read(alice, running)).status).toBe('SUCCEEDED');
  await using other = createApp(test_.app.config);
  await using _workers = await startWorkers(other);
  await reaches(alice, late, 'SUCCEEDED');
});

test('what another process submits goes through the queue', async () => {
  await using worker = createApp(test_.app.config);
  await using _workers = await startWorkers(worker);
  const statements = await statementsOfAll(async () => {
    // The workers of `test_.app` have ended: this process is as an API without any.
    await reaches(alice, await submit(alice, [noop('a')]), 'SUCCEEDED');
  });
  expect(statements.filter(isAdded)).toHaveLength(1);
});
