import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApolloClient,
  type ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
} from '@apollo/client/core';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { fetchExchange, Client as UrqlClient } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { schema } from '../../../src/schema/index.ts';
import { type RunningServer, startServer } from '../../../src/server/server.ts';
import { newId } from '../../../src/shared/ids.ts';
import { startTestServer, type TestServer } from './fixture.ts';

let server: TestServer;
let strict: RunningServer;
let folder: string;
/** The requests that a client has sent: how, and whether with the text of the document. */
let sent: string[];

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const role = 'query Role { me { role __typename } }';
const createTask = `mutation ($title: String!) { createTask(input: { title: $title }) { task { title } } }`;
const live = 'subscription { taskChanged { __typename ... on TaskChanged { task { title } } } }';
const absent = Buffer.from(`Task:${newId()}`).toString('base64');
const refused = 'subscription { taskChanged { nope } }';

beforeAll(async () => {
  server = await startTestServer({ schema, limits: { streamsPerMember: 50 } });
  folder = await mkdtemp(join(tmpdir(), 'errand-'));
  const file = join(folder, 'documents.json');
  await writeFile(file, JSON.stringify({ role }));
  const config = { ...server.app.config, trustedDocuments: { mode: 'only' as const, file } };
  strict = await startServer({ ...server.app, config }, { schema, watchAccess, pendingMigrations });
});
afterAll(async () => {
  await strict[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  sent = [];
});

const url = (path = '/graphql') => server.url + path;
const headers = () => ({ authorization: `Bearer ${server.token}` });
const countingFetch: typeof fetch = (input, init) => {
  const text = init?.method === 'POST' ? String(init.body) : new URL(String(input)).search;
  sent.push(`${init?.method ?? 'GET'} ${/(^\?|&)query=|"query":/.test(text) ? 'text' : 'id'}`);
  return fetch(input, init);
};

describe('Apollo Client', () => {
  const apollo = (link: ApolloLink) => {
    const options = { query: { fetchPolicy: 'no-cache' as const } };
    return new ApolloClient({ link, cache: new InMemoryCache(), defaultOptions: options });
  };
  const httpLink = (uri = url()) => new HttpLink({ uri, headers: headers(), fetch: countingFetch });
  const refusalOf = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error: unknown) => (CombinedGraphQLErrors.is(error) ? error.errors[0] : error),
    );

  test('runs queries and mutations through HttpLink, and shows refusals with their code', async () => {
    const client = apollo(httpLink());
    expect((await client.query({ query: gql(role) })).data).toMatchObject({ me: { role: 'MEMBER' } });
    const variables = { title: 'From Apollo' };
    const { data } = await client.mutate({ mutation: gql(createTask), variables });
    expect(data).toMatchObject({ createTask: { task: { title: 'From Apollo' } } });
    const refusal = await refusalOf(client.query({ query: gql('{ me { nope } }') }));
    expect(refusal).toMatchObject({ message: expect.stringContaining('nope'), extensions: { code: 'INVALID_INPUT' } });
    const invalid = await refusalOf(client.mutate({ mutation: gql(createTask), variables: { title: '' } }));
    expect(invalid).toMatchObject({ extensions: { code: 'INVALID_INPUT', fields: [{ path: ['input', 'title'] }] } });
  });

  test.each([
    [false, 'POST id'],
    [true, 'GET id'],
  ])('goes on by text after its persisted queries are refused (by GET: %s)', async (useGETForHashedQueries, first) => {
    const client = apollo(new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(httpLink()));
    for (let time = 1; time <= 3; time += 1) {
      expect((await client.query({ query: gql(role) })).data).toMatchObject({ me: { role: 'MEMBER' } });
    }
    expect(sent[0]).toBe(first);
    expect(sent.slice(1)).toHaveLength(3);
    expect(sent.slice(1).every((request) => request.endsWith('text'))).toBe(true);
  });

  test('runs trusted documents by their id', async () => {
    const link = new PersistedQueryLink({ generateHash: () => Promise.resolve('role') });
    const client = apollo(link.concat(httpLink(`${strict.url}/graphql`)));
    expect((await client.query({ query: gql(role) })).data).toMatchObject({ me: { role: 'MEMBER' } });
    expect(sent).toEqual(['POST id']);
    const byText = apollo(httpLink(`${strict.url}/graphql`));
    expect(await refusalOf(byText.query({ query: gql(role) }))).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  });

  test.each([undefined, 'application/json'])(
    'tells each operation of a batch why it is refused (%s)',
    async (accept) => {
      const more: Record<string, string> = accept ? { accept } : {};
      const link = new BatchHttpLink({ uri: url(), headers: { ...headers(), ...more }, fetch: countingFetch });
      const client = apollo(link);
      const operations = [role, '{ me { tenant { name } } }'];
      const refusals = await Promise.all(operations.map((query) => refusalOf(client.query({ query: gql(query) }))));
      expect(sent).toHaveLength(1);
      for (const refusal of refusals) {
        const message = expect.stringContaining('Batches of operations are not supported');
        expect(refusal).toMatchObject({ message, extensions: { code: 'INVALID_INPUT' } });
      }
    },
  );
});

