import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { appendLog } from '../../../src/domain/executions/append-log.ts';
import { claimExecutions, type ExecutionClaim } from '../../../src/domain/executions/claim.ts';
import { renewLease } from '../../../src/domain/executions/renew-lease.ts';
import type { StepTransition } from '../../../src/domain/executions/transition.ts';
import { executionWork } from '../../../src/domain/executions/work.ts';
import { writeAsHolder } from '../../../src/domain/executions/write-while-held.ts';
import { newId } from '../../../src/shared/ids.ts';
import { administer } from '../../support/database.ts';
import {
  claimOf,
  claimTerms,
  eventsOf,
  executionConfig,
  noop,
  read,
  runNow,
  submit,
  uuidOf,
} from '../../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import { expire as expireIn, runAndLose } from '../../support/execution-loss.ts';
import { CancelExecutionDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { scanNow } from '../../support/work.ts';

/** No worker runs here: each test is the holder, or two of them. */
let target: HttpTarget;
let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  target = await startHttpTarget();
  const timing = { leaseMs: 2_500, renewMs: 300, abandonMs: 1_800, graceMs: 100 };
  test_ = await createTestApp({ executions: executionConfig(timing) });
  tenant = await test_.tenant();
  alice = tenant.alice;
});
afterAll(async () => {
  await test_[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});
afterEach(() => {
  target.answerWith();
  target.release();
});

const http = (name: string, more: object = {}) => ({
  name,
  type: 'http',
  input: { url: `${target.url}/${name}` },
  ...more,
});
const post = (name: string) => http(name, { input: { url: `${target.url}/${name}`, method: 'POST' } });

async function claim(id: string): Promise<ExecutionClaim> {
  const claimed = await claimOf(test_, id);
  if (!claimed) throw new Error('Nothing could be claimed.');
  return claimed;
}

const expire = (id: string) => expireIn(test_, id);
const sweep = () => scanNow(test_.app, executionWork);

async function rowsOf(id: string) {
  const { rows } = await test_.app.db.query(
    `SELECT row_to_json(e)::text AS execution, (SELECT json_agg(s ORDER BY position)::text FROM execution_step s
       WHERE s."executionId" = e.id) AS steps, (SELECT count(*)::int FROM execution_log l WHERE l."executionId" = e.id) AS log,
       (SELECT count(*)::int FROM execution_output o WHERE o."executionId" = e.id) AS outputs,
       (SELECT count(*)::int FROM event) AS events
     FROM execution e WHERE id = $1`,
    [uuidOf(id)],
  );
  return rows[0];
}

/** Writes that the execution has succeeded, with these transitions of its steps. */
const end = ({ id, token }: Pick<ExecutionClaim, 'id' | 'token'>, steps: readonly StepTransition[]) => {
  const facts = { id, token, changeId: newId(), requestId: 'test' };
  return writeAsHolder(test_.app, { from: 'RUNNING', to: 'SUCCEEDED', steps }, facts);
};
const succeed = (holder: ExecutionClaim) =>
  end(holder, [{ position: 1, from: 'RUNNING', to: 'SUCCEEDED', attempt: 1, output: 'from a zombie' }]);
const log = ({ id, token }: ExecutionClaim, attempt = 1) =>
  appendLog(test_.app, { id, token, position: 1, attempt, requestId: 'test' }, [
    { text: 'from a zombie', at: new Date() },
  ]);

describe('a claim', () => {
  test('is granted to one of twenty', async () => {
    const id = await submit(alice, [noop('a')]);
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimExecutions(test_.app, claimTerms())));
    expect(claims.flat().map((one) => one.id)).toEqual([uuidOf(id)]);
    expect(await eventsOf(test_, id)).toEqual(['execution.queued', 'execution.started', 'executionStep.started']);
  });

  test('finds nothing that runs or has ended', async () => {
    const [running, ended] = [await submit(alice, [http('a')]), await submit(alice, [noop('a')])];
    await claim(running);
    await runNow(test_, ended);
    const before = [await rowsOf(running), await rowsOf(ended)];
    expect(await claimExecutions(test_.app, claimTerms())).toEqual([]);
    expect([await rowsOf(running), await rowsOf(ended)]).toEqual(before);
  });

  test('has a higher token than any before', async () => {
    const id = await submit(alice, [http('a')]);
    const tokens: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      tokens.push((await claim(id)).token);
      await expire(id);
      await sweep();
    }
    expect(tokens).toEqual([1, 2, 3]);
  });
});

