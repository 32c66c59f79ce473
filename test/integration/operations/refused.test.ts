import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { testConfig } from '../../support/test-app.ts';
import { startTestServer, type TestServer } from '../server/fixture.ts';

// Operations that cannot run are refused by themselves: with a clear error, and without harm to what runs beside them.

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ schema, limits: testConfig('').limits });
});
afterAll(() => server[Symbol.asyncDispose]());

type Refusal = { errors?: { message: string; extensions: { code: string; fields?: unknown } }[] };
const refusalOf = async (response: Response) => ((await response.json()) as Refusal).errors?.[0];

describe('a subscription whose root field is left out', () => {
  const leftOut = 'subscription ($live: Boolean = false) { taskChanged @include(if: $live) { __typename } }';
  const literal = 'subscription { taskChanged @include(if: false) { __typename } }';

  test.each([leftOut, literal])('is refused over HTTP: %s', async (query) => {
    const response = await server.post({ query }, { accept: 'text/event-stream' });
    const text = await response.text();
    expect(text).toContain('@include is not allowed on the root field of a subscription');
    expect(text).toContain('"code":"INVALID_INPUT"');
  });

  test.each([leftOut, literal])('is refused by itself on a WebSocket: %s', async (query) => {
    const client = server.connect();
    const beside = client.iterate({ query: 'subscription { taskChanged { __typename } }' });
    expect(await beside.next()).toMatchObject({ value: { data: { taskChanged: { __typename: 'StreamReady' } } } });
    const errors = await client
      .iterate({ query })
      .next()
      .catch((error: unknown) => error);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    await server.post({ query: 'mutation { createTask(input: { title: "still live" }) { task { id } } }' });
    expect(await beside.next()).toMatchObject({ value: { data: { taskChanged: { __typename: 'TaskChanged' } } } });
    await beside.return?.();
    await client.dispose();
  });
});

describe('a request by GET', () => {
  const get = (parameters: Record<string, string>) =>
    fetch(`${server.url}/graphql?${new URLSearchParams(parameters)}`, {
      headers: { authorization: `Bearer ${server.token}`, accept: 'application/json' },
    });

  test.each([
    ['variables', '{'],
    ['variables', '[1]'],
    ['variables', '"text"'],
    ['variables', '7'],
    ['extensions', '{"a":}'],
    ['extensions', '[]'],
  ])('whose %s are %s is a bad request', async (name, text) => {
    const response = await get({ query: '{ me { role } }', [name]: text });
    expect(response.status).toBe(400);
    const refusal = await refusalOf(response);
    expect(refusal?.extensions.code).toBe('INVALID_INPUT');
    expect(refusal?.message).toContain(name);
  });

  test('without a query is a bad request', async () => {
    const response = await get({ variables: '{}' });
    expect(response.status).toBe(400);
    expect((await refusalOf(response))?.extensions.code).toBe('INVALID_INPUT');
  });

  test('takes variables, extensions, null and empty ones', async () => {
    const query = 'query Who($with: Boolean = true) { me { role @include(if: $with) } }';
    const answerTo = async (more: Record<string, string>) =>
      (await get({ query, operationName: 'Who', ...more })).json();
    expect(await answerTo({ variables: '{"with":true}', extensions: '{"a":1}' })).toEqual({
      data: { me: { role: 'MEMBER' } },
    });
    expect(await answerTo({ variables: '{"with":false}' })).toEqual({ data: { me: {} } });
    for (const variables of ['null', ''])
      expect(await answerTo({ variables })).toEqual({ data: { me: { role: 'MEMBER' } } });
  });
});

test('a document that takes too long to validate is told the limit', async () => {
  const response = await server.post({ query: `{ me { ${'role '.repeat(1_500)} } }` });
  expect(await refusalOf(response)).toMatchObject({
    message: expect.stringContaining('more than 10,000 steps'),
    extensions: { code: 'QUERY_TOO_EXPENSIVE' },
  });
});
