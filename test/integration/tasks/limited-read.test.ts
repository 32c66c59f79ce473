import type { ExecutionResult } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toClientError } from '../../../src/server/graphql/client-errors.ts';
import { createTestApp, type Person, type TestApp, testConfig } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  const { limits } = testConfig('postgres://nowhere/nothing');
  test_ = await createTestApp({ limits: { ...limits, readMs: 50 } });
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const translation = { requestId: 'r', log: pino({ level: 'silent' }) };
const codeOf = ({ errors }: ExecutionResult) => errors?.[0] && toClientError(errors[0], translation).extensions.code;

/** Does something while nobody can read the tables. */
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  const client = await test_.app.db.connect();
  try {
    await client.query('BEGIN; LOCK TABLE task, event IN ACCESS EXCLUSIVE MODE');
    return await work();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

test.each([
  '{ tasks(filter: { priorities: [HIGH] }) { nodes { id } } }',
  '{ tasks(filter: { text: "milk" }, orderBy: { field: RELEVANCE }) { nodes { id } } }',
  '{ tasks(filter: { not: { status: ACTIVE } }, first: 0) { totalCount } }',
  '{ events(first: 1) { nodes { type } } }',
  'mutation { completeTasks(target: { filter: { tags: ["a"] } }) { isApplied } }',
])('%s is stopped when it takes too long, and leaves the connection as it was', async (operation) => {
  expect(codeOf(await whileLocked(() => alice.answer(operation)))).toBe('QUERY_TOO_EXPENSIVE');
  expect(codeOf(await alice.answer(operation))).toBeUndefined();
  const { rows } = await test_.app.db.query('SHOW statement_timeout');
  expect(rows).toEqual([{ statement_timeout: '0' }]);
});

test('a bulk change that was stopped can be repeated with its idempotency key', async () => {
  await alice.answer('mutation { createTask(input: { title: "Buy milk", tags: ["slow"] }) { changeId } }');
  const complete =
    'mutation { completeTasks(target: { filter: { tags: ["slow"] } }, idempotencyKey: "k") { results { task { title } } } }';
  expect(codeOf(await whileLocked(() => alice.answer(complete)))).toBe('QUERY_TOO_EXPENSIVE');
  expect(await alice.answer(complete)).toMatchObject({
    data: { completeTasks: { results: [{ task: { title: 'Buy milk' } }] } },
  });
});
