import { afterEach, beforeEach, expect, test } from 'vitest';
import { executionConfig, noop, reaches, read, submit, uuidOf } from '../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../support/execution-http.ts';
import { CancelExecutionDocument } from '../support/operations.ts';
import { type ErrandProcess, spawnErrand } from '../support/process.ts';
import { createTestApp, type Person, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/** The test's own process submits and reads; workers are processes of their own, with short leases. */
let target: HttpTarget;
let test_: TestApp;
let alice: Person;
beforeEach(async () => {
  target = await startHttpTarget();
  test_ = await createTestApp({ executions: executionConfig({}) });
  alice = (await test_.tenant()).alice;
});
afterEach(async () => {
  await test_[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

function startWorker(): ErrandProcess {
  const { database, masterKey } = test_.app.config;
  return spawnErrand('worker', {
    env: {
      DATABASE_URL: database.url,
      ERRAND_MASTER_KEY: masterKey.toString('base64'),
      ERRAND_HTTP_ALLOW: '127.0.0.1',
      ERRAND_RUN_LEASE_MS: '2000',
      ERRAND_RUN_RENEW_MS: '500',
      ERRAND_RUN_ABANDON_MS: '1200',
    },
  });
}

const http = (name: string, method = 'GET') => ({
  name,
  type: 'http',
  input: { url: `${target.url}/${name}`, method },
  timeoutSeconds: 60,
});

/** Kills the worker in the middle of the step that the target holds. */
async function killInStep(worker: ErrandProcess, id: string): Promise<void> {
  await until(() => target.held === 1, { what: 'a step to be under way' });
  const running = await read(alice, id);
  worker.kill('SIGKILL');
  expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL' });
  // The kill has interrupted something: nothing was written of the step's end, and its connection is gone.
  expect(running).toMatchObject({ status: 'RUNNING', progress: { finished: 1, currentStep: 'second' } });
  await until(() => target.held === 0, { what: 'the dead worker’s connection to close' });
}

async function tokenOf(id: string): Promise<number> {
  const { rows } = await test_.app.db.query('SELECT "fencingToken" FROM execution WHERE id = $1', [uuidOf(id)]);
  return rows[0].fencingToken;
}

test('killed in a step that is replay-safe: another worker runs it again, and nothing before it', async () => {
  target.answerWith(200, 'hold');
  const id = await submit(alice, [http('first', 'POST'), http('second'), noop('third')]);
  await using doomed = startWorker();
  await doomed.ready();
  await killInStep(doomed, id);
  expect(await tokenOf(id)).toBe(1);

  await using successor = startWorker();
  await successor.ready();
  const done = await reaches(alice, id, 'SUCCEEDED');
  expect(done.steps.map(({ status, attempt }) => [status, attempt])).toEqual([
    ['SUCCEEDED', 1],
    ['SUCCEEDED', 2],
    ['SUCCEEDED', 1],
  ]);
  expect(target.received.map(({ path }) => path)).toEqual(['/first', '/second', '/second']);
  expect(await tokenOf(id)).toBe(2);
});

test('killed in a step that is not replay-safe: it is left to a person', async () => {
  target.answerWith(200, 'hold');
  const id = await submit(alice, [http('first'), http('second', 'POST'), noop('third')]);
  await using doomed = startWorker();
  await doomed.ready();
  await killInStep(doomed, id);

  await using successor = startWorker();
  await successor.ready();
  const done = await reaches(alice, id, 'PARTIAL');
  expect(done.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED', 'SKIPPED']);
  expect(done.steps[1]?.error?.code).toBe('OUTCOME_UNKNOWN');
  expect(target.received.map(({ path }) => path)).toEqual(['/first', '/second']);
});

test('frozen and taken over, then woken: its result is refused', async () => {
  target.answerWith(200, 'hold');
  const id = await submit(alice, [http('first'), http('second'), noop('third')]);
  await using zombie = startWorker();
  await zombie.ready();
  await until(() => target.held === 1);
  zombie.kill('SIGSTOP');
  // What it waits for is there when it wakes.
  target.answerWith(200);
  target.release();

  await using successor = startWorker();
  await successor.ready();
  const done = await reaches(alice, id, 'SUCCEEDED');
  const { rows } = await test_.app.db.query('SELECT count(*)::int AS count FROM event');
  zombie.kill('SIGCONT');
  zombie.kill('SIGTERM');
  expect((await zombie.ended).code).toBe(0);
  expect(await read(alice, id)).toEqual(done);
  expect(done.steps.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
  expect((await test_.app.db.query('SELECT count(*)::int AS count FROM event')).rows).toEqual(rows);
});

test('cancelled from another process: the running step is aborted at once', async () => {
  target.answerWith(200, 'hold');
  const id = await submit(alice, [http('first'), http('second', 'POST'), noop('third')]);
  await using worker = startWorker();
  await worker.ready();
  await until(() => target.held === 1);
  await alice.run(CancelExecutionDocument, { id });
  const done = await reaches(alice, id, 'CANCELLED');
  expect(done.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'CANCELLED', 'SKIPPED']);
  expect(await tokenOf(id)).toBe(1);
  await until(() => target.held === 0);
});

test('told to stop: the running step is given up after the grace time, and the execution goes on elsewhere', async () => {
  target.answerWith(200, 'hold');
  const id = await submit(alice, [http('first'), http('second'), noop('third')]);
  await using leaving = startWorker();
  await leaving.ready();
  await until(() => target.held === 1);
  leaving.kill('SIGTERM');
  expect(await leaving.ended).toEqual({ code: 0, signal: null });
  expect(await read(alice, id)).toMatchObject({ status: 'QUEUED', progress: { finished: 1 } });

  await using successor = startWorker();
  await successor.ready();
  const done = await reaches(alice, id, 'SUCCEEDED');
  expect(done.steps.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
});
