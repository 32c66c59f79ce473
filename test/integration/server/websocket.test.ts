import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer } from './fixture.ts';
import { createServerSchema, type ServerSchema } from './schema.ts';

let server: TestServer;
let fixture: ServerSchema;

async function start(options: Parameters<typeof startTestServer>[0] = {}) {
  fixture = createServerSchema();
  server = await startTestServer({ schema: fixture.schema, ...options });
}
beforeEach(() => start());
afterEach(() => server[Symbol.asyncDispose]());

const news = 'subscription ($after: String) { news(after: $after) { n text } }';
type Result = {
  data?: unknown;
  errors?: readonly { message: string; extensions?: object }[];
  extensions?: { cursor?: string };
};

/** The first result of an operation. */
const ask = async (client: Client, query: string, variables?: Record<string, unknown>) =>
  (await client.iterate({ query, variables }).next()).value as Result;

/** A subscription that notes what it gets; `ended` has its end. */
function subscribe(client: Client, query: string, variables?: Record<string, unknown>) {
  const results: Result[] = [];
  let leave = () => {};
  const ended = new Promise<unknown>((resolve) => {
    leave = client.subscribe(
      { query, variables },
      {
        next: (result) => void results.push(result as Result),
        error: resolve,
        complete: () => resolve('complete'),
      },
    );
  });
  return { results, ended, leave: () => leave() };
}

