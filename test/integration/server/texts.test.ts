import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { startTestServer, type TestServer } from './fixture.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ schema });
});
afterAll(() => server[Symbol.asyncDispose]());

const create = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { changeId } }';

async function refusal(body: unknown) {
  const { errors } = (await (await server.post(body)).json()) as {
    errors: { extensions: { code: string; fields?: { path: string[] }[] } }[];
  };
  return errors[0]?.extensions;
}

test.each([
  ['U+0000', 'nul \u0000'],
  ['half of a surrogate pair', 'half \ud800'],
])('%s in a variable is refused, naming the field', async (_, title) => {
  expect(await refusal({ query: create, variables: { input: { title } } })).toMatchObject({
    code: 'INVALID_INPUT',
    fields: [{ path: ['input', 'title'] }],
  });
  expect(await refusal({ query: create, variables: { input: { title: 'x', tags: ['fine', title] } } })).toMatchObject({
    fields: [{ path: ['input', 'tags', 1] }],
  });
});

test.each(['nul \\u0000', 'half \\ud800'])('"%s" in the document itself is the caller’s fault too', async (title) => {
  const query = `mutation { createTask(input: { title: "${title}" }) { changeId } }`;
  expect(await refusal({ query })).toMatchObject({ code: 'INVALID_INPUT' });
});

test('whole pairs are kept as they are', async () => {
  const query = 'mutation { createTask(input: { title: "fine \u{1f600}" }) { task { title } } }';
  expect(await (await server.post({ query })).json()).toEqual({
    data: { createTask: { task: { title: 'fine \u{1f600}' } } },
  });
});
