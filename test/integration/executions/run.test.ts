import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { eventsOf, executionConfig, noop, reaches, submit, uuidOf } from '../../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import { jobRuns } from '../../support/job-runs.ts';
import { SubmitExecutionDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

let target: HttpTarget;
let test_: TestApp;
let workers: Workers;
let alice: Person;
beforeAll(async () => {
  target = await startHttpTarget();
  test_ = await createTestApp({ executions: executionConfig({ retryBaseMs: 20, graceMs: 100 }) });
  workers = await startWorkers(test_.app);
  alice = (await test_.tenant()).alice;
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});
beforeEach(() => {
  target.received.length = 0;
});
afterEach(() => target.answerWith());

const http = (name: string, input: object = {}, more: object = {}) => ({
  name,
  type: 'http',
  input: { url: `${target.url}/${name}`, ...input },
  ...more,
});
const failing = (name: string, step: string) => ({
  name,
  type: 'validate',
  input: { checks: [{ step, path: 'nothing', exists: true }] },
});

/** Ends what it waits for. */
const wake = (id: string) =>
  test_.app.db.query(
    `WITH step AS (UPDATE execution_step SET "wakeAt" = clock_timestamp() WHERE "executionId" = $1 AND status = 'WAITING')
     UPDATE execution SET "wakeAt" = clock_timestamp() WHERE id = $1`,
    [uuidOf(id)],
  );

describe('a plan', () => {
  test('runs its steps in order, each move an event', async () => {
    const steps = [
      http('get'),
      { name: 'check', type: 'validate', input: { checks: [{ step: 'get', path: 'body.items[0].id', equals: 7 }] } },
    ];
    const id = await submit(alice, steps);
    const done = await reaches(alice, id, 'SUCCEEDED');
    expect(done.steps.map(({ name, status, attempt }) => [name, status, attempt])).toEqual([
      ['get', 'SUCCEEDED', 1],
      ['check', 'SUCCEEDED', 1],
    ]);
    expect(done.steps[0]?.output).toMatchObject({ status: 200, body: { answered: 200, items: [{ id: 7 }] } });
    expect(done.progress).toEqual({ finished: 2, total: 2, percent: 100, currentStep: null });
    expect(done.plan).toEqual({ steps });
    expect(done.log.nodes).toMatchObject([{ seq: 1, step: 'get', attempt: 1 }]);
    expect(await eventsOf(test_, id)).toEqual([
      'execution.queued',
      'execution.started',
      'executionStep.started',
      'execution.logged',
      'executionStep.succeeded',
      'executionStep.started',
      'executionStep.succeeded',
      'execution.succeeded',
    ]);
  });

  test('is answered with its end when that is waited for', async () => {
    const input = { plan: { steps: [noop('quick')] }, waitSeconds: 15 };
    const { execution } = (await alice.run(SubmitExecutionDocument, { input })).submitExecution;
    expect(execution).toMatchObject({ status: 'SUCCEEDED', progress: { percent: 100 } });
  });

  test('that fails at first has FAILED, and the rest is skipped', async () => {
    target.answerWith(404);
    const done = await reaches(alice, await submit(alice, [http('a'), noop('b')]), 'FAILED');
    expect(done.steps.map(({ status }) => status)).toEqual(['FAILED', 'SKIPPED']);
    expect(done.steps[0]?.error).toEqual({ code: 'HTTP_STATUS', message: 'The server returned 404.' });
    expect(done.error).toEqual({ code: 'STEP_FAILED', message: 'The step "a" failed.' });
    expect(done.progress.percent).toBe(100);
  });

  test('that fails later is PARTIAL', async () => {
    const done = await reaches(alice, await submit(alice, [noop('a'), failing('b', 'a'), noop('c')]), 'PARTIAL');
    expect(done.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED', 'SKIPPED']);
    expect(done.steps[1]?.error?.code).toBe('VALIDATION_FAILED');
  });

  test('goes on with what does not depend on a failure', async () => {
    const steps = [noop('a'), failing('b', 'a'), noop('c', { dependsOn: ['a'] })];
    const done = await reaches(alice, await submit(alice, steps), 'PARTIAL');
    expect(done.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED', 'SUCCEEDED']);
  });

  test('holds no worker while it waits', async () => {
    const before = await jobRuns(test_.app, 'execution.run', 'completed');
    const id = await submit(alice, [{ name: 'nap', type: 'wait', input: { seconds: 60 } }, noop('after')]);
    const waiting = await reaches(alice, id, 'WAITING');
    expect(waiting.progress).toMatchObject({ finished: 0, currentStep: 'nap' });
    await until(async () => (await jobRuns(test_.app, 'execution.run', 'completed')) > before);
    await wake(id);
    const done = await reaches(alice, id, 'SUCCEEDED');
    expect(done.steps[0]).toMatchObject({ attempt: 1, output: { waitedSeconds: 60 } });
  });
});

describe('an http step', () => {
  test('is tried again when the answer may pass', async () => {
    target.answerWith(503, 503);
    const done = await reaches(alice, await submit(alice, [http('a')]), 'SUCCEEDED');
    expect(done.steps[0]).toMatchObject({ attempt: 3, status: 'SUCCEEDED', error: null });
    expect(target.received).toHaveLength(3);
  });

  test('waits as long as the server asks for, without a worker', async () => {
    target.answerWith({ status: 429, headers: { 'retry-after': '120' } });
    const id = await submit(alice, [http('a')]);
    const waiting = await reaches(alice, id, 'WAITING');
    expect(waiting.steps).toMatchObject([{ waitsFor: 'RETRY', attempt: 1, error: { code: 'HTTP_STATUS' } }]);
    const { rows } = await test_.app.db.query(
      `SELECT extract(epoch FROM "wakeAt" - "updatedAt")::float8 AS seconds FROM execution WHERE id = $1`,
      [uuidOf(id)],
    );
    expect(rows[0].seconds).toBeGreaterThanOrEqual(119.9);
    expect(rows[0].seconds).toBeLessThanOrEqual(150.1);
    await wake(id);
    expect((await reaches(alice, id, 'SUCCEEDED')).steps).toMatchObject([{ attempt: 2 }]);
  });

  test('gives up after its attempts', async () => {
    target.answerWith(503, 503, 503);
    const done = await reaches(alice, await submit(alice, [http('a', {}, { maxAttempts: 2 })]), 'FAILED');
    expect(done.steps[0]).toMatchObject({ attempt: 2, error: { code: 'HTTP_STATUS' } });
    expect(target.received).toHaveLength(2);
  });

  test('does not repeat a POST', async () => {
    target.answerWith(503);
    await reaches(alice, await submit(alice, [http('a', { method: 'POST' })]), 'FAILED');
    expect(target.received).toHaveLength(1);
  });

  test('repeats a POST that is declared safe, with the same Idempotency-Key', async () => {
    target.answerWith(503);
    const step = http('a', { method: 'POST', body: { n: 1 } }, { replaySafe: true });
    await reaches(alice, await submit(alice, [step]), 'SUCCEEDED');
    const [first, second] = target.received;
    expect(first).toMatchObject({ method: 'POST', body: '{"n":1}', headers: { 'content-type': 'application/json' } });
    expect(first?.headers['idempotency-key']).toBeTruthy();
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
  });

  test('succeeds with the status that it expects', async () => {
    target.answerWith(404);
    await reaches(alice, await submit(alice, [http('a', { expectedStatus: [404, 410] })]), 'SUCCEEDED');
    await reaches(alice, await submit(alice, [http('a', { expectedStatus: 204 })]), 'FAILED');
  });

  test('keeps an answer that is nested too deeply as a text', async () => {
    const nested = '['.repeat(100_000) + ']'.repeat(100_000);
    target.answerWith({ status: 200, body: nested });
    const done = await reaches(alice, await submit(alice, [http('a')]), 'SUCCEEDED');
    expect(done.steps[0]).toMatchObject({ attempt: 1, output: { body: nested } });
  });

  test('follows no redirect', async () => {
    target.answerWith(302);
    await reaches(alice, await submit(alice, [http('a')]), 'FAILED');
    expect(target.received).toHaveLength(1);
  });

  test.each([
    'http://127.0.0.2:9/',
    'http://[::1]:9/',
    'http://0x7f000002:9/',
    'http://169.254.169.254/latest/meta-data',
  ])('reaches %s only where the operator allows it', async (url) => {
    const done = await reaches(alice, await submit(alice, [http('a', { url })]), 'FAILED');
    expect(done.steps[0]).toMatchObject({ attempt: 1, error: { code: 'HTTP_ADDRESS_REFUSED' } });
  });
});

describe('a limit', () => {
  test('of a step makes it TIMED_OUT', async () => {
    target.answerWith('hold');
    const step = http('slow', {}, { timeoutSeconds: 0.2, maxAttempts: 1 });
    const done = await reaches(alice, await submit(alice, [noop('a'), step, noop('b')]), 'TIMED_OUT');
    expect(done.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'TIMED_OUT', 'SKIPPED']);
    await until(() => target.held === 0);
  });

  test('does not count the time that it waits', async () => {
    const id = await submit(alice, [{ name: 'nap', type: 'wait', input: { seconds: 1.2 } }, noop('b')]);
    await reaches(alice, id, 'SUCCEEDED');
    const notRunning = `SELECT extract(epoch FROM "finishedAt" - "startedAt") * 1000 - "ranMs" AS ms FROM execution WHERE id = $1`;
    const { rows } = await test_.app.db.query(notRunning, [uuidOf(id)]);
    expect(Math.ceil(rows[0].ms)).toBeGreaterThanOrEqual(1_200);
  });
});
