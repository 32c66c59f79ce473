import { afterEach, beforeEach, expect, test } from 'vitest';
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
type SseEvent = { id?: string; event?: string; data?: string; retry?: string };

/** Reads a stream of events as WHATWG HTML 9.2.6 has it. */
async function* eventsOf(response: Response): AsyncGenerator<SseEvent> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      yield Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
    }
  }
}

/** An open stream that notes what it gets. */
async function open(query: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'POST') {
  const abort = new AbortController();
  const init = {
    signal: abort.signal,
    headers: {
      authorization: `Bearer ${server.token}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...headers,
    },
  };
  const response =
    method === 'POST'
      ? await fetch(`${server.url}/graphql`, { ...init, method, body: JSON.stringify({ query }) })
      : await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, init);
  const events: SseEvent[] = [];
  const ended = (async () => {
    for await (const event of eventsOf(response)) events.push(event);
  })().then(
    () => 'ended',
    () => 'cut',
  );
  return {
    response,
    events,
    ended,
    leave: () => abort.abort(),
    results: () => events.filter(({ event }) => event === 'next'),
  };
}
const dataOf = ({ data = '{}' }: SseEvent = {}) => JSON.parse(data);

test.each(['GET', 'POST'] as const)(
  'a subscription by %s: results with their cursor as id, which Last-Event-ID goes on from',
  async (method) => {
    const stream = await open(news, {}, method);
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    await expect.poll(() => fixture.open()).toBe(1);
    for (const text of ['one', 'two', 'three']) fixture.publish(text);
    await expect.poll(() => stream.results()).toHaveLength(3);
    expect(Number(stream.events[0]?.retry)).toBeGreaterThan(0);
    const second = stream.results()[1];
    expect(dataOf(second)).toEqual({ data: { news: { n: 2, text: 'two' } }, extensions: { cursor: second?.id } });

    const resumed = await open(news, { 'last-event-id': second?.id ?? '' }, method);
    await expect.poll(() => resumed.results()).toHaveLength(1);
    expect(dataOf(resumed.results()[0]).data.news.text).toBe('three');
    stream.leave();
    resumed.leave();
    await expect.poll(() => fixture.open()).toBe(0);
  },
);

test('a subscription that ends is completed; one that breaks off gives its error first', async () => {
  const numbers = await open('subscription { numbers(to: 500) { n } }');
  expect(await numbers.ended).toBe('ended');
  expect(numbers.results().map((event) => dataOf(event).data.numbers.n)).toEqual(
    Array.from({ length: 500 }, (_, n) => n + 1),
  );
  expect(numbers.events.at(-1)).toMatchObject({ event: 'complete' });

  const broken = await open('subscription { breaksOff { n } }');
  await broken.ended;
  expect(broken.results().map(dataOf)).toMatchObject([
    { data: {} },
    { errors: [{ extensions: { code: 'NOT_FOUND', requestId: broken.response.headers.get('x-request-id') } }] },
  ]);
  expect(broken.events.at(-1)).toMatchObject({ event: 'complete' });
});

test.each([
  ['not signed in', news, { authorization: 'Bearer errand_nobody' }, 401, 'UNAUTHENTICATED'],
  ['a mutation by GET', 'mutation { change(n: 1) }', {}, 405, 'INVALID_INPUT'],
  ['refused by the resolver', 'subscription { refused { n } }', {}, 200, 'FORBIDDEN'],
  ['malformed', 'subscription { nope }', {}, 200, 'INVALID_INPUT'],
  ['without a selection', 'subscription {', {}, 200, 'INVALID_INPUT'],
  ['with a variable that is missing', 'subscription ($to: Int!) { numbers(to: $to) { n } }', {}, 200, 'INVALID_INPUT'],
  ['without an operation', '', {}, 200, 'INVALID_INPUT'],
  ['too deep', `{ ${'item { '.repeat(9)} name ${'}'.repeat(9)} }`, {}, 200, 'QUERY_TOO_EXPENSIVE'],
  ['a query', '{ fails(code: "CONFLICT") }', {}, 200, 'CONFLICT'],
])('what cannot start is one result and complete: %s', async (_name, query, headers, status, code) => {
  const stream = await open(query, headers, status === 405 ? 'GET' : 'POST');
  await stream.ended;
  expect(stream.response.status).toBe(status);
  expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
  expect(stream.results()).toHaveLength(1);
  expect(dataOf(stream.results()[0]).errors[0].extensions.code).toBe(code);
  expect(stream.events.at(-1)).toMatchObject({ event: 'complete' });
});

test.each(['application/json', 'text/event-stream;q=0, */*'])(
  'a caller that accepts %s is told how subscriptions come',
  async (accept) => {
    const response = await server.post({ query: news }, { accept });
    expect(response.status).toBe(406);
    expect(fixture.open()).toBe(0);
    expect(((await response.json()) as { errors: { message: string }[] }).errors[0]?.message).toContain(
      'text/event-stream',
    );
  },
);

test('an ended access is a result, then complete', async () => {
  const person = await server.addPerson('MEMBER');
  const stream = await open(news, { authorization: `Bearer ${person.token}` });
  await expect.poll(() => fixture.open()).toBe(1);
  await server.app.db.query('UPDATE access_token SET "revokedAt" = now() WHERE id = $1', [person.tokenId]);
  await server.app.db.query(
    `INSERT INTO event ("tenantId", type, "objectId", "changeId", "requestId", "occurredAt") VALUES ($1, 'accessToken.revoked', $2, $2, 'test', now())`,
    [server.tenantId, person.tokenId],
  );
  server.app.hints.appended();
  expect(await stream.ended).toBe('ended');
  expect(dataOf(stream.results()[0])).toMatchObject({
    errors: [{ message: 'Your token was revoked.', extensions: { code: 'UNAUTHENTICATED' } }],
  });
  expect(stream.events.at(-1)).toMatchObject({ event: 'complete' });
  expect(fixture.open()).toBe(0);
});

test('a stream does not begin with a viewer who is remembered', async () => {
  const person = await server.addPerson('MEMBER');
  const headers = { authorization: `Bearer ${person.token}` };
  expect((await server.post({ query: '{ hello }' }, headers)).status).toBe(200);
  await server.app.db.query('UPDATE access_token SET "revokedAt" = now() WHERE id = $1', [person.tokenId]);
  const { response } = await open(news, headers);
  expect(response.status).toBe(401);
  expect(fixture.open()).toBe(0);
});

test('a caller who leaves at any moment leaves nothing behind', async () => {
  const attempts = Array.from({ length: 40 }, async (_, turns) => {
    const abort = new AbortController();
    const headers = {
      authorization: `Bearer ${(await server.addPerson('MEMBER')).token}`,
      accept: 'text/event-stream',
    };
    const url = `${server.url}/graphql?query=${encodeURIComponent(news)}`;
    const response = fetch(url, { headers, signal: abort.signal }).catch(() => null);
    for (let turn = 0; turn < turns * 5; turn += 1) await new Promise(setImmediate);
    abort.abort();
    await response;
  });
  await Promise.all(attempts);
  await expect.poll(() => fixture.open()).toBe(0);
  await expect.poll(async () => (await fetch(`${server.url}/metrics`)).text()).toMatch(/^errand_subscriptions 0$/m);
});

test('streams count as live connections of their token', async () => {
  const streams = await Promise.all([open(news), open(news), open(news)]);
  await expect.poll(() => fixture.open()).toBe(3);
  const refused = await open(news);
  expect(refused.response.status).toBe(429);
  streams[0].leave();
  await expect.poll(async () => (await open(news)).response.status).toBe(200);
});

test('a reader that stalls is cut off and its source is left', async () => {
  await server[Symbol.asyncDispose]();
  await start({ times: { stallMs: 300 } });
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.token}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query: 'subscription { numbers(to: 100000, padding: 50000) { n text } }' }),
  });
  // Nobody reads the body; its end shows in the log.
  await expect.poll(() => server.logged.filter((line) => line.includes('subscription'))).toHaveLength(1);
  await expect(response.text()).rejects.toThrow();
});

test('stopping ends streams without complete, so that clients resume elsewhere, and waits for running requests', async () => {
  const stream = await open(news);
  await expect.poll(() => fixture.open()).toBe(1);
  const running = server.post({ query: '{ waits }' });
  await expect.poll(() => fixture.isWaited()).toBe(true);
  const stopped = server.stop();
  expect(await stream.ended).toBe('ended');
  expect(stream.events.at(-1)?.event).not.toBe('complete');
  expect(fixture.open()).toBe(0);
  fixture.publish('wakes what waits');
  expect(await (await running).json()).toEqual({ data: { waits: 'waited' } });
  await stopped;
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
});
