import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startHttp } from '../../src/server/http.ts';
import type { RunningServer } from '../../src/server/server.ts';
import { resumingSubscription } from '../../web/resume.ts';
import { CreateTaskDocument } from '../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../support/test-app.ts';
import { type CuttingProxy, startCuttingProxy } from './server-cutting-proxy.ts';

let shop: TestApp;
let server: RunningServer;
let proxy: CuttingProxy;
let alice: Person;
let token: { id: string; text: string };

beforeEach(async () => {
  shop = await createTestApp();
  server = await startHttp(shop.app);
  alice = (await shop.tenant()).alice;
  const { createToken } = await alice.run<{ createToken: { token: string; accessToken: { id: string } } }, never>(
    'mutation { createToken(input: { name: "board" }) { token accessToken { id } } }',
  );
  token = { text: createToken.token, id: createToken.accessToken.id };
  // Now and then in the middle of a message.
  proxy = await startCuttingProxy(Number(new URL(server.url).port), () => 1_000 + Math.floor(Math.random() * 4_000));
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await server.stop();
  await shop[Symbol.asyncDispose]();
});

const query = `subscription ($after: String) {
  taskChanged(after: $after) { __typename ... on StreamPayload { cursor } ... on TaskChanged { task { title } } }
}`;
type Data = { taskChanged: { __typename: string; cursor: string; task?: { title: string } } };

const connectThrough = (port: number, retryAttempts = 0) =>
  createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token.text}` },
    retryAttempts,
    retryWait: () => Promise.resolve(),
  });

function follow(client: ReturnType<typeof connectThrough>, after: string | null = null) {
  const titles: string[] = [];
  const kinds: string[] = [];
  let reconnects = 0;
  let leave = () => {};
  const ended = new Promise<unknown>((resolve) => {
    leave = resumingSubscription<Data>(
      client,
      { query, after },
      {
        next: ({ data }) => {
          kinds.push(data?.taskChanged.__typename ?? '');
          if (data?.taskChanged.task) titles.push(data.taskChanged.task.title);
        },
        onResync: () => kinds.push('onResync'),
        onReconnect: () => {
          reconnects += 1;
        },
        error: resolve,
        complete: () => resolve('complete'),
      },
      { firstWaitMs: 10, maxWaitMs: 100 },
    );
  });
  return { titles, kinds, ended, leave: () => leave(), reconnects: () => reconnects };
}

const createTasks = async (count: number, prefix: string) => {
  for (let n = 1; n <= count; n += 1) await alice.run(CreateTaskDocument, { input: { title: `${prefix} ${n}` } });
};
const expected = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index + 1}`);

test.each([
  ['the helper reconnects', 0],
  ['the client reconnects by itself', 1_000],
])('over connections cut in mid-stream nothing is missed and nothing comes twice: %s', async (_name, retryAttempts) => {
  const client = connectThrough(proxy.port, retryAttempts);
  const live = follow(client);
  await expect.poll(() => live.kinds).toContain('StreamReady');
  await createTasks(60, 'task');
  await expect.poll(() => live.titles.length, { timeout: 10_000 }).toBe(60);
  expect(live.titles).toEqual(expected(60, 'task'));
  expect(proxy.cuts()).toBeGreaterThan(2);
  live.leave();
  expect(await live.ended).toBe('complete');
  await client.dispose();
});

test('a server that goes away and comes back is resumed from', async () => {
  const { port } = new URL(server.url);
  const client = connectThrough(Number(port));
  const live = follow(client);
  await expect.poll(() => live.kinds).toContain('StreamReady');
  await server.stop();
  await createTasks(3, 'meanwhile');
  const { config } = shop.app;
  server = await startHttp({ ...shop.app, config: { ...config, http: { ...config.http, port: Number(port) } } });
  await expect.poll(() => live.titles, { timeout: 5_000 }).toEqual(expected(3, 'meanwhile'));
  expect(live.reconnects()).toBeGreaterThan(0);
  live.leave();
  await client.dispose();
});

test('it ends for good when the token is revoked', async () => {
  const client = connectThrough(Number(new URL(server.url).port), 5);
  const live = follow(client);
  await expect.poll(() => live.kinds).toContain('StreamReady');
  await alice.run('mutation ($id: ID!) { revokeToken(id: $id) { changeId } }', { id: token.id });
  expect(await live.ended).toMatchObject({ code: 4401 });
  await client.dispose();
});

test('it ends for good when the operation is at fault', async () => {
  const client = connectThrough(Number(new URL(server.url).port));
  expect(await follow(client, 'no cursor').ended).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  await client.dispose();
});
