import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { executionWork } from '../../../src/domain/executions/work.ts';
import { claimOf, eventsOf, noop, read, runNow, submit, uuidOf } from '../../support/execution-fixture.ts';
import { CancelExecutionDocument, SubmitExecutionDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { scanNow } from '../../support/work.ts';

/** No worker runs here: a test runs and scans when it wants to. */
let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();
const set = (id: string, column: string) =>
  test_.app.db.query(`UPDATE execution SET "${column}" = clock_timestamp() WHERE id = $1`, [uuidOf(id)]);

async function timesOf(id: string) {
  const query = 'query ($id: ID!) { execution(id: $id) { status runAt expiresAt wakeAt startedAt } }';
  return (await alice.run<{ execution: Record<string, string> }, object>(query, { id })).execution;
}

const claim = (id: string) => claimOf(test_, id);

/** Lets the database refuse every change of this execution. */
async function refuseWrites(id: string): Promise<AsyncDisposable> {
  await test_.app.db.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$`,
  );
  await test_.app.db.query(
    `CREATE TRIGGER refuse BEFORE UPDATE ON execution FOR EACH ROW WHEN (NEW.id = '${id}') EXECUTE FUNCTION refuse()`,
  );
  return { [Symbol.asyncDispose]: async () => void (await test_.app.db.query('DROP FUNCTION refuse CASCADE')) };
}

describe('an execution with runAt', () => {
  test('waits until then, and is then run', async () => {
    const runAt = inAnHour();
    const id = await submit(alice, [noop('a')], { runAt });
    await runNow(test_, id);
    await scanNow(test_.app, executionWork);
    expect(await timesOf(id)).toEqual({ status: 'WAITING', runAt, wakeAt: runAt, expiresAt: null, startedAt: null });
    expect(await eventsOf(test_, id)).toEqual(['execution.waiting']);

    await set(id, 'wakeAt');
    expect(await scanNow(test_.app, executionWork)).toBe(1);
    await runNow(test_, id);
    expect(await timesOf(id)).toMatchObject({ status: 'SUCCEEDED', runAt, wakeAt: null });
  });

  test('in the past is queued at once', async () => {
    const id = await submit(alice, [noop('a')], { runAt: anHourAgo() });
    await runNow(test_, id);
    expect((await read(alice, id)).status).toBe('SUCCEEDED');
  });

  test('can be cancelled before', async () => {
    const id = await submit(alice, [noop('a')], { runAt: inAnHour() });
    await alice.run(CancelExecutionDocument, { id });
    const { status, steps } = await read(alice, id);
    expect([status, steps[0]?.status]).toEqual(['CANCELLED', 'SKIPPED']);
  });

  test('is a duplicate of one for the same time only', async () => {
    const plan = { steps: [noop('of this test')] };
    const submitAt = async (runAt: string | null) =>
      (await alice.run(SubmitExecutionDocument, { input: { plan, runAt } })).submitExecution;
    const [one, other] = [inAnHour(), anHourAgo()];
    const first = await submitAt(one);
    expect(await submitAt(one)).toMatchObject({ deduplicated: true, execution: { id: first.execution.id } });
    expect((await submitAt(other)).deduplicated).toBe(false);
    expect((await submitAt(null)).deduplicated).toBe(false);
  });
});

describe('an execution with expiresAt', () => {
  test('that nobody has started by then ends without running', async () => {
    const id = await submit(alice, [noop('a'), noop('b')], { expiresAt: inAnHour() });
    await scanNow(test_.app, executionWork);
    expect((await read(alice, id)).status).toBe('QUEUED');
    await set(id, 'expiresAt');
    // A worker that comes before the scan does not start it either.
    expect(await claim(id)).toBeNull();
    await scanNow(test_.app, executionWork);
    const { status, error, steps, startedAt, progress } = await read(alice, id);
    expect({ status, error, startedAt }).toEqual({
      status: 'TIMED_OUT',
      error: { code: 'EXPIRED', message: 'The execution expired before it was started.' },
      startedAt: null,
    });
    expect(steps.map((step) => step.status)).toEqual(['SKIPPED', 'SKIPPED']);
    expect(progress.percent).toBe(100);
    expect(await eventsOf(test_, id)).toEqual([
      'execution.queued',
      'executionStep.skipped',
      'executionStep.skipped',
      'execution.timedOut',
    ]);
  });

  test('expires also while it waits until runAt', async () => {
    const id = await submit(alice, [noop('a')], { runAt: inAnHour(), expiresAt: '2999-01-01T00:00:00Z' });
    await set(id, 'expiresAt');
    await scanNow(test_.app, executionWork);
    expect(await timesOf(id)).toMatchObject({ status: 'TIMED_OUT', wakeAt: null });
  });

  test('in the past ends at once', async () => {
    const id = await submit(alice, [noop('a')], { expiresAt: anHourAgo() });
    await runNow(test_, id);
    await scanNow(test_.app, executionWork);
    expect((await read(alice, id)).error?.code).toBe('EXPIRED');
  });

  test('that was started in time goes on, also after a takeover', async () => {
    const id = await submit(alice, [noop('a')], { expiresAt: inAnHour() });
    expect(await claim(id)).not.toBeNull();
    await set(id, 'expiresAt');
    await set(id, 'leaseExpiresAt');
    await scanNow(test_.app, executionWork);
    expect((await read(alice, id)).status).toBe('QUEUED');
    await runNow(test_, id);
    expect((await read(alice, id)).status).toBe('SUCCEEDED');
  });

  test('is either started or expired, never both', async () => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, () => submit(alice, [noop('a')], { expiresAt: inAnHour() })),
    );
    const soon = `UPDATE execution SET "expiresAt" = clock_timestamp() + interval '20 ms' WHERE id = ANY($1)`;
    await test_.app.db.query(soon, [ids.map(uuidOf)]);
    const scans = async () => {
      for (let n = 0; n < 20; n += 1) await scanNow(test_.app, executionWork);
    };
    const claimOneByOne = async () => {
      let claimed = 0;
      for (const id of ids) claimed += Number((await claim(id)) !== null);
      return claimed;
    };
    const [claimed] = await Promise.all([claimOneByOne(), scans()]);
    await scanNow(test_.app, executionWork);
    const ends = await Promise.all(ids.map((id) => eventsOf(test_, id)));
    const started = ends.filter((events) => events.includes('execution.started'));
    const expired = ends.filter((events) => events.includes('execution.timedOut'));
    expect([started.length, expired.length]).toEqual([claimed, ids.length - claimed]);
  });

  test('that cannot be ended is logged, and keeps no other from being ended, nor a lost one from being taken over', async () => {
    const submitted = () => submit(alice, [noop('a')], { expiresAt: inAnHour() });
    const [refused, other, lost] = [await submitted(), await submitted(), await submitted()];
    await claim(lost);
    for (const id of [refused, other]) await set(id, 'expiresAt');
    await set(lost, 'leaseExpiresAt');
    await using _refusal = await refuseWrites(uuidOf(refused));
    const error = vi.spyOn(test_.app.log, 'error');
    // PostgreSQL reports a failure before it lets go of the rows, so the repetition may find this one locked.
    await until(async () => {
      await scanNow(test_.app, executionWork);
      return error.mock.calls.length > 0;
    });
    const statuses = await Promise.all([refused, other, lost].map(async (id) => (await read(alice, id)).status));
    expect(statuses).toEqual(['QUEUED', 'TIMED_OUT', 'QUEUED']);
    expect(error.mock.calls).toMatchObject([
      [{ execution: uuidOf(refused) }, expect.stringContaining('The next scan')],
    ]);
    error.mockRestore();
  });

  test('before runAt is refused, together with other faults', async () => {
    const input = { plan: { steps: [{ name: 'a', type: 'shell' }] }, runAt: inAnHour(), expiresAt: anHourAgo() };
    const { fields } = await alice.refused(SubmitExecutionDocument, { input });
    expect(fields?.map(({ path }) => path.join('.'))).toEqual(['input.plan.steps.0.type', 'input.expiresAt']);
  });
});
