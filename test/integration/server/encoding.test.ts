import { request } from 'node:http';
import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './fixture.ts';
import { createServerSchema, type ServerSchema } from './schema.ts';

let server: TestServer;
let fixture: ServerSchema;

beforeAll(async () => {
  fixture = createServerSchema();
  server = await startTestServer({ schema: fixture.schema });
});
afterAll(() => server[Symbol.asyncDispose]());

type Headers = Record<string, string>;
type Answer = { status: number; headers: Headers; bytes: Buffer };

/** Asks by hand: fetch decompresses what it gets, and asks for compression by itself. */
function send(body: string | Uint8Array, headers: Headers = {}): Promise<Answer> {
  const options = {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json', ...headers },
  };
  return new Promise((resolve, reject) => {
    const call = request(`${server.url}/graphql`, options, async (res) => {
      const bytes = Buffer.concat(await res.toArray());
      resolve({ status: res.statusCode ?? 0, headers: res.headers as Headers, bytes });
    });
    call.on('error', reject);
    call.end(body);
  });
}
const ask = (query: string, headers?: Headers) => send(JSON.stringify({ query }), headers);
const jsonOf = ({ bytes }: Answer) => JSON.parse(bytes.toString());

describe('bodies', () => {
  const hello = JSON.stringify({ query: '{ hello(name: "Zoë") }' });

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', Buffer.from],
  ] as [string, (text: string) => Buffer][])(
    'are read as their Content-Encoding says: %s',
    async (encoding, encode) => {
      const answer = await send(encode(hello), { 'content-encoding': encoding });
      expect(jsonOf(answer)).toEqual({ data: { hello: 'Hello, Zoë' } });
    },
  );

  test.each([
    ['plain', (text: string) => Buffer.from(text), {}],
    ['gzip', (text: string) => gzipSync(text), { 'content-encoding': 'gzip' }],
  ])('may begin with a byte order mark: %s', async (_name, encode, headers) => {
    expect(jsonOf(await send(encode(`\uFEFF${hello}`), headers))).toEqual({ data: { hello: 'Hello, Zoë' } });
  });

  test.each([
    ['an unknown encoding', Buffer.from(hello), { 'content-encoding': 'zstd' }, 415, 'zstd'],
    [
      'the name of an inherited property',
      Buffer.from(hello),
      { 'content-encoding': 'constructor' },
      415,
      'constructor',
    ],
    ['two encodings', gzipSync(gzipSync(hello)), { 'content-encoding': 'gzip, gzip' }, 415, 'gzip, gzip'],
    ['what is not gzip', Buffer.from(hello), { 'content-encoding': 'gzip' }, 400, 'decompressed'],
    ['gzip that breaks off', gzipSync(hello).subarray(0, -9), { 'content-encoding': 'gzip' }, 400, 'decompressed'],
    ['a broken br', Buffer.from(hello), { 'content-encoding': 'br' }, 400, 'decompressed'],
    ['what is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), {}, 400, 'UTF-8'],
    ['UTF-16', Buffer.from(`\uFEFF${hello}`, 'utf16le'), {}, 400, 'UTF-8'],
    [
      'more than the limit, packed',
      gzipSync(Buffer.alloc(100_001, 0x20)),
      { 'content-encoding': 'gzip' },
      413,
      '100000',
    ],
    ['a bomb', gzipSync(Buffer.alloc(200_000_000)), { 'content-encoding': 'gzip' }, 413, '100000'],
    ['a small bomb', brotliCompressSync(Buffer.alloc(500_000_000)), { 'content-encoding': 'br' }, 413, '100000'],
  ])('%s is refused', async (_name, body, headers, status, words) => {
    const answer = await send(body, headers);
    expect(answer.status).toBe(status);
    expect(jsonOf(answer).errors).toMatchObject([
      { message: expect.stringContaining(words), extensions: { code: 'INVALID_INPUT' } },
    ]);
    if (status === 415) expect(answer.headers['accept-encoding']).toBe('gzip, deflate, br');
  });

  test('as long as the limit allows are read, packed too', async () => {
    const padded = `${hello}${' '.repeat(100_000 - Buffer.byteLength(hello))}`;
    expect((await send(gzipSync(padded), { 'content-encoding': 'gzip' })).status).toBe(200);
  });
});

describe('answers', () => {
  const long = '{ text(length: 5000) }';
  const expected = { data: { text: 'x'.repeat(5_000) } };

  test.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['GZIP;q=0.1', 'gzip'],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ])('are compressed as Accept-Encoding says: %s', async (acceptEncoding, coding) => {
    const answer = await ask(long, { 'accept-encoding': acceptEncoding });
    expect(answer.headers['content-encoding']).toBe(coding);
    expect(answer.headers.vary).toContain('accept-encoding');
    expect(Number(answer.headers['content-length'])).toBe(answer.bytes.length);
    expect(answer.bytes.length).toBeLessThan(500);
    const text = coding === 'br' ? brotliDecompressSync(answer.bytes) : gunzipSync(answer.bytes);
    expect(JSON.parse(text.toString())).toEqual(expected);
  });

  test.each([[''], ['identity'], ['deflate'], ['gzip;q=0'], ['*;q=0'], ['identity, gzip;q=0.5']])(
    'are sent as they are where nothing else is taken: %j',
    async (acceptEncoding) => {
      const answer = await ask(long, acceptEncoding ? { 'accept-encoding': acceptEncoding } : {});
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(jsonOf(answer)).toEqual(expected);
    },
  );

  test('that are short are not compressed', async () => {
    const answer = await ask('{ hello }', { 'accept-encoding': 'gzip, br' });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(jsonOf(answer)).toEqual({ data: { hello: 'Hello, you' } });
  });

  test('that are streams are not held back', async () => {
    const abort = new AbortController();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      signal: abort.signal,
      headers: {
        authorization: `Bearer ${server.token}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'accept-encoding': 'gzip, br',
      },
      body: JSON.stringify({ query: 'subscription { news { text } }' }),
    });
    expect(response.headers.get('content-encoding')).toBeNull();
    await expect.poll(() => fixture.open()).toBe(1);
    fixture.publish('now');
    const reader = response.body?.getReader();
    let seen = '';
    while (!seen.includes('now')) seen += Buffer.from((await reader?.read())?.value ?? []).toString();
    abort.abort();
  });
});

test('GraphiQL is sent to callers that do not take gzip', async () => {
  const options = { headers: { accept: 'text/html' } };
  const answer = await new Promise<Answer>((resolve, reject) => {
    request(`${server.url}/graphql`, options, async (res) => {
      resolve({ status: 200, headers: res.headers as Headers, bytes: Buffer.concat(await res.toArray()) });
    })
      .on('error', reject)
      .end();
  });
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(answer.bytes.subarray(0, 30).toString().trim()).toMatch(/^<!doctype html>/i);
});