describe('urql', () => {
  const urql = (options: { to?: string; exchange?: Parameters<typeof persistedExchange>[0] } = {}) =>
    new UrqlClient({
      url: options.to ?? url(),
      preferGetMethod: false,
      requestPolicy: 'network-only',
      fetch: countingFetch,
      fetchOptions: () => ({ headers: headers() }),
      fetchSubscriptions: true,
      exchanges: [persistedExchange(options.exchange ?? {}), fetchExchange],
    });

  test.each(['within-url-limit', false] as const)(
    'goes on by text after its persisted queries are refused (by GET: %s)',
    async (preferGetForPersistedQueries) => {
      const client = urql({ exchange: { preferGetForPersistedQueries } });
      for (let time = 1; time <= 3; time += 1) {
        const { data, error } = await client.query(role, {}).toPromise();
        expect([data, error]).toEqual([{ me: { role: 'MEMBER', __typename: 'Me' } }, undefined]);
      }
      expect(sent[0]).toBe(preferGetForPersistedQueries ? 'GET id' : 'POST id');
      expect(sent.slice(1).map((request) => request.split(' ')[1])).toEqual(['text', 'text', 'text']);
    },
  );

  test('runs trusted documents by their id, and says why others are refused', async () => {
    const client = urql({ to: `${strict.url}/graphql`, exchange: { generateHash: async () => 'role' } });
    expect((await client.query(role, {}).toPromise()).data).toMatchObject({ me: { role: 'MEMBER' } });
    const other = urql({ to: `${strict.url}/graphql` });
    const { error } = await other.query('{ me { tenant { name } } }', {}).toPromise();
    expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(sent).toEqual(['GET id', 'GET id', 'GET text']);
  });

  test('subscribes over SSE, and shows why a subscription is refused', async () => {
    const client = urql();
    const seen: unknown[] = [];
    const { unsubscribe } = client.subscription(live, {}).subscribe(({ data }) => seen.push(data));
    await expect.poll(() => seen).toEqual([{ taskChanged: { __typename: 'StreamReady' } }]);
    await client.mutation(createTask, { title: 'From urql' }).toPromise();
    await expect.poll(() => seen[1]).toMatchObject({ taskChanged: { task: { title: 'From urql' } } });
    unsubscribe();
    const { error } = await client.subscription(refused, {}).toPromise();
    expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });
});

describe('graphql-sse', () => {
  const connect = () => createSseClient({ url: url(), headers: headers(), fetchFn: countingFetch });
  const collect = (query: string) =>
    new Promise<unknown[]>((resolve, reject) => {
      const results: unknown[] = [];
      const sink = { next: (result: unknown) => results.push(result), error: reject, complete: () => resolve(results) };
      connect().subscribe({ query }, sink as never);
    });

  test('follows a subscription', async () => {
    const client = connect();
    const results = client.iterate({ query: live });
    expect((await results.next()).value).toMatchObject({ data: { taskChanged: { __typename: 'StreamReady' } } });
    await server.post({ query: createTask, variables: { title: 'Over SSE' } });
    expect((await results.next()).value).toMatchObject({ data: { taskChanged: { task: { title: 'Over SSE' } } } });
    client.dispose();
  });

  test.each([
    ['a fault of the document', refused, 'INVALID_INPUT'],
    ['a syntax error', 'subscription {', 'INVALID_INPUT'],
    ['no document', '', 'INVALID_INPUT'],
    ['a permission that is lacking', 'subscription { eventAppended { __typename } }', 'FORBIDDEN'],
    ['an object that is not found', `subscription { commentChanged(taskId: "${absent}") { __typename } }`, 'NOT_FOUND'],
  ])('shows a refusal as the one result of its stream, and does not try again: %s', async (_name, query, code) => {
    expect(await collect(query)).toMatchObject([{ errors: [{ extensions: { code, requestId: expect.any(String) } }] }]);
    expect(sent).toHaveLength(1);
  });

  test('runs queries and mutations too', async () => {
    expect(await collect(role)).toEqual([{ data: { me: { role: 'MEMBER', __typename: 'Me' } } }]);
  });
});

describe('graphql-ws', () => {
  test('follows a subscription, and shows refusals of that operation alone', async () => {
    const client = createSocketClient({
      url: url().replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: headers(),
      retryAttempts: 0,
    });
    const results = client.iterate({ query: live });
    expect((await results.next()).value).toMatchObject({ data: { taskChanged: { __typename: 'StreamReady' } } });
    await expect(client.iterate({ query: refused }).next()).rejects.toMatchObject([
      { extensions: { code: 'INVALID_INPUT' } },
    ]);
    await server.post({ query: createTask, variables: { title: 'Over WebSocket' } });
    expect((await results.next()).value).toMatchObject({
      data: { taskChanged: { task: { title: 'Over WebSocket' } } },
    });
    await client.dispose();
  });
});
