import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { until } from '../../support/until.ts';
import { startTestServer, type TestServer } from './fixture.ts';
import { createServerSchema, type ServerSchema } from './schema.ts';

type Answer = {
  data?: Record<string, unknown>;
  errors?: { message: string; path?: unknown; extensions: Record<string, unknown> }[];
};
const answerOf = async (response: Response): Promise<Answer> => (await response.json()) as Answer;

let server: TestServer;
let fixture: ServerSchema;

beforeAll(async () => {
  fixture = createServerSchema();
  server = await startTestServer({
    schema: fixture.schema,
    http: { allowedHosts: ['127.0.0.1'], corsOrigins: ['https://board.example'] },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('requests', () => {
  test('a query is answered, with the id of its request', async () => {
    const response = await server.post({ query: '{ hello }' }, { 'x-request-id': 'mine-1' });
    expect(response.headers.get('x-request-id')).toBe('mine-1');
    expect(await answerOf(response)).toEqual({ data: { hello: 'Hello, you' } });
  });

  test('a request id that could do harm is replaced', async () => {
    const response = await server.post({ query: '{ hello }' }, { 'x-request-id': 'a b' });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a query by GET and a mutation by POST run, a mutation by GET does not', async () => {
    const get = (query: string) =>
      fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { authorization: `Bearer ${server.token}` },
      });
    expect(await answerOf(await get('{ hello }'))).toEqual({ data: { hello: 'Hello, you' } });
    expect(await answerOf(await server.post({ query: 'mutation { change(n: 1) }' }))).toEqual({ data: { change: 2 } });
    const refused = await get('mutation { change(n: 1) }');
    expect(refused.status).toBe(405);
    expect((await answerOf(refused)).errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
  });

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/jsonp', 415],
  ])('a body of %s, which a page elsewhere can send unasked, is refused', async (type, status) => {
    const response = await server.post('{"query":"{ hello }"}', { 'content-type': type });
    expect(response.status).toBe(status);
    expect((await answerOf(response)).errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
  });

  test.each([
    ['{', 400, 'not valid JSON'],
    ['[]', 400, 'Batches'],
    [`[${'{},'.repeat(100)}{}]`, 400, 'Batches'],
    ['null', 400, 'object'],
    ['{}', 400, 'query'],
    ['{"query": 5}', 400, 'query'],
    ['{"query": "{ hello }", "variables": [1]}', 400, 'variables'],
    [JSON.stringify({ query: `{ hello } #${'x'.repeat(200_000)}` }), 413, 'larger than 100000 bytes'],
  ])('a malformed body is INVALID_INPUT: %.40s', async (body, status, words) => {
    const response = await server.post(body);
    const { errors } = await answerOf(response);
    expect([response.status, errors?.[0]?.extensions.code]).toEqual([status, 'INVALID_INPUT']);
    expect(errors?.[0]?.message).toContain(words);
  });

  test('a body in pieces is bounded as well', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(60_000))),
    });
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    };
    const response = await fetch(`${server.url}/graphql`, init as RequestInit).catch((error: unknown) => error);
    // A client that is still sending may learn it by the answer or by the closed connection.
    expect(response instanceof Response ? response.status : 413).toBe(413);
  });
});

describe('the Accept header', () => {
  const nope = { query: '{ nope }' };
  test.each([
    ['application/json;q=0.5, application/graphql-response+json', 'application/graphql-response+json', 400],
    ['application/graphql-response+json;q=0.5, application/json', 'application/json', 200],
    ['application/graphql-response+json;q=0, */*', 'application/json', 200],
    ['application/json;q=0, */*;q=0.1', 'application/graphql-response+json', 400],
    ['text/event-stream;q=0.9, application/json', 'application/json', 200],
    ['text/event-stream, application/json;q=0.9', 'text/event-stream', 200],
  ])('is weighed: %s is answered with %s', async (accept, type, status) => {
    const answers = [await server.post({ query: '{ hello }' }, { accept }), await server.post(nope, { accept })];
    expect(answers.map((response) => response.headers.get('content-type'))).toEqual([
      `${type}; charset=utf-8`,
      `${type}; charset=utf-8`,
    ]);
    expect(answers.map((response) => response.status)).toEqual([200, status]);
  });

  test('an operation whose answer is not accepted does not run', async () => {
    const changes = fixture.changes();
    const response = await server.post({ query: 'mutation { change(n: 1) }' }, { accept: 'text/html, */*;q=0' });
    expect(response.status).toBe(406);
    expect((await answerOf(response)).errors?.[0]?.message).toContain('application/json');
    expect(fixture.changes()).toBe(changes);
  });

  test('a browser gets GraphiQL, and a program that would rather have JSON gets JSON', async () => {
    const typeOf = async (accept: string) => {
      const headers = { accept, authorization: `Bearer ${server.token}` };
      return (await fetch(`${server.url}/graphql?query={hello}`, { headers })).headers.get('content-type');
    };
    expect(await typeOf('text/html,application/xhtml+xml,*/*;q=0.8')).toContain('text/html');
    expect(await typeOf('application/json, text/html;q=0.1')).toContain('application/json');
  });
});