/** A socket without a client, for what clients do not do. */
async function openRaw(headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const messages: { type: string; id?: string; payload?: unknown }[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await once(socket, 'open');
  return { socket, messages, closed, send: (message: object) => socket.send(JSON.stringify(message)) };
}

/** A socket that has been let in. */
async function enterRaw() {
  const raw = await openRaw();
  raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${server.token}` } });
  await expect.poll(() => raw.messages).toHaveLength(1);
  return raw;
}

describe('operations', () => {
  test('queries, mutations and errors are the same as over HTTP', async () => {
    const client = server.connect();
    expect(await ask(client, '{ hello }')).toEqual({ data: { hello: 'Hello, you' } });
    expect(await ask(client, 'mutation { change(n: 4) }')).toEqual({ data: { change: 5 } });
    expect(await ask(client, '{ fails(code: "CONFLICT") }')).toMatchObject({
      data: { fails: null },
      errors: [
        {
          message: 'It failed with CONFLICT.',
          path: ['fails'],
          extensions: { code: 'CONFLICT', requestId: expect.any(String) },
        },
      ],
    });
    expect((await ask(client, '{ breaks }')).errors?.[0]).toMatchObject({
      message: expect.stringMatching(/^An internal error occurred/),
    });
    await client.dispose();
  });

  test.each([
    ['{ nope }', undefined, 'INVALID_INPUT'],
    ['{ hello', undefined, 'INVALID_INPUT'],
    [`{ ${'item { '.repeat(9)} name ${'}'.repeat(9)} }`, undefined, 'QUERY_TOO_EXPENSIVE'],
  ])('what cannot run is an error of that operation alone: %.30s', async (query, variables, code) => {
    const client = server.connect();
    const other = subscribe(client, news);
    await expect.poll(() => fixture.open()).toBe(1);
    const refused = subscribe(client, query, variables);
    const outcome = await Promise.race([refused.ended, expect.poll(() => refused.results[0]?.errors).toBeDefined()]);
    expect(outcome === undefined || outcome === 'complete' ? refused.results[0]?.errors : outcome).toMatchObject([
      { extensions: { code, requestId: expect.any(String) } },
    ]);
    fixture.publish('still there');
    await expect.poll(() => other.results).toHaveLength(1);
    await client.dispose();
  });

  test('faults of variables are named', async () => {
    const client = server.connect();
    const { errors } = await ask(client, 'query ($w: Wish!) { wish(wish: $w) }', { w: { title: 5 } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['wish', 'title'] }] });
    await client.dispose();
  });

  test('each operation is one log line', async () => {
    const client = server.connect();
    await ask(client, 'query OnSocket { hello }');
    await expect.poll(() => server.logged.filter((line) => line.includes('OnSocket'))).toHaveLength(1);
    await client.dispose();
    expect(server.logged.join('')).not.toContain(server.token.slice(7));
  });
});

describe('subscriptions', () => {
  test('each result carries the cursor to go on from', async () => {
    const client = server.connect();
    const live = subscribe(client, news);
    await expect.poll(() => fixture.open()).toBe(1);
    for (const text of ['one', 'two', 'three']) fixture.publish(text);
    await expect.poll(() => live.results).toHaveLength(3);
    const after = live.results[1]?.extensions?.cursor;
    const resumed = subscribe(client, news, { after });
    await expect.poll(() => resumed.results).toHaveLength(1);
    expect(resumed.results[0]?.data).toEqual({ news: { n: 3, text: 'three' } });
    await client.dispose();
  });

  test('leaving one ends its source while it waits', async () => {
    const client = server.connect();
    const first = subscribe(client, news);
    subscribe(client, news);
    await expect.poll(() => fixture.open()).toBe(2);
    first.leave();
    await expect.poll(() => fixture.open()).toBe(1);
    await client.dispose();
    await expect.poll(() => fixture.open()).toBe(0);
  });

  test('a lost socket ends the sources of its subscriptions', async () => {
    const raw = await openRaw();
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${server.token}` } });
    await expect.poll(() => raw.messages).toEqual([{ type: 'connection_ack' }]);
    raw.send({ type: 'subscribe', id: '1', payload: { query: news } });
    await expect.poll(() => fixture.open()).toBe(1);
    raw.socket.terminate();
    await expect.poll(() => fixture.open()).toBe(0);
    await expect.poll(async () => (await fetch(`${server.url}/metrics`)).text()).toMatch(/^errand_subscriptions 0$/m);
  });

  test('one that cannot start, and one that breaks off, end with the error', async () => {
    const client = server.connect();
    const refused = subscribe(client, 'subscription { refused { n } }');
    expect(await refused.ended).toBe('complete');
    expect(refused.results).toMatchObject([
      { errors: [{ message: 'Not for you.', extensions: { code: 'FORBIDDEN' } }] },
    ]);
    const broken = subscribe(client, 'subscription { breaksOff { n } }');
    expect(await broken.ended).toBe('complete');
    expect(broken.results).toMatchObject([
      { data: { breaksOff: { n: 1 } } },
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ]);
    await client.dispose();
  });

  test('one whose execution throws ends by itself, and what runs beside it goes on', async () => {
    const client = server.connect();
    const beside = subscribe(client, news);
    await expect.poll(() => fixture.open()).toBe(1);
    const thrown = subscribe(client, 'subscription { noStream { n } }');
    expect(await thrown.ended).toBe('complete');
    expect(thrown.results).toMatchObject([{ errors: [{ extensions: { code: 'INTERNAL' } }] }]);
    fixture.publish('after it');
    await expect.poll(() => beside.results).toMatchObject([{ data: { news: { text: 'after it' } } }]);
    await client.dispose();
  });

  test('many results are delivered in order', async () => {
    const client = server.connect();
    const all = subscribe(client, 'subscription { numbers(to: 2000) { n } }');
    expect(await all.ended).toBe('complete');
    expect(all.results.map((result) => (result.data as { numbers: { n: number } }).numbers.n)).toEqual(
      Array.from({ length: 2000 }, (_, index) => index + 1),
    );
    await client.dispose();
  });
});

