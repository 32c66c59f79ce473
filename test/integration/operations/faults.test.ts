import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { testConfig } from '../../support/test-app.ts';
import { startTestServer, type TestServer } from '../server/fixture.ts';

// A client learns from the path of a fault which of its inputs is wrong: the path is that of the argument, whatever the
// client calls its variables.

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ schema, limits: testConfig('').limits });
});
afterAll(() => server[Symbol.asyncDispose]());

type Fault = { path: (string | number)[]; message: string };
type Refusal = { data?: unknown; errors?: { message: string; extensions: { code: string; fields?: Fault[] } }[] };

async function faultsOf(query: string, variables: object): Promise<(string | number)[][]> {
  const { data, errors } = (await (await server.post({ query, variables })).json()) as Refusal;
  expect(data).toBeUndefined();
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  return errors?.[0]?.extensions.fields?.map(({ path }) => path) ?? [];
}

const create = 'createTask(input: $anything) { task { id } }';

describe('the path of a variable’s fault', () => {
  test.each<[string, string, object, unknown[][]]>([
    ['the argument', `mutation ($anything: CreateTaskInput!) { ${create} }`, {}, [['input']]],
    ['a missing field', `mutation ($anything: CreateTaskInput!) { ${create} }`, { anything: {} }, [['input', 'title']]],
    [
      'fields, each by itself',
      `mutation ($anything: CreateTaskInput!) { ${create} }`,
      { anything: { title: 1, tags: ['a', 2], priority: 'SOON' } },
      [
        ['input', 'priority'],
        ['input', 'tags', 1],
        ['input', 'title'],
      ],
    ],
    [
      'a variable inside of an input',
      'mutation ($t: String!, $tag: String!) { createTask(input: { title: $t, tags: ["a", $tag] }) { task { id } } }',
      { t: 'x', tag: 5 },
      [['input', 'tags', 1]],
    ],
    [
      'a variable inside of lists of inputs',
      'query ($s: TaskStatus) { tasks(filter: { and: [{ hasDue: true }, { or: [{ status: $s }] }] }) { nodes { id } } }',
      { s: 'OPEN' },
      [['filter', 'and', 1, 'or', 0, 'status']],
    ],
    [
      'each place where it is used, once',
      `query ($n: Int) { a: tasks(first: $n) { nodes { id } } b: tasks(first: $n) { nodes { id } } c: tasks(last: $n) { nodes { id } } }`,
      { n: 'many' },
      [['first'], ['last']],
    ],
    [
      'a place in a fragment',
      'query ($e: [EventType!]) { ...Log } fragment Log on Query { events(filter: { types: $e }) { nodes { type } } }',
      { e: ['NOTHING'] },
      [['filter', 'types', 0]],
    ],
    [
      'a part of a literal of JSON',
      'mutation ($s: Int!) { submitExecution(input: { plan: { steps: [{ input: { seconds: $s } }] } }) { execution { id } } }',
      { s: 'soon' },
      [['input', 'plan', 'steps', 0, 'input', 'seconds']],
    ],
    ['a condition', 'query ($b: Boolean!) { me { role @include(if: $b) } }', { b: 'yes' }, [['if']]],
    ['null where it is not allowed', 'query ($b: Boolean = true) { me { role @skip(if: $b) } }', { b: null }, [['if']]],
    [
      'null in a field that has a default',
      'query ($d: OrderDirection) { tasks(orderBy: { field: DUE, direction: $d }) { nodes { id } } }',
      { d: null },
      [['orderBy', 'direction']],
    ],
    [
      'null for a required argument',
      'mutation ($id: ID = "x") { createTask(input: { title: "not made" }) { task { id } } deleteTask(id: $id) { changeId } }',
      { id: null },
      [['id']],
    ],
    [
      'a text that cannot be stored',
      `mutation ($anything: CreateTaskInput!) { ${create} }`,
      { anything: { title: 'a\u0000b' } },
      [['input', 'title']],
    ],
  ])('is that of %s', async (_name, query, variables, paths) => {
    expect(await faultsOf(query, variables)).toEqual(paths);
    expect(await faultsOf(query, variables)).toEqual(paths);
  });

  test('is that of the operation that runs', async () => {
    const query = `query One($n: Int) { tasks(first: $n) { nodes { id } } } query Two($n: Int) { projects(last: $n) { nodes { id } } }`;
    const response = await server.post({ query, operationName: 'Two', variables: { n: 'x' } });
    expect(((await response.json()) as Refusal).errors?.[0]?.extensions.fields?.map(({ path }) => path)).toEqual([
      ['last'],
    ]);
  });

  test('is listed for at most 20 faults, with how many there are', async () => {
    const query = 'query ($anything: TaskFilter) { tasks(filter: $anything) { nodes { id } } }';
    const tags = Array.from({ length: 30 }, (_, n) => n);
    const withFilters = (count: number) => ({ anything: { or: Array.from({ length: count }, () => ({ tags })) } });
    expect(await faultsOf(query, withFilters(1))).toHaveLength(20);
    const messageOf = async (count: number) => {
      const { errors } = (await (await server.post({ query, variables: withFilters(count) })).json()) as Refusal;
      return errors?.[0]?.message;
    };
    expect(await messageOf(1)).toMatch(
      /^There are 30 faults, of which the first 20 are listed\. filter\.or\.0\.tags\.0: /,
    );
    expect(await messageOf(50)).toMatch(/^There are 1000 or more faults, of which the first 20 are listed\./);
  });

  test.each([
    ['query ($t: [EventType!]) { events(filter: { types: $t }) { nodes { id } } }', { t: ['TASK_CREATE'] }],
    [
      'mutation ($i: CreateTaskInput!) { createTask(input: $i) { task { id } } }',
      { i: { title: 'a', priorit: 'LOW' } },
    ],
  ])('comes without a suggestion: %s', async (query, variables) => {
    const text = await (await server.post({ query, variables })).text();
    expect(text).not.toMatch(/Did you mean/);
  });

  test('is the same on a WebSocket', async () => {
    const client = server.connect();
    const query = 'subscription ($which: TaskFilter) { taskChanged(filter: $which) { __typename } }';
    const failed = await client.iterate({ query, variables: { which: { status: 'X' } } }).next();
    expect(failed.value?.errors).toMatchObject([{ extensions: { fields: [{ path: ['filter', 'status'] }] } }]);
    await client.dispose();
  });
});

