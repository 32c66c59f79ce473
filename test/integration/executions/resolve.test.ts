import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { eventsOf, executionConfig, noop, read, runNow, submit, uuidOf } from '../../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import { runAndLose } from '../../support/execution-loss.ts';
import { CancelExecutionDocument, ResolveStepDocument, type ResolveStepInput } from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

/** No worker runs here: each test is the holder. */
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
beforeEach(() => {
  target.received.length = 0;
});
afterEach(() => {
  target.answerWith();
  target.release();
});

const http = (name: string, method: string, more: object = {}) => ({
  name,
  type: 'http',
  input: { url: `${target.url}/${name}`, method },
  ...more,
});
const check = (step: string, value: unknown, more: object = {}) => ({
  name: `check ${step}`,
  type: 'validate',
  input: { checks: [{ step, path: 'version', equals: value }] },
  ...more,
});

/** Submits steps; the worker is lost in the one that the server holds, and another one takes over. */
async function inDoubt(steps: object[], ...answers: (number | 'hold')[]): Promise<string> {
  const id = await submit(alice, steps);
  target.answerWith(...answers);
  const isUnderWay = () => target.held === 1;
  await runAndLose(test_, alice, { id, isUnderWay });
  await until(() => target.held === 0);
  await runNow(test_, id);
  return id;
}

async function stepOf(id: string, name: string) {
  const step = (await read(alice, id)).steps.find((one) => one.name === name);
  return step ?? expect.fail(`There is no step ${name}.`);
}

async function inputOf(id: string, name: string, given: Omit<ResolveStepInput, 'stepId'>): Promise<ResolveStepInput> {
  return { stepId: (await stepOf(id, name)).id, ...given };
}

async function resolve(id: string, name: string, given: Omit<ResolveStepInput, 'stepId'>, person = alice) {
  return (await person.run(ResolveStepDocument, { input: await inputOf(id, name, given) })).resolveStep;
}

const refused = async (id: string, name: string, given: Omit<ResolveStepInput, 'stepId'>, person = alice) =>
  person.refused(ResolveStepDocument, { input: await inputOf(id, name, given) });

const deploy = () => [http('get', 'GET'), http('deploy', 'POST'), check('deploy', 7), http('after', 'GET')];
const statuses = async (id: string) => (await read(alice, id)).steps.map(({ status }) => status);