describe('who may connect', () => {
  test.each([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer errand_nobody' }],
    ['something that is no text', { authorization: { a: 1 } }],
  ])('%s closes with 4401', async (_name, params) => {
    const client = server.connect({ params });
    expect(await subscribe(client, news).ended).toMatchObject({ code: 4401 });
  });

  test('an operation sent before the answer to connection_init does not run', async () => {
    const raw = await openRaw();
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer errand_nobody' } });
    raw.send({ type: 'subscribe', id: '1', payload: { query: '{ hello }' } });
    expect((await raw.closed).code).toBe(4401);
    expect(raw.messages).toEqual([]);
  });

  test('a page of another origin, or under another host name, is refused', async () => {
    await server[Symbol.asyncDispose]();
    await start({ http: { allowedHosts: ['127.0.0.1'], corsOrigins: ['https://board.example'] } });
    await expect(openRaw({ origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(openRaw({ host: 'evil.example' })).rejects.toThrow('421');
    for (const origin of ['https://board.example', server.url]) {
      const raw = await openRaw({ origin });
      raw.socket.close();
      await raw.closed;
    }
  });

  test.each(['//', '/', '/graphql/nothing', '*'])('a handshake for %s is refused and harms nobody', async (path) => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const handshake =
      'upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13';
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${handshake}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 404/);
    socket.destroy();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('a revoked token ends its socket with 4401 and its subscriptions at once', async () => {
    const { token, tokenId } = await server.addPerson('MEMBER');
    const client = server.connect({ token });
    const live = subscribe(client, news);
    await expect.poll(() => fixture.open()).toBe(1);
    await revoke(tokenId);
    expect(await live.ended).toMatchObject({ code: 4401, reason: 'Your token was revoked.' });
    await expect.poll(() => fixture.open()).toBe(0);
  });

  test('a changed role ends it with 4403', async () => {
    const person = await server.addPerson('MEMBER');
    const client = server.connect({ token: person.token });
    const live = subscribe(client, news);
    await expect.poll(() => fixture.open()).toBe(1);
    await changeRole(person.userId);
    expect(await live.ended).toMatchObject({ code: 4403 });
  });
});

describe('bounds', () => {
  test.each([
    [
      'a long id',
      { id: 'x'.repeat(65), type: 'subscribe', payload: { query: news } },
      'The id is longer than 64 characters',
    ],
    [
      'many values',
      { id: '1', type: 'subscribe', payload: { query: news, variables: { list: Array(20_000).fill(0) } } },
      'The JSON of a request can have at most 20000 values.',
    ],
  ])('a message with %s closes the socket', async (_name, message, reason) => {
    const raw = await enterRaw();
    raw.send(message);
    expect(await raw.closed).toEqual({ code: 4400, reason });
  });

  test('an id of an operation that is in use is told in the reason, as long as it may be', async () => {
    const raw = await enterRaw();
    const id = 'x'.repeat(64);
    for (const _ of ['first', 'second']) raw.send({ id, type: 'subscribe', payload: { query: news } });
    expect(await raw.closed).toEqual({ code: 4409, reason: `Subscriber for ${id} already exists` });
  });

  test('the messages of running operations are limited in bytes', async () => {
    const raw = await enterRaw();
    const payload = { query: news, extensions: { unused: 'x'.repeat(90_000) } };
    for (const id of ['1', '2', '3']) raw.send({ id, type: 'subscribe', payload });
    await expect
      .poll(() => raw.messages.filter(({ type }) => type === 'error'))
      .toMatchObject([
        {
          id: '3',
          payload: [{ message: expect.stringContaining('200000 bytes'), extensions: { code: 'RATE_LIMITED' } }],
        },
      ]);
  });

  test('sockets per member: the next is closed with 4429, and one that ends makes room', async () => {
    const clients = Array.from({ length: 3 }, () => server.connect());
    const live = clients.map((client) => subscribe(client, news));
    await expect.poll(() => fixture.open()).toBe(3);
    expect(await subscribe(server.connect(), news).ended).toMatchObject({ code: 4429 });
    await clients[0]?.dispose();
    await live[0]?.ended;
    await expect
      .poll(() => ask(server.connect(), '{ hello }').catch(() => null))
      .toEqual({ data: { hello: 'Hello, you' } });
    for (const client of clients) await client.dispose();
  });

  test('subscriptions per socket: the next is RATE_LIMITED, the others go on', async () => {
    const client = server.connect();
    const live = Array.from({ length: 3 }, () => subscribe(client, news));
    await expect.poll(() => fixture.open()).toBe(3);
    expect(await subscribe(client, news).ended).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    fixture.publish('to all');
    await expect.poll(() => live.map(({ results }) => results.length)).toEqual([1, 1, 1]);
    await client.dispose();
  });

  test('requests per minute count over sockets and HTTP together, and connecting counts too', async () => {
    await server[Symbol.asyncDispose]();
    await start({ limits: { requestsPerMinute: 5 } });
    const client = server.connect();
    const live = subscribe(client, news);
    await expect.poll(() => fixture.open()).toBe(1);
    await ask(client, '{ hello }');
    await ask(client, '{ hello }');
    expect((await server.post({ query: '{ hello }' })).status).toBe(200);
    const limited = await server.post({ query: '{ hello }' });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await subscribe(client, '{ hello }').ended).toMatchObject([
      { extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } },
    ]);
    expect(await subscribe(server.connect(), news).ended).toMatchObject({ code: 4429 });
    fixture.publish('still there');
    await expect.poll(() => live.results).toHaveLength(1);
    await client.dispose();
  });

  test('failed authentications are limited per address; good credentials still pass', async () => {
    expect((await server.post({ query: '{ hello }' })).status).toBe(200);
    const statuses = new Set<number>();
    for (let n = 0; n < 40; n += 1)
      statuses.add((await server.post({ query: '{ hello }' }, { authorization: 'Bearer errand_guess' })).status);
    expect([...statuses]).toEqual([401, 429]);
    expect((await server.post({ query: '{ hello }' })).status).toBe(200);
    expect(await subscribe(server.connect({ token: 'errand_other' }), news).ended).toMatchObject({ code: 4429 });
  });

  test('an id that is used again leaves no stream behind, however soon it is', async () => {
    const raw = await enterRaw();
    const subscribeAs = (id: string) => raw.send({ type: 'subscribe', id, payload: { query: news } });
    for (let time = 1; time <= 5; time += 1) {
      subscribeAs('k0');
      raw.send({ type: 'complete', id: 'k0' });
    }
    subscribeAs('k0');
    subscribeAs('k1');
    await expect.poll(() => fixture.open()).toBe(2);
    fixture.publish('once');
    await expect.poll(() => raw.messages.filter(({ type }) => type === 'next')).toHaveLength(2);
    const started = raw.messages.filter(({ type }) => type === 'next').map(({ id }) => id);
    expect(started.sort()).toEqual(['k0', 'k1']);
    raw.socket.close();
    await raw.closed;
    await expect.poll(() => fixture.open()).toBe(0);
    const gauge = await (await fetch(`${server.url}/metrics`)).text();
    expect(gauge).toMatch(/^errand_subscriptions\w* 0$/m);
  });

  test('an operation that its client completed counts as long as it runs', async () => {
    const raw = await enterRaw();
    for (let n = 0; n < 8; n += 1) {
      raw.send({ type: 'subscribe', id: `k${n}`, payload: { query: '{ waits }' } });
      raw.send({ type: 'complete', id: `k${n}` });
    }
    raw.send({ type: 'subscribe', id: 'last', payload: { query: '{ hello }' } });
    const answer = () => raw.messages.find(({ id }) => id === 'last');
    await expect.poll(answer).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    raw.socket.terminate();
  });

  test('an id that is in use is refused as the protocol says', async () => {
    const raw = await enterRaw();
    for (let time = 1; time <= 2; time += 1) raw.send({ type: 'subscribe', id: 'k0', payload: { query: news } });
    expect(await raw.closed).toMatchObject({ code: 4409 });
    await expect.poll(() => fixture.open()).toBe(0);
  });

  test('many subscriptions on one socket are no listener leak', async () => {
    await server[Symbol.asyncDispose]();
    await start({ limits: { subscriptionsPerSocket: 50 } });
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    const client = server.connect();
    const all = Array.from({ length: 40 }, () => subscribe(client, news));
    await expect.poll(() => fixture.open()).toBe(40);
    for (const { leave } of all) leave();
    await expect.poll(() => fixture.open()).toBe(0);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test.each<[string, (token: string) => { params?: object; headers?: Record<string, string> }]>([
    ['as Authorization', (token) => ({ params: { Authorization: token } })],
    ['in headers', (token) => ({ params: { headers: { Authorization: token } } })],
    ['in the request that is upgraded', (token) => ({ headers: { authorization: token } })],
  ])('a token is taken %s', async (_where, credentials) => {
    const { params, headers } = credentials(`Bearer ${server.token}`);
    const raw = await openRaw(headers);
    raw.send({ type: 'connection_init', ...(params && { payload: params }) });
    await expect.poll(() => raw.messages).toEqual([{ type: 'connection_ack' }]);
    raw.socket.terminate();
  });

  test('a message larger than the limit ends the socket', async () => {
    const raw = await openRaw();
    raw.send({ type: 'connection_init', payload: { padding: 'x'.repeat(200_000) } });
    expect((await raw.closed).code).toBe(1009);
  });

  test('a slow consumer is closed with a named code, and its source is left', async () => {
    await server[Symbol.asyncDispose]();
    await start({ times: { stallMs: 300 } });
    const raw = await openRaw();
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${server.token}` } });
    await expect.poll(() => raw.messages).toHaveLength(1);
    raw.send({
      type: 'subscribe',
      id: '1',
      payload: { query: 'subscription { numbers(to: 100000, padding: 50000) { n text } }' },
    });
    await expect.poll(() => raw.messages.length).toBeGreaterThan(2);
    raw.socket.pause();
    await expect.poll(() => server.logged.filter((line) => line.includes('subscription'))).toHaveLength(1);
    // It comes back long after it was given up, and still learns why.
    await delay(900);
    raw.socket.resume();
    expect(await raw.closed).toEqual({ code: 4411, reason: 'Slow consumer: connect again and resume' });
  });

  test('a silent socket is dropped', async () => {
    await server[Symbol.asyncDispose]();
    await start({ times: { keepAliveMs: 100 } });
    const raw = await openRaw();
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${server.token}` } });
    await expect.poll(() => raw.messages).toHaveLength(1);
    raw.send({ type: 'subscribe', id: '1', payload: { query: news } });
    await expect.poll(() => fixture.open()).toBe(1);
    // A paused socket answers no ping.
    raw.socket.pause();
    await expect.poll(() => fixture.open()).toBe(0);
    raw.socket.terminate();
  });
});

test('stopping closes sockets with 1001 and ends what they run', async () => {
  const client = server.connect();
  const live = subscribe(client, news);
  await expect.poll(() => fixture.open()).toBe(1);
  await server.stop();
  expect(await live.ended).toMatchObject({ code: 1001 });
  expect(fixture.open()).toBe(0);
});

/** As the domain does it: the row and its event in one transaction, then a hint. */
async function revoke(tokenId: string): Promise<void> {
  await server.app.db.query('UPDATE access_token SET "revokedAt" = now() WHERE id = $1', [tokenId]);
  await appendEvent('accessToken.revoked', tokenId);
}
async function changeRole(userId: string): Promise<void> {
  await server.app.db.query(`UPDATE membership SET role = 'VIEWER' WHERE "userId" = $1`, [userId]);
  await appendEvent('membership.roleChanged', userId);
}
async function appendEvent(type: string, objectId: string): Promise<void> {
  await server.app.db.query(
    `INSERT INTO event ("tenantId", type, "objectId", "changeId", "requestId", "occurredAt") VALUES ($1, $2, $3, $3, 'test', now())`,
    [server.tenantId, type, objectId],
  );
  server.app.hints.appended();
}
