import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executionConfig, noop, runNow, submit } from '../../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import { numberedHead } from '../../support/log.ts';
import {
  EventCursorDocument,
  ExecutionDocument,
  ExecutionLogDocument,
  type ExecutionLogSubscription,
  ExecutionsDocument,
  ExecutionUpdatedDocument,
  type ExecutionUpdatedSubscription,
  SubmitExecutionDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let target: HttpTarget;
let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  target = await startHttpTarget();
  test_ = await createTestApp({ executions: executionConfig({}) });
  tenant = await test_.tenant();
  alice = tenant.alice;
});
afterAll(async () => {
  await test_[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

type Update = ExecutionUpdatedSubscription['executionUpdated'];
type LogItem = ExecutionLogSubscription['executionLog'];
const http = (name: string) => ({ name, type: 'http', input: { url: `${target.url}/${name}` } });

async function cursorNow(): Promise<string> {
  return (await alice.run(EventCursorDocument)).eventCursor;
}

/** Everything until the subscription completes by itself. */
async function updates(id: string, after?: string | null, person = alice): Promise<Update[]> {
  const items: Update[] = [];
  for await (const { executionUpdated } of await person.subscribe(ExecutionUpdatedDocument, { id, after })) {
    items.push(executionUpdated);
  }
  return items;
}

function brief(item: Update): string {
  if (item.__typename === 'ExecutionChanged') return item.execution.status;
  return item.__typename === 'ExecutionStepChanged' ? `${item.step.name} ${item.step.status}` : item.__typename;
}

const whole = ['QUEUED', 'RUNNING', 'a RUNNING', 'a SUCCEEDED', 'b RUNNING', 'b SUCCEEDED', 'SUCCEEDED'];

describe('executionUpdated', () => {
  test('gives every move live, and completes with the end', async () => {
    const id = await submit(alice, [noop('a'), noop('b')]);
    const items = await alice.subscribe(ExecutionUpdatedDocument, { id });
    expect((await items.next()).value.executionUpdated.__typename).toBe('StreamReady');
    await runNow(test_, id);
    const seen: Update[] = [];
    for await (const { executionUpdated } of items) seen.push(executionUpdated);
    // The moment of queueing may or may not have been before the start.
    expect(seen.map(brief).filter((text) => text !== 'QUEUED')).toEqual(whole.slice(1));
    expect(seen.at(-1)).toMatchObject({ execution: { status: 'SUCCEEDED', progress: { percent: 100 } } });
  });

  test('shows how much is done, and where it is', async () => {
    const after = await cursorNow();
    const id = await submit(alice, [noop('a'), noop('b')]);
    await runNow(test_, id);
    const steps = (await updates(id, after)).filter((item) => item.__typename === 'ExecutionStepChanged');
    expect(steps.map(({ progress }) => [progress.percent, progress.currentStep])).toEqual([
      [0, 'a'],
      [50, null],
      [50, 'b'],
      [100, null],
    ]);
    expect(steps[1]?.step.output).toEqual({ waitedSeconds: 0 });
  });

  test('gives who comes late everything after their cursor, ending with the end', async () => {
    const before = await cursorNow();
    const id = await submit(alice, [noop('a'), noop('b')]);
    await runNow(test_, id);
    const all = await updates(id, before);
    expect(all.map(brief)).toEqual(['StreamReady', ...whole]);
    for (let n = 1; n < all.length - 1; n += 1) {
      expect((await updates(id, all[n]?.cursor)).map(brief)).toEqual(['StreamReady', ...whole.slice(n)]);
    }
  });

  test('gives the end to who comes when it is over, and nothing twice to who has had it', async () => {
    const id = await submit(alice, [noop('a')]);
    await runNow(test_, id);
    await numberedHead(test_.app);
    const [ready, end, ...more] = await updates(id);
    expect([ready, end].map((item) => item && brief(item))).toEqual(['StreamReady', 'SUCCEEDED']);
    expect(more).toEqual([]);
    expect((await updates(id, end?.cursor)).map(brief)).toEqual(['StreamReady']);
  });

  test('gives one execution only', async () => {
    const after = await cursorNow();
    const [id, other] = [await submit(alice, [noop('a'), noop('b')]), await submit(alice, [noop('x'), noop('y')])];
    await Promise.all([runNow(test_, id), runNow(test_, other)]);
    expect((await updates(id, after)).map(brief)).toEqual(['StreamReady', ...whole]);
  });

  test('is for those who may read executions, in their tenant', async () => {
    const id = await submit(alice, [noop('a')]);
    const bob = await tenant.person('bob', 'MEMBER');
    await expect(bob.subscribe(ExecutionUpdatedDocument, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const other = (await test_.tenant()).alice;
    await expect(other.subscribe(ExecutionUpdatedDocument, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.subscribe(ExecutionLogDocument, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('executionLog', () => {
  async function logged(id: string, after?: string): Promise<LogItem[]> {
    const items: LogItem[] = [];
    for await (const { executionLog } of await alice.subscribe(ExecutionLogDocument, { id, after }))
      items.push(executionLog);
    return items;
  }

  test('gives what the steps write, in order and without gaps, and ends with the end', async () => {
    const after = await cursorNow();
    const id = await submit(alice, [http('a'), http('b'), http('c')]);
    await runNow(test_, id);
    const items = await logged(id, after);
    const kinds = ['StreamReady', 'ExecutionLogged', 'ExecutionLogged', 'ExecutionLogged', 'ExecutionChanged'];
    expect(items.map(({ __typename }) => __typename)).toEqual(kinds);
    const entries = items.flatMap((item) => (item.__typename === 'ExecutionLogged' ? item.entries : []));
    expect(entries.map(({ seq, step }) => [seq, step])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(items.at(-1)).toMatchObject({ execution: { status: 'SUCCEEDED' } });
    const [, , ...rest] = items;
    expect((await logged(id, items[1]?.cursor)).slice(1)).toEqual(rest);
  });

  test('is kept with the execution', async () => {
    const id = await submit(alice, [http('a'), http('b')]);
    await runNow(test_, id);
    const { log } = (await alice.run(ExecutionDocument, { id })).execution;
    expect(log.nodes.map(({ step, text }) => [step, text.replace(/ after \d+ ms/, '')])).toEqual([
      ['a', `GET ${target.url}/a returned 200.`],
      ['b', `GET ${target.url}/b returned 200.`],
    ]);
  });
});

describe('reading', () => {
  test('pages through the newest first, both ways', async () => {
    const { alice: anna } = await test_.tenant();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift(await submit(anna, [noop('a')]));
    const page = async (args: object) => (await anna.run(ExecutionsDocument, args)).executions;
    const first = await page({ first: 2 });
    const second = await page({ first: 2, after: first.pageInfo.endCursor });
    const last = await page({ last: 2 });
    expect([first, second, last].map(({ nodes }) => nodes.map(({ id }) => id))).toEqual([
      ids.slice(0, 2),
      ids.slice(2, 4),
      ids.slice(3),
    ]);
    expect(last.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
    expect((await page({ filter: { statuses: ['RUNNING'] } })).nodes).toEqual([]);
    expect((await page({ filter: { statuses: ['QUEUED'] } })).nodes).toHaveLength(5);
  });

  test('is for those who may, in their tenant, also by node', async () => {
    const id = await submit(alice, [noop('a')]);
    const node = `query { node(id: "${id}") { __typename ... on Execution { status plan steps { name } submitter { id } } } }`;
    expect(await alice.run(node)).toMatchObject({
      node: { __typename: 'Execution', status: 'QUEUED', plan: { steps: [noop('a')] }, steps: [{ name: 'a' }] },
    });
    const other = (await test_.tenant()).alice;
    const bob = await tenant.person('bea', 'MEMBER');
    for (const query of [node, ExecutionDocument] as const) {
      expect((await other.refused(query as typeof ExecutionDocument, { id })).code).toBe('NOT_FOUND');
      expect((await bob.refused(query as typeof ExecutionDocument, { id })).code).toBe('FORBIDDEN');
    }
    expect((await bob.refused(ExecutionsDocument)).code).toBe('FORBIDDEN');
  });

  test('names every fault of a plan and of the other fields at once', async () => {
    const plan = {
      steps: [
        { name: 'a', type: 'shell' },
        { name: 'a', type: 'wait', input: { secnods: 1 }, dependsOn: ['z'] },
      ],
    };
    const error = await alice.refused(SubmitExecutionDocument, { input: { plan, priority: 11 } });
    expect(error.fields?.map(({ path }) => path.join('.'))).toEqual([
      'input.plan.steps.0.type',
      'input.plan.steps.1.name',
      'input.plan.steps.1.dependsOn.0',
      'input.plan.steps.1.input.seconds',
      'input.plan.steps.1.input.secnods',
      'input.priority',
    ]);
  });

  test('needs execution:submit to submit', async () => {
    const bob = await tenant.person('bert', 'MEMBER');
    const error = await bob.refused(SubmitExecutionDocument, { input: { plan: { steps: [noop('a')] } } });
    expect(error).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('execution:submit') });
  });
});