describe('a holder with a stale token', () => {
  test('writes nothing, in whatever way', async () => {
    const id = await submit(alice, [http('a')]);
    const zombie = await claim(id);
    await expire(id);
    await sweep();
    await claim(id);
    const before = await rowsOf(id);
    expect(await succeed(zombie)).toBeNull();
    expect(await log(zombie)).toBe(false);
    expect(await renewLease(test_.app, zombie)).toBeNull();
    expect(await rowsOf(id)).toEqual(before);
  });

  test('writes nothing also between the sweep and the next grant', async () => {
    const id = await submit(alice, [http('a')]);
    const zombie = await claim(id);
    await expire(id);
    await sweep();
    const before = await rowsOf(id);
    expect(await succeed(zombie)).toBeNull();
    expect(await log(zombie)).toBe(false);
    expect(await rowsOf(id)).toEqual(before);
  });

  test('writes nothing after the end', async () => {
    const id = await submit(alice, [noop('a')]);
    const holder = await claim(id);
    expect(await succeed(holder)).not.toBeNull();
    const before = await rowsOf(id);
    expect(await succeed(holder)).toBeNull();
    expect(await log(holder)).toBe(false);
    expect(await rowsOf(id)).toEqual(before);
  });
});

describe('a holder with the newest token', () => {
  test('cannot move a step from where it is not', async () => {
    const id = await submit(alice, [http('a'), noop('b')]);
    const { token } = await claim(id);
    const before = await rowsOf(id);
    const steps = [
      { position: 1, from: 'RUNNING', to: 'SUCCEEDED', attempt: 1 },
      { position: 2, from: 'RUNNING', to: 'SUCCEEDED', attempt: 1 },
    ] as const;
    expect(await end({ id: uuidOf(id), token }, steps)).toBeNull();
    expect(await rowsOf(id)).toEqual(before);
  });

  test('cannot log for an attempt that has ended', async () => {
    const id = await submit(alice, [http('a')]);
    const holder = await claim(id);
    expect(await log(holder, 1)).toBe(true);
    expect(await log(holder, 2)).toBe(false);
    expect((await read(alice, id)).log.nodes.map(({ seq }) => seq)).toEqual([1]);
  });
});

