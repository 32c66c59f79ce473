import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
  NetworkStatus,
} from '@apollo/client/core';
import { relayStylePagination } from '@apollo/client/utilities';
import { fetchExchange, Client as UrqlClient } from '@urql/core';
import { type Cache, cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { introspectionFromSchema, OperationTypeNode, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { schema } from '../../../src/schema/index.ts';
import { embeddedKeys, possibleTypes, subscriptionPolicies } from '../../../web/cache.ts';
import { ResumingLink } from '../../../web/resume/apollo.ts';
import { resumingExchange } from '../../../web/resume/urql.ts';
import { startTestServer, type TestServer } from './fixture.ts';

const introspection = introspectionFromSchema(schema);
const row = 'id version title status due { date at timeZone } subtaskCounts { open done } creator { id name }';
const board = `query Board($after: String) {
  me { id role user { id name } defaultReminders { trigger channel } }
  tasks(first: 2, after: $after, orderBy: { field: CREATED, direction: DESC }) {
    edges { cursor node { ${row} } }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  }
}`;
const complete = `mutation Complete($id: ID!, $version: Int) {
  completeTask(id: $id, expectedVersion: $version) { changeId task { ${row} } }
}`;
const changes = `subscription Changes($after: String) {
  taskChanged(after: $after) {
    __typename
    ... on StreamPayload { cursor }
    ... on TaskChanged { kind task { ${row} } }
    ... on TaskLeft { taskId }
  }
}`;

type Row = { __typename: 'Task'; id: string; version: number; title: string; status: string };
type Page = { edges: { cursor: string; node: Row }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };
type Board = { me: { id: string }; tasks: Page };
type Completed = { completeTask: { changeId: string; task: Row } };
type Change =
  | { __typename: 'TaskChanged'; kind: string; task: Row }
  | { __typename: 'TaskLeft'; taskId: string }
  | { __typename: 'StreamReady' | 'StreamCheckpoint' | 'StreamResync' };
type Changes = { taskChanged: Change };

let server: TestServer;
let requests: number;
/** What the cache complained of. */
let warnings: unknown[][];

beforeEach(async () => {
  server = await startTestServer({ schema });
  requests = 0;
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((...args) => void warnings.push(args));
  vi.spyOn(console, 'error').mockImplementation((...args) => void warnings.push(args));
  for (let n = 1; n <= 5; n += 1)
    await elsewhere(`createTask(input: { title: "task ${n}", due: { date: "2030-01-0${n}" } })`);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server[Symbol.asyncDispose]();
});

/** A change that somebody makes from another device. */
async function elsewhere(mutation: string): Promise<void> {
  const response = await server.post({ query: `mutation { ${mutation} { changeId } }` });
  expect(await response.json()).not.toHaveProperty('errors');
}
const countingFetch: typeof fetch = (input, init) => {
  requests += 1;
  return fetch(input, init);
};
const connect = () =>
  createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${server.token}` }),
    retryAttempts: 0,
  });
const titles = (page: Page | undefined) => page?.edges.map(({ node }) => node.title);
const find = (page: Page | undefined, title: string) => {
  const found = page?.edges.find(({ node }) => node.title === title)?.node;
  if (!found) throw new Error(`There is no ${title} in the list.`);
  return found;
};
/** The object that is no longer to be shown. */
const gone = (change: Change) =>
  change.__typename === 'TaskLeft'
    ? change.taskId
    : change.__typename === 'TaskChanged' && change.kind === 'DELETED'
      ? change.task.id
      : null;
const lists = (cache: Cache) => cache.inspectFields('Query').filter(({ fieldName }) => fieldName === 'tasks');
/** Takes a task out of every list. To invalidate it would leave the lists incomplete. */
function removeTask(cache: Cache, id: string): void {
  const task = cache.keyOfEntity({ __typename: 'Task', id });
  for (const { fieldKey } of lists(cache)) {
    const list = cache.resolve('Query', fieldKey) as string;
    const edges = cache.resolve(list, 'edges') as string[];
    cache.link(
      list,
      'edges',
      edges.filter((edge) => cache.resolve(edge, 'node') !== task),
    );
  }
}
const isNew = (change: Change) => change.__typename === 'TaskChanged' && ['CREATED', 'RESTORED'].includes(change.kind);

test('Apollo Client keeps a paged list right through mutations, live changes and errors', async () => {
  const cache = new InMemoryCache({
    possibleTypes: possibleTypes(introspection),
    typePolicies: {
      Query: { fields: { tasks: relayStylePagination(['filter', 'orderBy', 'savedFilterId']) } },
      ...subscriptionPolicies(introspection),
    },
  });
  const socket = connect();
  const client = new ApolloClient({
    cache,
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new ResumingLink(socket),
      new HttpLink({
        uri: `${server.url}/graphql`,
        headers: { authorization: `Bearer ${server.token}` },
        fetch: countingFetch,
      }),
    ),
  });

  const list = client.watchQuery<Board>({ query: parse(board) });
  const shown = () => (list.getCurrentResult().data as Board | undefined)?.tasks;
  const watching = list.subscribe(() => {});
  await expect.poll(() => titles(shown())).toEqual(['task 5', 'task 4']);
  const showAll = async () => {
    while (shown()?.pageInfo.hasNextPage) {
      const after = shown()?.pageInfo.endCursor;
      await list.fetchMore({ variables: { after } });
      await expect.poll(() => shown()?.pageInfo.endCursor).not.toBe(after);
    }
  };
  await showAll();
  expect(titles(shown())).toEqual(['task 5', 'task 4', 'task 3', 'task 2', 'task 1']);

  const sent = requests;
  const { id, version } = find(shown(), 'task 2');
  await client.mutate<Completed>({ mutation: parse(complete), variables: { id, version } });
  expect(find(shown(), 'task 2')).toMatchObject({ status: 'COMPLETED', due: { date: '2030-01-02' } });
  expect(requests).toBe(sent + 1);

  const refusal = await client
    .mutate<Completed>({ mutation: parse(complete), variables: { id: find(shown(), 'task 3').id, version: 99 } })
    .catch((error: unknown) => error);
  expect(CombinedGraphQLErrors.is(refusal) && refusal.errors[0]?.extensions?.code).toBe('PRECONDITION_FAILED');
  expect(find(shown(), 'task 3').status).toBe('ACTIVE');

  let isLive = false;
  const live = client.subscribe<Changes>({ query: parse(changes) }).subscribe(({ data }) => {
    const change = data?.taskChanged as Change | undefined;
    if (!change) return;
    isLive = true;
    const goneId = gone(change);
    if (goneId) {
      cache.evict({ id: cache.identify({ __typename: 'Task', id: goneId }) });
      cache.gc();
    }
    if (isNew(change)) void client.refetchQueries({ include: ['Board'] });
  });
  await expect.poll(() => isLive).toBe(true);
  await elsewhere(`updateTask(input: { id: "${find(shown(), 'task 4').id}", title: "task four" })`);
  await expect.poll(() => titles(shown())).toEqual(['task 5', 'task four', 'task 3', 'task 2', 'task 1']);
  const deleted = find(shown(), 'task 3').id;
  await elsewhere(`deleteTask(id: "${deleted}")`);
  await expect.poll(() => titles(shown())).toEqual(['task 5', 'task four', 'task 2', 'task 1']);
  await elsewhere('createTask(input: { title: "task 6" })');
  await expect.poll(() => titles(shown())?.[0]).toBe('task 6');
  const before = requests;
  await elsewhere(`restoreTask(id: "${deleted}")`);
  // A page that comes after the list was read again would be put at its end.
  await expect.poll(() => [requests, list.getCurrentResult().networkStatus]).toEqual([before + 1, NetworkStatus.ready]);
  await showAll();
  expect(titles(shown())).toEqual(['task 6', 'task 5', 'task four', 'task 3', 'task 2', 'task 1']);

  expect(warnings).toEqual([]);
  live.unsubscribe();
  watching.unsubscribe();
  client.stop();
  await socket.dispose();
});

test('urql with Graphcache keeps a paged list right through mutations, live changes and errors', async () => {
  const socket = connect();
  const client = new UrqlClient({
    url: `${server.url}/graphql`,
    preferGetMethod: false,
    fetch: countingFetch,
    fetchOptions: () => ({ headers: { authorization: `Bearer ${server.token}` } }),
    exchanges: [
      cacheExchange({
        schema: introspection,
        keys: embeddedKeys(introspection),
        resolvers: { Query: { tasks: relayPagination() } },
        updates: {
          Subscription: {
            taskChanged({ taskChanged }, _args, cache) {
              const change = taskChanged as unknown as Change;
              const goneId = gone(change);
              if (goneId) removeTask(cache, goneId);
              if (!isNew(change)) return;
              for (const { fieldKey } of lists(cache)) cache.invalidate('Query', fieldKey);
            },
          },
        },
        logger: (severity, message) => {
          if (severity !== 'debug') warnings.push([message]);
        },
      }),
      fetchExchange,
      resumingExchange(socket),
    ],
  });

  /** The latest page that was asked for holds all before it. */
  let shown: Page | undefined;
  let watching = { unsubscribe() {} };
  const show = (after: string | null) => {
    watching.unsubscribe();
    watching = client.query<Board>(board, { after }).subscribe(({ data }) => {
      shown = data?.tasks;
    });
  };
  show(null);
  await expect.poll(() => titles(shown)).toEqual(['task 5', 'task 4']);
  while (shown?.pageInfo.hasNextPage) {
    const { endCursor } = shown.pageInfo;
    show(endCursor);
    await expect.poll(() => shown && shown.pageInfo.endCursor !== endCursor).toBe(true);
  }
  expect(titles(shown)).toEqual(['task 5', 'task 4', 'task 3', 'task 2', 'task 1']);

  const sent = requests;
  const { id, version } = find(shown, 'task 2');
  await client.mutation<Completed>(complete, { id, version }).toPromise();
  await expect.poll(() => find(shown, 'task 2')).toMatchObject({ status: 'COMPLETED', due: { date: '2030-01-02' } });
  expect(requests).toBe(sent + 1);

  const { error } = await client
    .mutation<Completed>(complete, { id: find(shown, 'task 3').id, version: 99 })
    .toPromise();
  expect(error?.graphQLErrors[0]?.extensions.code).toBe('PRECONDITION_FAILED');
  expect(find(shown, 'task 3').status).toBe('ACTIVE');

  let isLive = false;
  const live = client.subscription<Changes>(changes, {}).subscribe(() => {
    isLive = true;
  });
  await expect.poll(() => isLive).toBe(true);
  await elsewhere(`updateTask(input: { id: "${find(shown, 'task 4').id}", title: "task four" })`);
  await expect.poll(() => titles(shown)).toEqual(['task 5', 'task four', 'task 3', 'task 2', 'task 1']);
  await elsewhere(`deleteTask(id: "${find(shown, 'task 3').id}")`);
  await expect.poll(() => titles(shown)).toEqual(['task 5', 'task four', 'task 2', 'task 1']);
  show(null);
  await elsewhere('createTask(input: { title: "task 6" })');
  await expect.poll(() => titles(shown)).toEqual(['task 6', 'task 5']);
  const { id: newest } = find(shown, 'task 6');
  await elsewhere(`deleteTask(id: "${newest}")`);
  await expect.poll(() => titles(shown)).toEqual(['task 5']);
  await elsewhere(`restoreTask(id: "${newest}")`);
  await expect.poll(() => titles(shown)).toEqual(['task 6', 'task 5']);

  expect(warnings).toEqual([]);
  live.unsubscribe();
  watching.unsubscribe();
  await socket.dispose();
});

test('Graphcache keeps a proposal that has no id, and one that has', async () => {
  const client = new UrqlClient({
    url: `${server.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: { authorization: `Bearer ${server.token}` } }),
    exchanges: [
      cacheExchange({
        schema: introspection,
        keys: embeddedKeys(introspection),
        logger: (severity, message) => {
          if (severity !== 'debug') warnings.push([message]);
        },
      }),
      fetchExchange,
    ],
  });
  const proposal = 'id hash explanation { rule } actions { __typename intent }';
  const interpreted = await client.query(`{ interpret(text: "Buy milk tomorrow") { ${proposal} } }`, {}).toPromise();
  expect(interpreted.data).toMatchObject({ interpret: { id: null, actions: [{ __typename: 'ProposedTask' }] } });
  const started = await client
    .mutation<{ startConversation: { conversation: { id: string } } }>(
      'mutation { startConversation { conversation { id } } }',
      {},
    )
    .toPromise();
  const sent = await client
    .mutation(
      `mutation ($id: ID!) { sendMessage(conversationId: $id, text: "Buy milk tomorrow") { proposal { ${proposal} } } }`,
      { id: started.data?.startConversation.conversation.id },
    )
    .toPromise();
  expect(sent.data).toMatchObject({ sendMessage: { proposal: { id: expect.any(String) } } });
  expect(warnings).toEqual([]);
});

test('what has no id is stored within its parent, and every interface and union is known', () => {
  expect(Object.keys(embeddedKeys(introspection))).toEqual(expect.arrayContaining(['TaskDue', 'TaskChanged']));
  expect(Object.keys(embeddedKeys(introspection))).not.toContain('Task');
  expect(embeddedKeys(introspection).Proposal?.({ id: 'UHJv' })).toBe('UHJv');
  expect(possibleTypes(introspection)).toMatchObject({
    TaskChangedPayload: expect.arrayContaining(['TaskChanged', 'TaskLeft', 'StreamReady']),
    StreamPayload: expect.arrayContaining(['StreamReady', 'TaskChanged']),
  });
  expect(subscriptionPolicies(introspection).Subscription.fields).toHaveProperty('taskChanged');
});