describe('batches', () => {
  test.each([
    ['application/json', 200],
    ['application/graphql-response+json,application/json;q=0.9', 400],
  ])('each operation of a batch is refused: %s', async (accept, status) => {
    const changes = fixture.changes();
    const response = await server.post([{ query: 'mutation { change(n: 1) }' }, { query: '{ hello }' }], { accept });
    expect(response.status).toBe(status);
    const refusal = {
      errors: [{ message: expect.stringContaining('Batches'), extensions: { code: 'INVALID_INPUT' } }],
    };
    expect(await response.json()).toMatchObject([refusal, refusal]);
    expect(fixture.changes()).toBe(changes);
  });
});

describe('authentication', () => {
  test.each([
    ['nothing', {}],
    ['another scheme', { authorization: 'Basic abc' }],
    ['an unknown token', { authorization: `Bearer errand_${'a'.repeat(43)}` }],
    ['a JWT where none is configured', { authorization: 'Bearer a.b.c' }],
  ])('%s is answered with 401, also for introspection', async (_name, headers) => {
    const query = '{ __schema { queryType { name } } }';
    const response = await server.post({ query }, { authorization: '', ...headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect((await answerOf(response)).errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      requestId: response.headers.get('x-request-id'),
    });
  });

  test('a token is its user in its tenant', async () => {
    const person = await server.addPerson('ADMIN');
    const response = await server.post({ query: '{ viewer }' }, { authorization: `bearer  ${person.token} ` });
    expect((await answerOf(response)).data).toEqual({
      viewer: [person.userId, server.tenantId, 'ADMIN', 'Europe/Berlin'],
    });
  });

  test.each([
    ['revoked', 'UPDATE access_token SET "revokedAt" = now() WHERE id = $1'],
    ['expired', `UPDATE access_token SET "expiresAt" = now() - interval '1 s' WHERE id = $1`],
    [
      'of a removed member',
      'UPDATE membership m SET "removedAt" = now() FROM access_token t WHERE t.id = $1 AND m."userId" = t."userId"',
    ],
  ])('a token that is %s is not accepted', async (_name, sql) => {
    const person = await server.addPerson('MEMBER');
    const ask = () => server.post({ query: '{ hello }' }, { authorization: `Bearer ${person.token}` });
    expect((await ask()).status).toBe(200);
    await server.app.db.query(sql, [person.tokenId]);
    // Nothing tells of a row that was changed by hand, so the viewer is remembered for its second.
    await until(async () => (await ask()).status === 401);
  });
});

describe('parameters of a request', () => {
  test.each([
    [{ variables: '' }, 'variables must be an object.'],
    [{ variables: [] }, 'variables must be an object.'],
    [{ variables: 7 }, 'variables must be an object.'],
    [{ extensions: 'x' }, 'extensions must be an object.'],
    [{ operationName: 7 }, 'operationName must be a string.'],
    [{ variable: {} }, 'There is no parameter "variable".'],
  ])('%o is refused in our words', async (parameters, message) => {
    const response = await server.post({ query: '{ hello }', ...parameters });
    expect([response.status, (await answerOf(response)).errors]).toEqual([
      400,
      [{ message, extensions: { code: 'INVALID_INPUT', requestId: expect.any(String) } }],
    ]);
  });

  test('those that are null count as absent', async () => {
    const response = await server.post({ query: '{ hello }', variables: null, operationName: null, extensions: null });
    expect(await answerOf(response)).toEqual({ data: { hello: 'Hello, you' } });
  });
});

describe('errors', () => {
  const codesOf = async (query: string, variables?: object, accept = 'application/json') => {
    const response = await server.post({ query, variables }, { accept });
    const { data, errors } = await answerOf(response);
    return { status: response.status, data, error: errors?.[0], requestId: response.headers.get('x-request-id') };
  };

  test.each(['NOT_FOUND', 'CONFLICT', 'FORBIDDEN', 'PRECONDITION_FAILED'])(
    '%s of a resolver is shown as it is',
    async (code) => {
      const { status, data, error, requestId } = await codesOf('query ($code: String!) { fails(code: $code) hello }', {
        code,
      });
      expect([status, data]).toEqual([200, { fails: null, hello: 'Hello, you' }]);
      expect(error).toMatchObject({
        message: `It failed with ${code}.`,
        path: ['fails'],
        locations: [{ line: 1, column: 26 }],
      });
      expect(error?.extensions).toEqual({ code, requestId, fields: [{ path: ['code'], message: 'bad' }] });
    },
  );

  test('an unknown failure is masked, and logged once with its cause', async () => {
    const { error, requestId } = await codesOf('{ breaks }');
    expect(error).toMatchObject({
      message: `An internal error occurred. Report it with the request id ${requestId}.`,
      extensions: { code: 'INTERNAL', requestId },
    });
    const lines = server.logged.filter((line) => line.includes(String(requestId)) && line.includes('secret detail'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({
      requestId,
      err: { message: 'secret detail', stack: expect.any(String) },
    });
  });

  test('a server that is too busy warns of it in one line for a request, without a stack', async () => {
    const { requestId } = await codesOf('{ a: fails(code: "UNAVAILABLE") b: fails(code: "UNAVAILABLE") hello }');
    const lines = server.logged.filter((line) => line.includes(String(requestId)) && !line.includes('"msg":"request"'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 40, msg: 'request refused', reason: 'It failed with UNAVAILABLE.', count: 2 },
    ]);
    expect(lines.join('')).not.toContain('stack');
  });

  test('a null where none may be is the server’s fault, not the caller’s', async () => {
    expect((await codesOf('{ nothing }')).error?.extensions.code).toBe('INTERNAL');
  });

  test('a lost database is UNAVAILABLE', async () => {
    expect((await codesOf('{ losesDatabase }')).error?.extensions.code).toBe('UNAVAILABLE');
  });

  test.each([
    ['{ hello', 'Syntax Error'],
    ['{ nope }', 'Cannot query field "nope"'],
    ['{ hello(name: 5) }', 'String cannot represent'],
    ['query A { hello } query B { hello }', 'operation'],
  ])('a fault of the document is INVALID_INPUT: %s', async (query, words) => {
    const { status, error } = await codesOf(query);
    expect(error?.extensions.code).toBe('INVALID_INPUT');
    expect(error?.message).toContain(words);
    expect([200, 400]).toContain(status);
  });

  test('a document that GraphQL refuses is 400 for clients of application/graphql-response+json and 200 for those of plain JSON', async () => {
    expect((await codesOf('{ nope }', {}, 'application/graphql-response+json')).status).toBe(400);
    expect((await codesOf('{ nope }', {}, 'application/json')).status).toBe(200);
    expect(
      (await codesOf('query ($w: Wish!) { wish(wish: $w) }', {}, 'application/graphql-response+json')).status,
    ).toBe(400);
  });

  test('every fault of the variables is named with its path', async () => {
    const { error } = await codesOf('query ($w: Wish!) { wish(wish: $w) }', { w: { count: 'x', more: 1 } });
    expect(error?.extensions.code).toBe('INVALID_INPUT');
    expect(error?.extensions.fields).toEqual([
      { path: ['wish', 'title'], message: 'Field "title" of required type "String!" was not provided.' },
      { path: ['wish', 'count'], message: 'Int cannot represent non-integer value: "x"' },
      { path: ['wish', 'more'], message: 'Field "more" is not defined by type "Wish".' },
    ]);
    expect(error?.message).toContain('wish.count: Int cannot represent');
  });
});

describe('limits', () => {
  const refusalOf = async (query: string, variables?: object) =>
    (await answerOf(await server.post({ query, variables }))).errors?.[0];

  test.each([
    [`{ ${'item { '.repeat(8)} name ${'}'.repeat(8)} }`, '9 levels of nested fields. At most 8'],
    [`{ ${['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}: hello`).join(' ')} }`, '6 aliases. At most 5'],
    [
      `{ ...A } fragment A on Query { a: hello ...B } fragment B on Query { b: hello c: hello d: hello e: hello f: hello }`,
      '6 aliases',
    ],
    [`{ hello ${'hello '.repeat(1000)} }`, 'more than 1000 tokens'],
    [`query Cheap { hello } query Dear { ${'item { '.repeat(8)} name ${'}'.repeat(8)} }`, '9 levels'],
  ])('what is too large is refused with the limit: %.40s', async (query, words) => {
    const body = { query, operationName: query.includes('Dear') ? 'Dear' : undefined };
    const error = (await answerOf(await server.post(body))).errors?.[0];
    expect(error?.extensions.code).toBe('QUERY_TOO_EXPENSIVE');
    expect(error?.message).toContain(words);
  });

  test('the introspection of GraphiQL passes', async () => {
    const { data, errors } = await answerOf(await server.post({ query: getIntrospectionQuery() }));
    expect(errors).toBeUndefined();
    expect(data).toHaveProperty('__schema');
  });

  test('introspection cannot be nested to any size', async () => {
    const error = await refusalOf('{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }');
    expect(error?.extensions.code).toBe('INVALID_INPUT');
  });
});

describe('hosts and origins', () => {
  /** fetch sets Host itself, so this speaks HTTP by hand. */
  const rawRequest = (lines: string[]) =>
    new Promise<string>((resolve, reject) => {
      const { port } = new URL(server.url);
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`),
      );
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });

  test('another host name is answered with 421, except by the probes', async () => {
    const statusOf = async (path: string, host: string) =>
      (await rawRequest([`GET ${path} HTTP/1.1`, `host: ${host}`])).split('\r\n')[0];
    expect(await statusOf('/graphql?query={hello}', 'evil.example')).toContain('421');
    expect(await statusOf('/metrics', 'evil.example')).toContain('421');
    expect(await statusOf('/healthz', '10.0.0.7:80')).toContain('200');
    expect(await statusOf('/metrics', '127.0.0.1:80')).toContain('200');
    const [, body = ''] = (await rawRequest(['GET /graphql HTTP/1.1', 'host: evil.example'])).split('\r\n\r\n');
    expect(body).toMatch(/"errors":\[\{"message":"[^}]*evil\.example[^}]*"extensions":\{"code":"INVALID_INPUT"/);
  });

  test('only origins of the list may read answers', async () => {
    const allowed = await server.post({ query: '{ hello }' }, { origin: 'https://board.example' });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://board.example');
    expect(allowed.headers.get('access-control-expose-headers')).toContain('retry-after');
    const refused = await server.post({ query: '{ hello }' }, { origin: 'https://evil.example' });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await fetch(`${server.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });
});

const metricsToken = 'm'.repeat(32);
const external = {
  DATABASE_URL: 'postgres://u:p@db.example/errand',
  ERRAND_MASTER_KEY: Buffer.alloc(32).toString('base64'),
};

describe('operating', () => {
  test('the probes tell that it lives and is ready', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', database: 'ok', schema: 'ok' }]);
  });

  test('the metrics count operations by type and code', async () => {
    await server.post({ query: 'mutation Named { change(n: 1) }' });
    await expect
      .poll(async () => (await fetch(`${server.url}/metrics`)).text())
      .toMatch(/errand_requests_total\{type="mutation",code="OK"\} [1-9]/);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/errand_request_duration_seconds_count\{type="query"\}/);
    expect(text).toContain('process_cpu_seconds_total');
  });

  test.each([
    ['closed by default with a given database', {}, undefined, 403],
    ['open to who has the token', { ERRAND_METRICS_TOKEN: metricsToken }, `Bearer ${metricsToken}`, 200],
    ['closed without the token', { ERRAND_METRICS_TOKEN: metricsToken }, undefined, 401],
    ['closed to another token', { ERRAND_METRICS_TOKEN: metricsToken }, `Bearer ${metricsToken}x`, 401],
    ['closed to a token of a user', { ERRAND_METRICS_TOKEN: metricsToken }, 'OWN', 401],
  ])('the metrics are %s', async (_, env, authorization, status) => {
    const { metrics } = loadConfig({ ...external, ...env }).http;
    await using guarded = await startTestServer({ http: { metrics } });
    const headers = authorization && {
      authorization: authorization === 'OWN' ? `Bearer ${guarded.token}` : authorization,
    };
    const answer = await fetch(`${guarded.url}/metrics`, { headers: headers || {} });
    expect(answer.status).toBe(status);
    const text = await answer.text();
    expect(text.includes('process_cpu_seconds_total')).toBe(status === 200);
    if (status !== 200) expect(text).toContain('ERRAND_METRICS_TOKEN');
  });

  test('each request is one log line, and no line has a token', async () => {
    const response = await server.post({ query: 'query Greeting { hello }' });
    const id = response.headers.get('x-request-id');
    const lines = () => server.logged.map((line) => JSON.parse(line)).filter((line) => line.requestId === id);
    await expect.poll(lines).toHaveLength(1);
    expect(lines()[0]).toMatchObject({ type: 'query', operation: 'Greeting', code: 'OK', ms: expect.any(Number) });
    expect(server.logged.join('')).not.toContain(server.token.slice(7));
  });

  test.each([
    ['GET', '/constructor', 404, 'NOT_FOUND'],
    ['GET', `/calendar/${'x'.repeat(43)}.ics`, 404, 'NOT_FOUND'],
    ['POST', `/calendar/${'x'.repeat(43)}.ics`, 405, 'INVALID_INPUT'],
    ['GET', '/transfers/nothing', 401, 'UNAUTHENTICATED'],
  ])('%s %s fails in the form of all errors', async (method, path, status, code) => {
    const response = await fetch(server.url + path, { method });
    const requestId = response.headers.get('x-request-id');
    expect([response.status, await response.json()]).toEqual([
      status,
      { errors: [{ message: expect.any(String), extensions: { code, requestId } }] },
    ]);
  });
});
