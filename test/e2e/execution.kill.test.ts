import type pg from 'pg';
import { expect, test } from 'vitest';
import { executionConfig, noop, reaches, read, submit, uuidOf } from '../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../support/execution-http.ts';
import { CancelExecutionDocument } from '../support/operations.ts';
import { type ErrandProcess, spawnErrand } from '../support/process.ts';
import { createTestApp, type Person } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/**
 * The test's own process submits and reads; workers are processes of their own. Each test has everything for itself,
 * because they wait for leases to expire at the same time.
 */
type Fixture = AsyncDisposable & {
  target: HttpTarget;
  db: pg.Pool;
  alice: Person;
  startWorker(): ErrandProcess;
  http(name: string, method?: string): object;
};

const shortLeases = {
  // A living worker renews in time on a busy machine too.
  ERRAND_RUN_LEASE_MS: '5000',
  ERRAND_RUN_RENEW_MS: '500',
  ERRAND_RUN_ABANDON_MS: '3500',
};

async function createFixture(leases: Record<string, string> = shortLeases): Promise<Fixture> {
  const target = await startHttpTarget();
  const test_ = await createTestApp({ executions: executionConfig({}) });
  const { database, masterKey } = test_.app.config;
  const env = {
    DATABASE_URL: database.url,
    ERRAND_MASTER_KEY: masterKey.toString('base64'),
    ERRAND_HTTP_ALLOW: '127.0.0.1',
    ...leases,
  };
  return {
    target,
    db: test_.app.db,
    alice: (await test_.tenant()).alice,
    startWorker: () => spawnErrand('worker', { env }),
    http: (name, method = 'GET') => ({
      name,
      type: 'http',
      input: { url: `${target.url}/${name}`, method },
      timeoutSeconds: 60,
    }),
    [Symbol.asyncDispose]: async () => {
      await test_[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
    },
  };
}

/** Kills the worker in the middle of the step that the target holds. */
async function killInStep({ target, alice }: Fixture, worker: ErrandProcess, id: string): Promise<void> {
  await until(() => target.held === 1, { what: 'a step to be under way' });
  const running = await read(alice, id);
  worker.kill('SIGKILL');
  expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL' });
  // The kill has interrupted something: nothing was written of the step's end, and its connection is gone.
  expect(running).toMatchObject({ status: 'RUNNING', progress: { finished: 1, currentStep: 'second' } });
  await until(() => target.held === 0, { what: 'the dead worker’s connection to close' });
}

async function tokenOf({ db }: Fixture, id: string): Promise<number> {
  const { rows } = await db.query('SELECT "fencingToken" FROM execution WHERE id = $1', [uuidOf(id)]);
  return rows[0].fencingToken;
}

test.concurrent('killed in a step that is replay-safe: another worker runs it again, and nothing before it', async () => {
  await using fixture = await createFixture();
  const { target, alice, startWorker, http } = fixture;
  target.answerWith(200, 'hold');
  const id = await submit(alice, [http('first', 'POST'), http('second'), noop('third')]);
  await using doomed = startWorker();
  await doomed.ready();
  await killInStep(fixture, doomed, id);
  expect(await tokenOf(fixture, id)).toBe(1);

  await using successor = startWorker();
  await successor.ready();
  const done = await reaches(alice, id, 'SUCCEEDED');
  expect(done.steps.map(({ status, attempt }) => [status, attempt])).toEqual([
    ['SUCCEEDED', 1],
    ['SUCCEEDED', 2],
    ['SUCCEEDED', 1],
  ]);
  expect(target.received.map(({ path }) => path)).toEqual(['/first', '/second', '/second']);
  expect(await tokenOf(fixture, id)).toBe(2);
});

test.concurrent('killed with the default leases and limits: the time until the takeover is not running', async () => {
  await using fixture = await createFixture({});
  const { target, db, alice, startWorker } = fixture;
  // Two attempts: with more, the limit leaves so much time that a lease would fit in.
  const input = { url: `${target.url}/second` };
  const second = { name: 'second', type: 'http', input, dependsOn: [], maxAttempts: 2 };
  target.answerWith('hold');
  const id = await submit(alice, [noop('first', { maxAttempts: 1 }), second]);
  await using doomed = startWorker();
  await doomed.ready();
  await killInStep(fixture, doomed, id);

  await using successor = startWorker();
  await successor.ready();
  const done = await reaches(alice, id, 'SUCCEEDED');
  expect(done.steps.map(({ attempt }) => attempt)).toEqual([1, 2]);
  // The takeover came later than the time limit: a lease alone is longer.
  const sql = `SELECT "finishedAt" - "startedAt" > "timeoutSeconds" * interval '1 second' AS "isLong" FROM execution`;
  expect((await db.query(sql)).rows).toEqual([{ isLong: true }]);
});

test.concurrent('killed in a step that is not replay-safe: it is left to a person', async () => {
  await using fixture = await createFixture();
  const { target, alice, startWorker, http } = fixture;
  target.answerWith(200, 'hold');
  const id = await submit(alice, [http('first'), http('second', 'POST'), noop('third')]);
  await using doomed = startWorker();
  await doomed.ready();
  await killInStep(fixture, doomed, id);

  await using successor = startWorker();
  await successor.ready();
  const done = await reaches(alice, id, 'PARTIAL');
  expect(done.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED', 'SKIPPED']);
  expect(done.steps[1]?.error?.code).toBe('OUTCOME_UNKNOWN');
  expect(target.received.map(({ path }) => path)).toEqual(['/first', '/second']);
});

test.concurrent('killed by every attempt of a step: it fails, and the next worker lives and goes on', async () => {
  await using fixture = await createFixture();
  const { target, alice, startWorker, http } = fixture;
  target.answerWith(200, 'hold', 'hold');
  const id = await submit(alice, [http('first'), { ...http('second'), maxAttempts: 2 }, noop('third')]);
  for (const _ of ['first', 'last']) {
    await using doomed = startWorker();
    await doomed.ready();
    await killInStep(fixture, doomed, id);
  }

  await using survivor = startWorker();
  await survivor.ready();
  const done = await reaches(alice, id, 'PARTIAL');
  expect(done.steps.map(({ status, attempt }) => [status, attempt])).toEqual([
    ['SUCCEEDED', 1],
    ['FAILED', 2],
    ['SKIPPED', 0],
  ]);
  expect(done.steps[1]?.error?.code).toBe('WORKER_LOST');
  await reaches(alice, await submit(alice, [http('other')]), 'SUCCEEDED');
  expect(target.received.map(({ path }) => path)).toEqual(['/first', '/second', '/second', '/other']);
});

test.concurrent('frozen and taken over, then woken: its result is refused', async () => {
  await using fixture = await createFixture();
  const { target, db, alice, startWorker, http } = fixture;
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
  const { rows } = await db.query('SELECT count(*)::int AS count FROM event');
  zombie.kill('SIGCONT');
  zombie.kill('SIGTERM');
  expect((await zombie.ended).code).toBe(0);
  expect(await read(alice, id)).toEqual(done);
  expect(done.steps.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
  expect((await db.query('SELECT count(*)::int AS count FROM event')).rows).toEqual(rows);
});

test.concurrent('cancelled from another process: the running step is aborted at once', async () => {
  await using fixture = await createFixture();
  const { target, alice, startWorker, http } = fixture;
  target.answerWith(200, 'hold');
  const id = await submit(alice, [http('first'), http('second', 'POST'), noop('third')]);
  await using worker = startWorker();
  await worker.ready();
  await until(() => target.held === 1);
  await alice.run(CancelExecutionDocument, { id });
  const done = await reaches(alice, id, 'CANCELLED');
  expect(done.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'CANCELLED', 'SKIPPED']);
  expect(await tokenOf(fixture, id)).toBe(1);
  await until(() => target.held === 0);
});

test.concurrent('told to stop: the running step is given up after the grace time, and the execution goes on elsewhere', async () => {
  await using fixture = await createFixture();
  const { target, alice, startWorker, http } = fixture;
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
