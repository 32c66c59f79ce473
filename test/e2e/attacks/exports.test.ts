import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from '../../support/api.ts';
import { expectCostBelow } from '../../support/attack.ts';
import { type MeasuredServer, openMeasuredServer } from '../../support/measured-server.ts';
import type { Caller } from '../../support/person.ts';
import { exportByHttp } from '../../support/transfers-by-http.ts';

let worker: MeasuredServer;
let url: string;
let caller: Caller;
beforeAll(async () => {
  worker = await openMeasuredServer({ entry: 'worker' });
  url = (await worker.start('api')).url;
  caller = await worker.person('MEMBER');
  const input = { title: 'a task', notes: 'some ; words '.repeat(20), tags: ['home', 'work'] };
  const taskId = await create('createTask(input: $input) { made: task { id } }', 'CreateTaskInput', input);
  const comment = { taskId, text: 'a word; '.repeat(1_200) };
  await create('createComment(input: $input) { made: comment { id } }', 'CreateCommentInput', comment);
  await multiply('task', 20_000);
  await multiply('comment', 2_000);
});
afterAll(() => worker[Symbol.asyncDispose]());

async function create(field: string, type: string, input: object): Promise<string> {
  const mutation = `mutation ($input: ${type}!) { done: ${field} }`;
  const { data } = await callApi(url, caller.token, mutation, { input });
  return (data as { done: { made: { id: string } } }).done.made.id;
}

/** Copies each row of a table so many times. */
async function multiply(table: 'task' | 'comment', times: number): Promise<void> {
  await worker.db.query(
    `INSERT INTO ${table} SELECT (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid()))).*
     FROM ${table} one, generate_series(1, $1::int)`,
    [times],
  );
  await worker.db.query(`ANALYZE ${table}`);
}

test.each(['CSV', 'JSON'] as const)(
  'an export of 20,000 tasks and of one with 2,000 long comments holds up nobody: %s',
  async (format) => {
    const limits = { longestSliceMs: 20, heapMb: 80 };
    const result = await expectCostBelow(worker, limits, () => exportByHttp(worker.db, { url, caller, format }));
    expect(result).toMatchObject({ status: 'SUCCEEDED', done: 20_001 });
  },
);

test('an export of a task whose comments are too large fails, and says why', async () => {
  await multiply('comment', 1);
  const { result } = await worker.measure(() => exportByHttp(worker.db, { url, caller, format: 'JSON' }));
  const message = expect.stringContaining('The comments of the task "a task" are larger than 20 MB.');
  expect(result).toMatchObject({ status: 'FAILED', code: 'INVALID_INPUT', message });
  expect(await exportByHttp(worker.db, { url, caller, format: 'CSV' })).toMatchObject({ status: 'SUCCEEDED' });
});
