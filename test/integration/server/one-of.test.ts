import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { startTestServer, type TestServer } from './fixture.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ schema, limits: { queryCost: 100_000, queryDepth: 15 } });
});
afterAll(() => server[Symbol.asyncDispose]());

type Answer = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string; fields?: { path: unknown[]; message: string }[] } }[];
};

async function ask(query: string, variables?: object): Promise<Answer> {
  return (await server.post({ query, variables })).json() as Promise<Answer>;
}

async function fieldsOf(query: string, variables?: object) {
  const { errors } = await ask(query, variables);
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['INVALID_INPUT']));
  return errors?.[0]?.extensions.fields;
}

const createTask = (due: string) => `mutation { createTask(input: { title: "a", due: ${due} }) { task { due {
  date at timeZone } } } }`;
const withVariable = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { task { due { date } } } }';

describe('a due', () => {
  test.each([
    ['{ date: "2030-01-01" }', { date: '2030-01-01', at: null, timeZone: 'Europe/Berlin' }],
    ['{ at: "2030-01-01T10:00:00Z" }', { date: null, at: '2030-01-01T10:00:00.000Z', timeZone: 'Europe/Berlin' }],
    [
      '{ dateInZone: { date: "2030-01-01", timeZone: "Asia/Tokyo" } }',
      { date: '2030-01-01', at: null, timeZone: 'Asia/Tokyo' },
    ],
    [
      '{ atInZone: { at: "2030-01-01T10:00:00Z", timeZone: "Asia/Tokyo" } }',
      { date: null, at: '2030-01-01T10:00:00.000Z', timeZone: 'Asia/Tokyo' },
    ],
  ])('is given as %s', async (due, expected) => {
    expect((await ask(createTask(due))).data).toEqual({ createTask: { task: { due: expected } } });
  });

  test.each([
    ['{}', ['input', 'due']],
    ['{ date: "2030-01-01", at: "2030-01-01T10:00:00Z" }', ['input', 'due']],
    ['{ date: null }', ['input', 'due', 'date']],
    ['{ date: "2030-01-01", at: null }', ['input', 'due']],
    ['{ date: "2030-01-01", timeZone: "UTC" }', ['input', 'due']],
    ['{ dateInZone: { date: "2030-01-01" } }', ['input', 'due', 'dateInZone', 'timeZone']],
    ['{ date: "tomorrow" }', ['input', 'due', 'date']],
    ['{ dateInZone: { date: "2030-01-01", timeZone: "Mars" } }', ['input', 'due', 'dateInZone', 'timeZone']],
  ])('written as %s is refused with its path', async (due, path) => {
    expect((await fieldsOf(createTask(due)))?.[0]?.path).toEqual(path);
  });

  test.each([
    [{}, ['input', 'due']],
    [{ date: '2030-01-01', at: '2030-01-01T10:00:00Z' }, ['input', 'due']],
    [{ date: null }, ['input', 'due']],
    [{ date: '2030-01-01', at: null }, ['input', 'due']],
    [{ dateInZone: { date: '2030-01-01' } }, ['input', 'due', 'dateInZone']],
  ])('given by variable as %j is refused with its path', async (due, path) => {
    expect((await fieldsOf(withVariable, { input: { title: 'a', due } }))?.[0]?.path.slice(0, path.length)).toEqual(
      path,
    );
  });

  test('takes a variable in its only field, which must not be nullable', async () => {
    const document = (
      type: string,
    ) => `mutation ($day: ${type}) { createTask(input: { title: "a", due: { date: $day } }) {
      task { due { date } } } }`;
    const day = '2030-01-01';
    for (let run = 0; run < 3; run += 1) {
      expect((await ask(document('Date!'), { day })).data).toEqual({ createTask: { task: { due: { date: day } } } });
    }
    expect((await fieldsOf(document('Date'), { day }))?.[0]?.path).toEqual(['input', 'due', 'date']);
  });

  test('is cleared by null, and kept when it is omitted', async () => {
    const { data } = await ask(
      'mutation { createTask(input: { title: "a", due: { date: "2030-01-01" } }) { task { id } } }',
    );
    const { id } = (data as { createTask: { task: { id: string } } }).createTask.task;
    const update = 'mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { task { due { date } } } }';
    const dueAfter = async (input: object) => (await ask(update, { input: { id, ...input } })).data;
    expect(await dueAfter({ title: 'b' })).toEqual({ updateTask: { task: { due: { date: '2030-01-01' } } } });
    expect(await dueAfter({ due: null })).toEqual({ updateTask: { task: { due: null } } });
  });
});

describe('the target of a bulk operation', () => {
  const literal = (target: string) => `mutation { deleteTasks(target: ${target}, expectedCount: 0) { isApplied } }`;

  test.each([
    ['{}', ['target']],
    ['{ ids: [], filter: {} }', ['target']],
    ['{ ids: null }', ['target', 'ids']],
  ])('%s is refused with its path', async (target, path) => {
    expect((await fieldsOf(literal(target)))?.[0]?.path).toEqual(path);
  });

  test('is ids or a filter', async () => {
    expect((await ask(literal('{ filter: { text: "nothing" } }'))).data).toEqual({ deleteTasks: { isApplied: true } });
    const ids = 'mutation { deleteTasks(target: { ids: [] }) { isApplied } }';
    expect((await ask(ids)).data).toEqual({ deleteTasks: { isApplied: true } });
  });
});

test('clients are told which inputs take exactly one field', async () => {
  const { data } = await ask(getIntrospectionQuery({ oneOf: true, specifiedByUrl: true, schemaDescription: true }));
  const shown = buildClientSchema(data as unknown as IntrospectionQuery);
  const oneOf = Object.values(shown.getTypeMap()).filter((type) => isInputObjectType(type) && type.isOneOf);
  expect(oneOf.map(({ name }) => name)).toEqual(expect.arrayContaining(['TaskDueInput', 'TaskTarget']));
});

test('a wrong value in a list is refused with its place', async () => {
  const query = '{ tasks(filter: { and: [{ status: ACTIVE }, { priorities: [LOW, SOON] }] }) { nodes { id } } }';
  expect((await fieldsOf(query))?.[0]?.path).toEqual(['filter', 'and', 1, 'priorities', 1]);
});

test('over a WebSocket too', async () => {
  const query = 'subscription { taskChanged(filter: { not: { due: SOMETIME } }) { __typename } }';
  const client = server.connect();
  const errors = await new Promise((done) =>
    client.subscribe({ query }, { next: done, error: done, complete: () => {} }),
  );
  expect(errors).toMatchObject([
    { extensions: { code: 'INVALID_INPUT', fields: [{ path: ['filter', 'not', 'due'] }] } },
  ]);
  await client.dispose();
});
