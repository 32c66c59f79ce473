import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowJob } from '../../../src/queues/contract.ts';
import { enqueue } from '../../../src/queues/enqueue.ts';
import { newId } from '../../../src/shared/ids.ts';
import { statementsOfAll } from '../../support/statements.ts';
import { createTestApp, type TestApp } from '../../support/test-app.ts';

const deliver = rowJob('reminder.deliver', 'reminders');

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());

const count = 50;

test('jobs that come while others are added go into the queue together', async () => {
  const { queues } = test_.app;
  const add = () => enqueue(queues, { job: deliver, payload: { id: newId(), version: 1 } });
  await add();
  const statements = await statementsOfAll(() => Promise.all(Array.from({ length: count }, add)));
  expect(await queues.countOpen('reminders')).toBe(count + 1);
  expect(statements.length).toBeLessThan(count / 2);
});
