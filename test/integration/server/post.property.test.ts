import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { openExchange } from '../../../src/server/exchange.ts';
import { createPipeline } from '../../../src/server/graphql/yoga.ts';
import { createPostAnswer, isPost } from '../../../src/server/http/post.ts';
import { sharedParts } from '../../../src/server/server.ts';
import { startTestServer, type TestServer } from './fixture.ts';
import { createServerSchema } from './schema.ts';

/*
 * A usual POST does not go through Yoga's request handler, and no client can tell. Here the same requests go both ways.
 */

const { schema } = createServerSchema();
let errand: TestServer;
let byPost: Way;
let byYoga: Way;

beforeAll(async () => {
  errand = await startTestServer({ schema });
  byPost = await serve('post');
  byYoga = await serve('yoga');
});
afterAll(async () => {
  for (const way of [byPost, byYoga]) way[Symbol.dispose]();
  await errand[Symbol.asyncDispose]();
});

type Way = Disposable & {
  url: string;
  /** The codes of the operations, as the log tells them. */
  codes: string[];
  /** How many requests went by it. */
  taken: number;
};

async function serve(kind: 'post' | 'yoga'): Promise<Way> {
  const { app } = errand;
  const sse = { stallMs: 15_000, draining: new AbortController().signal };
  const shared = { ...(await sharedParts(app, { schema, watchAccess })), sse };
  const pipeline = createPipeline(app, shared);
  const answerPost = createPostAnswer(app, { ...shared, pipeline });
  const way = { url: '', codes: [] as string[], taken: 0, [Symbol.dispose]: () => server.closeAllConnections() };
  const server = createServer((req, res) => {
    const exchange = openExchange('http', 'the-same');
    res.once('close', () => way.codes.push(`${exchange.operation?.type} ${exchange.operation?.name} ${exchange.code}`));
    if (kind === 'yoga') return void pipeline(req, res, { exchange });
    if (!isPost(req)) return void res.writeHead(501).end();
    way.taken += 1;
    void answerPost(req, res, exchange);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(way, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` });
}

type Sent = { headers: Record<string, string>; body: Buffer; isInPieces: boolean };

type Received = {
  status: number | undefined;
  reason: string | undefined;
  headers: object;
  text: string;
  code?: string;
};

async function answerTo(way: Way, sent: Sent): Promise<Received> {
  const received = await send(way.url, sent);
  await expect.poll(() => way.codes.length).toBe(1);
  return { ...received, code: way.codes.pop() };
}

function send(url: string, { headers, body, isInPieces }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers }, async (res) => {
      const { date: _, ...received } = res.headers;
      const text = Buffer.concat(await res.toArray()).toString('latin1');
      resolve({ status: res.statusCode, reason: res.statusMessage, headers: received, text });
    });
    call.on('error', reject);
    if (isInPieces) call.write(body.subarray(0, 1));
    call.end(isInPieces ? body.subarray(1) : body);
  });
}

const queries = [
  '{ hello }',
  'query Greet($name: String) { hello(name: $name) item { name } }',
  'query A { hello } mutation B { change(n: 1) }',
  'mutation { change(n: 1) }',
  '{ nope }',
  '{ hello',
  '{ text(length: 3000) }',
  '{ fails(code: "NOT_FOUND") hello }',
  '{ nothing }',
  '{ __schema { queryType { name } } }',
  'query Wish($wish: Wish!) { wish(wish: $wish) }',
  'subscription { numbers(to: 3) { n text } }',
  'subscription { refused { n } }',
  '',
];
const operation = fc.record(
  {
    query: fc.oneof({ weight: 9, arbitrary: fc.constantFrom<unknown>(...queries) }, fc.jsonValue()),
    operationName: fc.constantFrom<unknown>('A', 'B', 'C', '', null, 5),
    variables: fc.constantFrom<unknown>(
      { name: 'Zoë' },
      { name: 5 },
      { wish: { title: 'x', count: 1 } },
      {},
      null,
      [],
      'x',
    ),
    extensions: fc.constantFrom<unknown>({ persistedQuery: { version: 1, sha256Hash: 'abc' } }, {}, null, [1]),
    documentId: fc.constantFrom<unknown>('abc', '', 5),
    more: fc.constant(1),
  },
  { requiredKeys: ['query'] },
);
const bodies = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...queries).map((query) => JSON.stringify({ query })) },
  { weight: 6, arbitrary: operation.map((one) => JSON.stringify(one)) },
  fc.array(operation, { maxLength: 3 }).map((all) => JSON.stringify(all)),
  fc.constantFrom('', 'null', '{', '\uFEFF{"query":"{ hello }"}', '[]'.repeat(200)),
);
const encodings: Record<string, (text: string) => Buffer> = {
  '': Buffer.from,
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: Buffer.from,
  zstd: Buffer.from,
};
const optional = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });

const sent = fc
  .record({
    body: bodies,
    coding: fc.oneof({ weight: 6, arbitrary: fc.constant('') }, fc.constantFrom(...Object.keys(encodings))),
    isInPieces: fc.boolean(),
    authorization: fc.oneof({ weight: 9, arbitrary: fc.constant('valid') }, fc.constantFrom('', 'Basic x')),
    contentType: fc.constantFrom('application/json', 'application/json; charset=utf-8', 'Application/JSON'),
    accept: optional(
      '*/*',
      'application/json',
      'application/graphql-response+json, application/json;q=0.9',
      'text/event-stream;q=0.5, application/json',
      'application/json, image/png;q=0',
    ),
    acceptEncoding: optional('gzip', 'br, gzip', 'identity', '*'),
    lastEventId: optional('abc'),
    tenant: optional('abc'),
  })
  .map(({ body, coding, isInPieces, ...made }): Sent => {
    const given = {
      accept: made.accept,
      'accept-encoding': made.acceptEncoding,
      'last-event-id': made.lastEventId,
      'x-errand-tenant': made.tenant,
      'content-type': made.contentType,
      'content-encoding': coding || undefined,
      authorization: made.authorization === 'valid' ? `Bearer ${errand.token}` : made.authorization || undefined,
    };
    const headers = Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => !!entry[1]));
    return { headers, body: encodings[coding]?.(body) ?? Buffer.from(body), isInPieces };
  });

test('a POST is answered as by Yoga: status, headers, body and what the log tells', async () => {
  const headers = {
    authorization: `Bearer ${errand.token}`,
    accept: 'application/json',
    'content-type': 'application/json',
  };
  const unsendable = {
    headers,
    body: Buffer.from('{"query":"subscription { numbers(to: 1) { n } }"}'),
    isInPieces: false,
  };
  const statuses = new Set<number | undefined>();
  await fc.assert(
    fc.asyncProperty(sent, async (one) => {
      const answer = await answerTo(byPost, one);
      expect(answer).toEqual(await answerTo(byYoga, one));
      statuses.add(answer.status);
    }),
    { numRuns: 400, examples: [[unsendable]] },
  );
  expect(byPost.taken).toBe(400);
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 406, 415]));
});