test.each([
  ['mutation { createTask(input: { title: 1 }) { task { id } } }', ['input', 'title']],
  ['mutation { createTask(input: { title: "a", nonsense: 1 }) { task { id } } }', ['input', 'nonsense']],
  ['{ tasks(filter: { and: [{}, { status: OPEN }] }) { nodes { id } } }', ['filter', 'and', 1, 'status']],
  ['{ tasks(nonsense: 1) { nodes { id } } }', ['nonsense']],
  ['query ($n: String) { tasks(first: $n) { nodes { id } } }', ['first']],
  ['{ me { role @include(if: 1) } }', ['if']],
  ['mutation { createTask(input: {}) { task { id } } }', ['input', 'title']],
  ['mutation { createTask { task { id } } }', ['input']],
  ['{ me { role @include } }', ['if']],
  ['mutation { createTask(input: { title: "a\\u0000b" }) { task { id } } }', ['input', 'title']],
  ['mutation ($t: String! = "a\\u0000b") { createTask(input: { title: $t }) { task { id } } }', ['input', 'title']],
  ['mutation { completeTasks(target: { ids: null }) { isApplied } }', ['target', 'ids']],
])('a wrong literal has the same path: %s', async (query, path) => {
  expect(await faultsOf(query, {})).toEqual([path]);
});