describe('a takeover', () => {
  test('does not run again what has finished, and runs again what is replay-safe', async () => {
    target.received.length = 0;
    const id = await submit(alice, [http('first'), http('second'), noop('third')]);
    target.answerWith(200, 'hold');
    await runAndLose(test_, alice, { id, isUnderWay: () => target.held === 1 });
    target.answerWith();
    await runNow(test_, id);
    const done = await read(alice, id);
    expect(done.status).toBe('SUCCEEDED');
    expect(done.steps.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
    expect(target.received.map(({ path }) => path)).toEqual(['/first', '/second', '/second']);
  });

  test('leaves a step that is not replay-safe to a person', async () => {
    const id = await submit(alice, [noop('a'), post('once'), noop('b')]);
    target.answerWith('hold');
    await runAndLose(test_, alice, { id, isUnderWay: () => target.held === 1 });
    target.received.length = 0;
    await runNow(test_, id);
    const done = await read(alice, id);
    expect(done.status).toBe('PARTIAL');
    expect(done.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED', 'SKIPPED']);
    expect(done.steps[1]?.error?.code).toBe('OUTCOME_UNKNOWN');
    expect(target.received).toEqual([]);
  });

  test('counts as running only what was before the last renewal', async () => {
    const id = await submit(alice, [http('a')]);
    await claim(id);
    // Killed a second after its claim, with the default lease and time limit.
    const killed = `UPDATE execution SET "claimedAt" = now() - interval '18 s', "renewedAt" = now() - interval '17 s',
      "leaseExpiresAt" = now() - interval '2 s' WHERE id = $1`;
    await test_.app.db.query(killed, [uuidOf(id)]);
    await sweep();
    const { rows } = await test_.app.db.query('SELECT "ranMs" FROM execution WHERE id = $1', [uuidOf(id)]);
    expect(rows).toEqual([{ ranMs: 1_000 }]);
    await runNow(test_, id);
    expect(await read(alice, id)).toMatchObject({ status: 'SUCCEEDED', steps: [{ attempt: 2 }] });
  });

  test('begins no step when no time is left', async () => {
    const id = await submit(alice, [http('a'), noop('b')]);
    await claim(id);
    await expire(id);
    await sweep();
    await test_.app.db.query('UPDATE execution SET "ranMs" = "timeoutSeconds" * 1000 WHERE id = $1', [uuidOf(id)]);
    target.received.length = 0;
    await runNow(test_, id);
    expect(await read(alice, id)).toMatchObject({ status: 'TIMED_OUT', error: { code: 'TIMED_OUT' } });
    expect(target.received).toEqual([]);
  });

  test('gives up a step that loses every worker', async () => {
    const id = await submit(alice, [http('poison', { maxAttempts: 2 })]);
    for (let n = 0; n < 2; n += 1) {
      target.answerWith('hold');
      await runAndLose(test_, alice, { id, isUnderWay: () => target.held === 1 });
      await until(() => target.held === 0);
    }
    await runNow(test_, id);
    expect((await read(alice, id)).steps[0]).toMatchObject({ status: 'FAILED', error: { code: 'WORKER_LOST' } });
  });

  test('goes on with a cancellation that the dead worker was asked for', async () => {
    const id = await submit(alice, [http('a'), noop('b')]);
    await claim(id);
    await alice.run(CancelExecutionDocument, { id });
    await expire(id);
    await sweep();
    await runNow(test_, id);
    const done = await read(alice, id);
    expect(done.status).toBe('CANCELLED');
    expect(done.steps.map(({ status }) => status)).toEqual(['CANCELLED', 'SKIPPED']);
    expect(done.steps[0]).toMatchObject({ startedAt: expect.anything(), error: { code: 'WORKER_LOST' } });
  });

  test('and a cancellation leave a step in doubt that is not replay-safe', async () => {
    const id = await submit(alice, [post('once'), noop('b')]);
    await claim(id);
    await alice.run(CancelExecutionDocument, { id });
    await expire(id);
    await sweep();
    await runNow(test_, id);
    const done = await read(alice, id);
    expect(done.status).toBe('CANCELLED');
    expect(done.steps.map(({ status }) => status)).toEqual(['FAILED', 'SKIPPED']);
    expect(done.steps[0]?.error?.code).toBe('OUTCOME_UNKNOWN');
  });

  test('that is cancelled before it happens says that the step ran', async () => {
    const id = await submit(alice, [http('a'), noop('b')]);
    const shutdown = new AbortController();
    target.answerWith('hold');
    const running = runNow(test_, id, shutdown.signal);
    await until(() => target.held === 1);
    shutdown.abort();
    await running;
    await alice.run(CancelExecutionDocument, { id });
    expect((await read(alice, id)).steps).toMatchObject([
      { status: 'CANCELLED', startedAt: expect.anything() },
      { status: 'SKIPPED', startedAt: null },
    ]);
  });
});

describe('a lease', () => {
  test('is renewed while a step takes longer than it', async () => {
    const id = await submit(alice, [http('long')]);
    target.answerWith('hold');
    const running = runNow(test_, id);
    await until(() => target.held === 1);
    const { rows } = await test_.app.db.query('SELECT "leaseExpiresAt" FROM execution WHERE id = $1', [uuidOf(id)]);
    const isOutlived = async () => {
      await sweep();
      const text = `SELECT FROM execution WHERE id = $1 AND "leaseExpiresAt" > $2::timestamptz + interval '2.5 seconds'`;
      return ((await test_.app.db.query(text, [uuidOf(id), rows[0].leaseExpiresAt])).rowCount ?? 0) > 0;
    };
    await until(isOutlived);
    target.release();
    await running;
    expect(await read(alice, id)).toMatchObject({ status: 'SUCCEEDED', steps: [{ attempt: 1 }] });
  });

  test('that cannot be renewed is given up before it ends, by the holder’s own clock', async () => {
    const id = await submit(alice, [http('long')]);
    target.answerWith('hold');
    const running = runNow(test_, id);
    await until(() => target.held === 1);
    // A row that is locked by another can be neither renewed nor swept.
    const blocker = await test_.app.db.connect();
    try {
      await blocker.query('BEGIN');
      await blocker.query('SELECT FROM execution WHERE id = $1 FOR UPDATE', [uuidOf(id)]);
      await until(() => target.held === 0, { what: 'the request to be aborted' });
      await running;
      const { rows } = await blocker.query('SELECT status FROM execution WHERE id = $1', [uuidOf(id)]);
      expect(rows[0].status).toBe('RUNNING');
    } finally {
      await blocker.query('ROLLBACK');
      blocker.release();
    }
    await until(async () => {
      await sweep();
      return (await read(alice, id)).status === 'QUEUED';
    });
    target.answerWith();
    await runNow(test_, id);
    expect((await read(alice, id)).status).toBe('SUCCEEDED');
  });
});

test('an outage of the database while a step runs costs no result', async () => {
  const id = await submit(alice, [http('long'), noop('b')]);
  target.answerWith('hold');
  const running = runNow(test_, id);
  await until(() => target.held === 1);
  const name = new URL(test_.app.config.database.url).pathname.slice(1);
  await administer(async (admin) => {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    target.release();
    await until(() =>
      test_.app.db.query('SELECT').then(
        () => false,
        () => true,
      ),
    );
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  });
  await running;
  const done = await read(alice, id);
  expect(done.status).toBe('SUCCEEDED');
  expect(done.steps.map(({ attempt }) => attempt)).toEqual([1, 1]);
});

describe('a holder stops', () => {
  test('at the execution’s own limit, TIMED_OUT and not CANCELLED', async () => {
    const id = await submit(alice, [http('slow', { timeoutSeconds: 60 }), noop('b')]);
    await test_.app.db.query('UPDATE execution SET "ranMs" = "timeoutSeconds" * 1000 - 300 WHERE id = $1', [
      uuidOf(id),
    ]);
    target.answerWith('hold');
    await runNow(test_, id);
    const done = await read(alice, id);
    expect(done).toMatchObject({ status: 'TIMED_OUT', error: { code: 'TIMED_OUT' } });
    expect(done.steps.map(({ status }) => status)).toEqual(['TIMED_OUT', 'SKIPPED']);
    await until(() => target.held === 0);
  });

  test('at a shutdown, and the execution is queued again without a lost attempt', async () => {
    const id = await submit(alice, [noop('a'), http('slow')]);
    target.answerWith('hold');
    const shutdown = new AbortController();
    const running = runNow(test_, id, shutdown.signal);
    await until(() => target.held === 1);
    shutdown.abort();
    await running;
    expect(await read(alice, id)).toMatchObject({ status: 'QUEUED', steps: [{ status: 'SUCCEEDED' }, { attempt: 0 }] });
    await runNow(test_, id);
    expect(await read(alice, id)).toMatchObject({ status: 'SUCCEEDED', steps: [{ attempt: 1 }, { attempt: 1 }] });
  });

  test('when the submitter lost the permission meanwhile', async () => {
    const oscar = await tenant.person('oscar', 'OPERATOR');
    const id = await submit(oscar, [http('a')]);
    await test_.app.db.query(`UPDATE membership SET role = 'MEMBER' WHERE "userId" = $1`, [oscar.viewer.userId]);
    target.received.length = 0;
    await runNow(test_, id);
    expect(await read(alice, id)).toMatchObject({
      status: 'FAILED',
      error: { code: 'FORBIDDEN' },
      steps: [{ status: 'SKIPPED' }],
    });
    expect(target.received).toEqual([]);
  });
});

test('the scan tells workers of what is ready and of what has waited long enough, and of nothing else', async () => {
  await test_.app.db.query('DELETE FROM execution');
  const told: unknown[] = [];
  const stop = test_.app.hints.listen((hint) => {
    if (hint.topic === 'ready') told.push(hint.tenantIds);
    return false;
  });
  const id = await submit(alice, [{ name: 'nap', type: 'wait', input: { seconds: 60 } }]);
  await sweep();
  expect(told).toEqual([[tenant.id], 'all']);
  await runNow(test_, id);
  await sweep();
  expect(told).toHaveLength(2);
  await test_.app.db.query(`UPDATE execution SET "wakeAt" = clock_timestamp()`);
  await sweep();
  expect(told).toHaveLength(3);
  expect(await claimExecutions(test_.app, claimTerms())).toMatchObject([{ id: uuidOf(id), token: 2 }]);
  await sweep();
  expect(told).toHaveLength(3);
  stop();
});
