import { connect } from 'node:net';
import { type Client, createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { callApi } from '../../support/api.ts';
import { type MeasuredServer, openMeasuredServer } from '../../support/measured-server.ts';
import { until } from '../../support/until.ts';

/* Somebody uses more than their share, with many credentials, many connections, or at the address of others. */

let server: MeasuredServer;
beforeAll(async () => {
  server = await openMeasuredServer({ env: { ERRAND_LIMIT_TOKENS_PER_USER: '400' } });
});
afterAll(() => server[Symbol.asyncDispose]());

type Answer = { data?: unknown; errors?: { extensions: { code: string; retryAfterSeconds?: number } }[] };

const ask = async (token: string, query = '{ me { role } }') => (await callApi(server.url, token, query)) as Answer;
const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code ?? 'OK';

/** Sends to each of the tokens in turn, a few at a time. */
async function askAll(tokens: string[], count: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < count) {
    const some = Array.from({ length: 50 }, (_, index) => tokens[(answers.length + index) % tokens.length] as string);
    answers.push(...(await Promise.all(some.map((token) => ask(token)))));
  }
  return answers;
}

test('the 300 tokens of a VIEWER share one budget, and others have theirs', async () => {
  const { token } = await server.person('VIEWER');
  const other = await server.person('VIEWER');
  const tokens: string[] = [];
  while (tokens.length < 300) {
    const { data } = await ask(token, 'mutation { createToken(input: { name: "t" }) { token } }');
    tokens.push((data as { createToken: { token: string } }).createToken.token);
  }
  const answers = await askAll(tokens, 2_400);
  const refused = answers.filter((answer) => codeOf(answer) === 'RATE_LIMITED');
  expect(refused.length).toBeGreaterThan(300);
  expect(refused[0]?.errors?.[0]?.extensions.retryAfterSeconds).toBeGreaterThan(0);
  expect(await ask(other.token)).toMatchObject({ data: { me: { role: 'VIEWER' } } });
});

test('bad tokens are limited, and refuse no valid credential of their address', async () => {
  const known = await server.person('VIEWER');
  const fresh = await server.person('VIEWER');
  await ask(known.token);
  const codes: string[] = [];
  for (let n = 0; n < 100; n += 1) codes.push(codeOf(await ask(`errand_bad${n}`)));
  expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']));
  expect(codeOf(await ask(known.token))).toBe('OK');
  expect(codeOf(await ask(fresh.token))).toBe('OK');
});

test('behind a trusted proxy, bad tokens are counted for the client that the proxy has seen', async () => {
  const { url } = await server.start('api', { env: { ERRAND_TRUSTED_PROXIES: '127.0.0.1' } });
  const guess = async (forwardedFor: string) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer errand_bad' };
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'x-forwarded-for': forwardedFor },
      body: JSON.stringify({ query: '{ me { role } }' }),
    });
    return response.status;
  };
  const statuses: number[] = [];
  // What the client writes on the left changes nothing.
  for (let n = 0; n < 60; n += 1) statuses.push(await guess(`198.51.100.${n}, 192.0.2.1`));
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect(await guess('192.0.2.2')).toBe(401);
});

test('1,000 subscriptions of a VIEWER are capped over all sockets, and what ends makes room', async () => {
  const { token } = await server.person('VIEWER');
  const clients = Array.from({ length: 10 }, () => open(token));
  const outcomes: string[] = [];
  for (const client of clients) for (let n = 0; n < 100; n += 1) follow(client, (outcome) => outcomes.push(outcome));
  await until(() => outcomes.length === 1_000, { what: 'an answer to each subscription' });
  const live = outcomes.filter((outcome) => outcome === 'OK').length;
  expect(live).toBeGreaterThan(0);
  expect(live).toBeLessThanOrEqual(200);
  expect(outcomes.filter((outcome) => outcome === 'RATE_LIMITED')).toHaveLength(1_000 - live);
  for (const client of clients) await client.dispose();
  const later = open(token);
  await until(async () => (await new Promise<string>((resolve) => follow(later, resolve))) === 'OK', {
    what: 'room for another subscription',
  });
  await later.dispose();
});

test('a body that drips after its 401 ends with its connection', async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  let isClosed = false;
  let drips = 0;
  socket.on('data', (data) => (answer += data));
  socket.on('error', () => {});
  socket.on('close', () => (isClosed = true));
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\nauthorization: Bearer errand_bad\r\ncontent-length: 900000\r\n\r\n`,
  );
  const drip = setInterval(() => {
    drips += 1;
    socket.write(' ');
  }, 100);
  try {
    await until(() => isClosed || drips >= 150, { what: 'the end of the connection' });
  } finally {
    clearInterval(drip);
    socket.destroy();
  }
  expect(answer).toMatch(/^HTTP\/1\.1 4(01|29) /);
  expect(drips).toBeLessThan(150);
});

function open(token: string): Client {
  return createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazy: true,
  });
}

/** Subscribes, and tells `OK` when the subscription is live, or the code of its error. */
function follow(client: Client, tell: (outcome: string) => void): void {
  const query = 'subscription { taskChanged { ... on TaskChanged { task { id title } } } }';
  client.subscribe(
    { query },
    {
      next: (result) => tell(codeOf(result as Answer)),
      error: (reason) => tell(Array.isArray(reason) ? codeOf({ errors: reason }) : 'CLOSED'),
      complete: () => {},
    },
  );
}
