import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventsOf, executionConfig, noop, read, runNow, submit } from '../../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import { CancelExecutionDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

let target: HttpTarget;
let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  target = await startHttpTarget();
  test_ = await createTestApp({ executions: executionConfig({ graceMs: 100 }) });
  tenant = await test_.tenant();
  alice = tenant.alice;
});
afterAll(async () => {
  await test_[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});
afterEach(() => target.answerWith());

const http = (name: string) => ({ name, type: 'http', input: { url: `${target.url}/${name}` } });
const cancel = async (id: string) => (await alice.run(CancelExecutionDocument, { id })).cancelExecution.execution;

test('a queued execution never runs', async () => {
  const id = await submit(alice, [http('a'), noop('b')]);
  expect(await cancel(id)).toMatchObject({ status: 'CANCELLED', progress: { percent: 100 } });
  target.received.length = 0;
  await runNow(test_, id);
  const done = await read(alice, id);
  expect(done.steps.map(({ status }) => status)).toEqual(['SKIPPED', 'SKIPPED']);
  expect(target.received).toEqual([]);
  expect(await eventsOf(test_, id)).toEqual([
    'execution.queued',
    'executionStep.skipped',
    'executionStep.skipped',
    'execution.cancelled',
  ]);
});

test('a waiting execution ends', async () => {
  const id = await submit(alice, [{ name: 'nap', type: 'wait', input: { seconds: 60 } }, noop('b')]);
  await runNow(test_, id);
  expect(await read(alice, id)).toMatchObject({ status: 'WAITING' });
  expect(await cancel(id)).toMatchObject({ status: 'CANCELLED' });
  expect((await read(alice, id)).steps.map(({ status }) => status)).toEqual(['CANCELLED', 'SKIPPED']);
});

test('a running step is aborted, and later ones never run', async () => {
  const id = await submit(alice, [
    noop('a'),
    noop('b'),
    noop('c'),
    http('d'),
    ...[...'efghij'].map((name) => http(name)),
  ]);
  target.answerWith('hold');
  target.received.length = 0;
  const running = runNow(test_, id);
  await until(() => target.held === 1);
  expect(await cancel(id)).toMatchObject({ status: 'RUNNING', cancelRequestedAt: expect.anything() });
  await running;
  const done = await read(alice, id);
  expect(done.status).toBe('CANCELLED');
  expect(done.steps.map(({ status }) => status)).toEqual([
    ...Array(3).fill('SUCCEEDED'),
    'CANCELLED',
    ...Array(6).fill('SKIPPED'),
  ]);
  expect(target.received.map(({ path }) => path)).toEqual(['/d']);
  await until(() => target.held === 0, { what: 'the request to be aborted' });
});

test('to repeat it changes nothing', async () => {
  const id = await submit(alice, [http('a')]);
  target.answerWith('hold');
  const running = runNow(test_, id);
  await until(() => target.held === 1);
  await Promise.all([cancel(id), cancel(id)]);
  await running;
  const events = await eventsOf(test_, id);
  expect(events.filter((type) => type === 'execution.cancelRequested')).toHaveLength(1);
  expect(await cancel(id)).toMatchObject({ status: 'CANCELLED' });
  expect(await eventsOf(test_, id)).toEqual(events);
});

test('what has ended otherwise is a CONFLICT', async () => {
  const id = await submit(alice, [noop('a')]);
  await runNow(test_, id);
  const error = await alice.refused(CancelExecutionDocument, { id });
  expect(error).toMatchObject({ code: 'CONFLICT', message: 'The execution has ended: SUCCEEDED.' });
});

test('another tenant’s is NOT_FOUND, and a member may not', async () => {
  const id = await submit(alice, [noop('a')]);
  const other = (await test_.tenant()).alice;
  expect((await other.refused(CancelExecutionDocument, { id })).code).toBe('NOT_FOUND');
  const bob = await tenant.person('bob', 'MEMBER');
  expect((await bob.refused(CancelExecutionDocument, { id })).code).toBe('FORBIDDEN');
  expect((await read(alice, id)).status).toBe('QUEUED');
});
