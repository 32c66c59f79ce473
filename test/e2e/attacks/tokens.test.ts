import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { callApi } from '../../support/api.ts';
import { type MeasuredServer, openMeasuredServer } from '../../support/measured-server.ts';
import type { Running } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

/* A token makes tokens: more of them, longer ones, and ones that stay when it is revoked. */

let server: MeasuredServer;
let other: Running;
beforeAll(async () => {
  server = await openMeasuredServer();
  other = await server.start('api');
});
afterAll(() => server[Symbol.asyncDispose]());

type Token = { text: string; id: string; expiresAt: string | null };
type Made = { createToken: { token: string; accessToken: { id: string; expiresAt: string | null } } };
type Answer = { data?: unknown; errors?: { extensions: { code: string } }[] };

const create = 'mutation { createToken(input: { name: "t" }) { token accessToken { id expiresAt } } }';
const answerOf = async (token: string) => (await callApi(server.url, token, create)) as Answer;

async function mint(token: string): Promise<Token> {
  const { createToken } = (await answerOf(token)).data as Made;
  return { text: createToken.token, ...createToken.accessToken };
}

/** Subscribes, and resolves with the close code of the WebSocket. */
async function follow({ url }: { url: string }, token: string): Promise<Promise<number>[]> {
  let isReady = false;
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const closed = new Promise<number>((resolve) => {
    client.on('closed', (event) => resolve((event as { code: number }).code));
  });
  const sink = { next: () => (isReady = true), error: () => {}, complete: () => {} };
  client.subscribe({ query: 'subscription { taskChanged { __typename } }' }, sink);
  await until(() => isReady, { what: 'READY' });
  return [closed];
}

test('a VIEWER who mints 300 tokens has 50 of them', async () => {
  const { token } = await server.person('VIEWER');
  const { result, cpuMs } = await server.measure(async () => {
    const answers: Answer[] = [];
    while (answers.length < 300) {
      answers.push(...(await Promise.all(Array.from({ length: 20 }, () => answerOf(token)))));
    }
    return answers;
  });
  expect(result.filter(({ data }) => data)).toHaveLength(49);
  const codes = new Set(result.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions.code)));
  codes.delete('RATE_LIMITED');
  expect([...codes]).toEqual(['CONFLICT']);
  expect(cpuMs / result.length).toBeLessThan(50);
});

test('revoking a token ends the connections of all that were created with it, in every process', async () => {
  const { token } = await server.person('VIEWER');
  const root = await mint(token);
  const child = await mint(root.text);
  const grandchild = await mint(child.text);
  const lives = (await Promise.all([follow(server, child.text), follow(other, grandchild.text)])).flat();
  await callApi(server.url, token, 'mutation ($id: ID!) { revokeToken(id: $id) { changeId } }', { id: root.id });
  expect(await Promise.all(lives)).toEqual([4401, 4401]);
  for (const { text } of [root, child, grandchild]) {
    expect((await answerOf(text)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  }
});

test('a token of four seconds creates none that is valid for longer', async () => {
  const { token } = await server.person('VIEWER', { expiresAt: new Date(Date.now() + 4_000) });
  const grandchild = await mint((await mint(token)).text);
  const lives = await follow(other, grandchild.text);
  expect(await Promise.all(lives)).toEqual([4401]);
  expect((await answerOf(grandchild.text)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});