describe('a step in doubt', () => {
  test('is shown as such, and so is its execution', async () => {
    const id = await inDoubt(deploy(), 200, 'hold');
    const done = await read(alice, id);
    expect(done).toMatchObject({ status: 'PARTIAL', error: { code: 'OUTCOME_UNKNOWN' } });
    expect(done.error?.message).toContain('"deploy"');
    expect(done.steps[1]).toMatchObject({ status: 'FAILED', error: { code: 'OUTCOME_UNKNOWN' }, resolution: null });
    expect(await statuses(id)).toEqual(['SUCCEEDED', 'FAILED', 'SKIPPED', 'SKIPPED']);
  });

  test('that succeeded is not run again: a retry goes on with its output', async () => {
    const id = await inDoubt(deploy(), 200, 'hold');
    const before = await read(alice, id);
    target.received.length = 0;
    const oscar = await tenant.person('oscar', 'OPERATOR');
    const { step, retry } = await resolve(id, 'deploy', { resolution: 'SUCCEEDED', output: { version: 7 } }, oscar);
    expect(step).toMatchObject({ status: 'FAILED', resolution: 'SUCCEEDED' });
    expect(retry).toMatchObject({ status: 'QUEUED', retryOf: { id }, progress: { finished: 2, total: 4 } });
    const retryId = retry?.id ?? '';
    await runNow(test_, retryId);
    const done = await read(alice, retryId);
    expect(done).toMatchObject({
      status: 'SUCCEEDED',
      plan: before.plan,
      submitter: { id: encodeGlobalId('User', oscar.viewer.userId) },
    });
    expect(done.steps[0]?.output).toEqual(before.steps[0]?.output);
    expect(done.steps[1]).toMatchObject({ status: 'SUCCEEDED', resolution: 'SUCCEEDED', error: null, attempt: 1 });
    expect(done.steps[1]?.output).toEqual({ version: 7 });
    expect(target.received.map(({ path }) => path)).toEqual(['/after']);
    // The earlier one stays as it ended, but for what is known of the step.
    const steps = before.steps.map((one) => (one.name === 'deploy' ? { ...one, resolution: 'SUCCEEDED' } : one));
    expect(await read(alice, id)).toEqual({ ...before, steps });
    expect(await eventsOf(test_, retryId)).toEqual([
      'execution.queued',
      'execution.started',
      'executionStep.started',
      'executionStep.succeeded',
      'executionStep.started',
      'execution.logged',
      'executionStep.succeeded',
      'execution.succeeded',
    ]);
  });

  test('is resolved by an event of who said so, in the change that queues the retry', async () => {
    const id = await inDoubt(deploy(), 200, 'hold');
    const { changeId, retry } = await resolve(id, 'deploy', { resolution: 'SUCCEEDED' });
    const { rows } = await test_.app.db.query(
      `SELECT type, "actorId", before->>'resolution' AS before, after->>'resolution' AS after,
         coalesce(after->>'executionId', after->>'id') AS execution FROM event WHERE "changeId" = $1 ORDER BY id`,
      [changeId],
    );
    const actorId = alice.viewer.userId;
    expect(rows).toEqual([
      { type: 'executionStep.resolved', actorId, before: null, after: 'SUCCEEDED', execution: uuidOf(id) },
      { type: 'execution.queued', actorId, before: null, after: null, execution: uuidOf(retry?.id ?? '') },
    ]);
  });

  test('that failed leaves everything as it ended', async () => {
    const id = await inDoubt(deploy(), 200, 'hold');
    const { step, retry } = await resolve(id, 'deploy', { resolution: 'FAILED' });
    expect(step).toMatchObject({ status: 'FAILED', resolution: 'FAILED' });
    expect(retry).toBeNull();
    expect(await statuses(id)).toEqual(['SUCCEEDED', 'FAILED', 'SKIPPED', 'SKIPPED']);
  });

  test('that was the last one makes a retry that has nothing to run', async () => {
    const id = await inDoubt([noop('a'), http('deploy', 'POST')], 'hold');
    target.received.length = 0;
    const { retry } = await resolve(id, 'deploy', { resolution: 'SUCCEEDED' });
    await runNow(test_, retry?.id ?? '');
    expect(await read(alice, retry?.id ?? '')).toMatchObject({ status: 'SUCCEEDED', progress: { percent: 100 } });
    expect(target.received).toEqual([]);
  });

  test('does not hide that another step failed', async () => {
    const steps = [http('bad', 'GET', { maxAttempts: 1 }), noop('never'), http('deploy', 'POST', { dependsOn: [] })];
    const id = await inDoubt([...steps, http('after', 'GET')], 404, 'hold');
    target.received.length = 0;
    const { retry } = await resolve(id, 'deploy', { resolution: 'SUCCEEDED' });
    await runNow(test_, retry?.id ?? '');
    expect(await read(alice, retry?.id ?? '')).toMatchObject({ status: 'PARTIAL', error: { code: 'STEP_FAILED' } });
    expect(await statuses(retry?.id ?? '')).toEqual(['FAILED', 'SKIPPED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(target.received.map(({ path }) => path)).toEqual(['/after']);
  });

  test('of two is resolved after the other, in its retry', async () => {
    const id = await submit(alice, [http('one', 'POST'), http('two', 'POST', { dependsOn: [] })]);
    for (const _ of ['one', 'two']) {
      target.answerWith('hold');
      await runAndLose(test_, alice, { id, isUnderWay: () => target.held === 1 });
      await until(() => target.held === 0);
    }
    await runNow(test_, id);
    const first = await resolve(id, 'one', { resolution: 'SUCCEEDED' });
    expect(await refused(id, 'two', { resolution: 'SUCCEEDED' })).toMatchObject({ code: 'CONFLICT' });
    const retryId = first.retry?.id ?? '';
    await runNow(test_, retryId);
    expect(await read(alice, retryId)).toMatchObject({ status: 'PARTIAL', error: { code: 'OUTCOME_UNKNOWN' } });
    const second = await resolve(retryId, 'two', { resolution: 'SUCCEEDED' });
    await runNow(test_, second.retry?.id ?? '');
    expect(await read(alice, second.retry?.id ?? '')).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('in an execution that was cancelled makes no retry', async () => {
    const id = await submit(alice, deploy());
    target.answerWith(200, 'hold');
    await runAndLose(test_, alice, { id, isUnderWay: () => target.held === 1 });
    await alice.run(CancelExecutionDocument, { id });
    const { step, retry } = await resolve(id, 'deploy', { resolution: 'SUCCEEDED' });
    expect(step).toMatchObject({ status: 'FAILED', resolution: 'SUCCEEDED' });
    expect(retry).toBeNull();
    expect(await read(alice, id)).toMatchObject({ status: 'CANCELLED' });
  });
});

describe('to resolve a step', () => {
  test('happens once, however many do at the same time', async () => {
    const id = await inDoubt(deploy(), 200, 'hold');
    const input = await inputOf(id, 'deploy', { resolution: 'SUCCEEDED' });
    const tries = Array.from({ length: 20 }, () => alice.run(ResolveStepDocument, { input }));
    const settled = await Promise.allSettled(tries);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { rows } = await test_.app.db.query('SELECT id FROM execution WHERE "retryOfId" = $1', [uuidOf(id)]);
    expect(rows).toHaveLength(1);
    expect(await refused(id, 'deploy', { resolution: 'FAILED' })).toMatchObject({
      code: 'CONFLICT',
      message: 'The step was already resolved: SUCCEEDED.',
    });
  });

  test('again with the same key gives the same retry', async () => {
    const id = await inDoubt(deploy(), 200, 'hold');
    const variables = { input: await inputOf(id, 'deploy', { resolution: 'SUCCEEDED' }), idempotencyKey: 'once' };
    const first = await alice.run(ResolveStepDocument, variables);
    expect(await alice.run(ResolveStepDocument, variables)).toEqual(first);
  });

  test('is refused while the execution goes on, and when the outcome is known', async () => {
    const id = await submit(alice, [http('one', 'POST'), http('two', 'GET', { dependsOn: [] })]);
    target.answerWith('hold');
    await runAndLose(test_, alice, { id, isUnderWay: () => target.held === 1 });
    expect(await refused(id, 'one', { resolution: 'SUCCEEDED' })).toMatchObject({
      code: 'CONFLICT',
      message: 'The execution has not ended. Resolve the step when it has.',
    });
    target.answerWith(404);
    await runNow(test_, id);
    expect(await refused(id, 'two', { resolution: 'SUCCEEDED' })).toMatchObject({ code: 'CONFLICT' });
  });

  test('is for those who may submit executions, in their tenant', async () => {
    const id = await inDoubt(deploy(), 200, 'hold');
    const bob = await tenant.person('bob', 'MEMBER');
    const other = (await test_.tenant()).alice;
    expect(await refused(id, 'deploy', { resolution: 'FAILED' }, bob)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refused(id, 'deploy', { resolution: 'FAILED' }, other)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await stepOf(id, 'deploy')).toMatchObject({ resolution: null });
  });

  test('takes an output only of a step that succeeded', async () => {
    const id = await inDoubt(deploy(), 200, 'hold');
    const error = await refused(id, 'deploy', { resolution: 'FAILED', output: { version: 7 } });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', 'output'] }] });
  });
});
