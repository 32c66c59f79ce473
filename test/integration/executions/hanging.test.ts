import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findStepType } from '../../../src/domain/executions/step-types/index.ts';
import type { StepResult } from '../../../src/domain/executions/step-types/step-type.ts';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { eventsOf, executionConfig, noop, reaches, read, submit, uuidOf } from '../../support/execution-fixture.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

let test_: TestApp;
let workers: Workers;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp({ executions: executionConfig({ graceMs: 100 }) });
  workers = await startWorkers(test_.app);
  alice = (await test_.tenant()).alice;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await workers[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});

/** A wait of so many seconds ignores its signal; what it does in the end is up to the test. */
const hangingSeconds = 77;
const hanging = (more: object = {}) => ({
  name: 'hang',
  type: 'wait',
  input: { seconds: hangingSeconds },
  timeoutSeconds: 2,
  maxAttempts: 1,
  ...more,
});

/** Lets those waits hang. @returns their ends, in the order in which they began. */
function letThemHang() {
  const ends: ((result: StepResult) => void)[] = [];
  const logs: ((text: string) => void)[] = [];
  const type = findStepType('wait') ?? expect.fail();
  const { run } = type;
  vi.spyOn(type, 'run').mockImplementation((input, port) => {
    if ((input as { seconds: number }).seconds !== hangingSeconds) return run.call(type, input, port);
    logs.push(port.log);
    return new Promise((resolve) => ends.push(resolve));
  });
  return { ends, logs };
}

async function timesOf(ids: readonly string[]) {
  const text = 'SELECT "finishedAt" FROM execution WHERE id = ANY($1) ORDER BY "finishedAt"';
  const { rows } = await test_.app.db.query<{ finishedAt: Date }>(text, [ids.map(uuidOf)]);
  return rows.map(({ finishedAt }) => finishedAt.getTime());
}

test('steps that ignore their signal hold their slots no longer than their limit, and what they do later is lost', async () => {
  const { ends, logs } = letThemHang();
  const submitHanging = () => submit(alice, [hanging(), noop('after')], { priority: 10 });
  const first: string[] = [];
  for (let n = 0; n < 20; n += 1) first.push(await submitHanging());
  await until(() => ends.length === 20, { what: 'every slot to be taken' });
  const behind: string[] = [];
  for (let n = 0; n < 10; n += 1) behind.push(await submitHanging());
  const urgent = await submit(alice, [noop('a')], { priority: 1 });

  await reaches(alice, urgent, 'SUCCEEDED');
  for (const id of [...first, ...behind]) {
    const { steps, error } = await reaches(alice, id, 'TIMED_OUT');
    expect(error?.code).toBe('TIMED_OUT');
    expect(steps.map(({ status }) => status)).toEqual(['TIMED_OUT', 'SKIPPED']);
  }
  // It came last, and was not kept behind those that had not begun.
  const [urgentEnd = Number.NaN] = await timesOf([urgent]);
  const [firstOfBehind = Number.NaN] = await timesOf(behind);
  expect(urgentEnd).toBeLessThan(firstOfBehind);

  const id = first[0] ?? '';
  const [before, events] = [await read(alice, id), await eventsOf(test_, id)];
  for (const log of logs) log('from a step that was cut off');
  for (const end of ends) end({ output: 'too late' });
  await reaches(alice, await submit(alice, [noop('b')]), 'SUCCEEDED');
  expect(await read(alice, id)).toEqual(before);
  expect(await eventsOf(test_, id)).toEqual(events);
});

test('a step that ignores its signal at every attempt ends TIMED_OUT, and holds no slot while it backs off', async () => {
  const { ends } = letThemHang();
  const id = await submit(alice, [hanging({ timeoutSeconds: 0.2, maxAttempts: 2 })]);
  const waiting = await reaches(alice, id, 'WAITING');
  expect(waiting.steps).toMatchObject([{ status: 'WAITING', waitsFor: 'RETRY', error: { code: 'TIMED_OUT' } }]);
  const done = await reaches(alice, id, 'TIMED_OUT');
  expect(done.steps).toMatchObject([{ status: 'TIMED_OUT', attempt: 2 }]);
  expect(ends).toHaveLength(2);
});
