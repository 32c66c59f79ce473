import { parse, validate } from 'graphql';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Limits } from '../../../src/config/config.ts';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { createPool } from '../../../src/infra/postgres/client.ts';
import { pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { schema } from '../../../src/schema/index.ts';
import { admitOperation } from '../../../src/server/graphql/limits.ts';
import { startServer } from '../../../src/server/server.ts';
import { hasRedis, startRedis } from '../../support/database.ts';
import { factsOf } from '../../support/prepared.ts';
import { startTestServer, type TestServer } from './fixture.ts';
import { createServerSchema } from './schema.ts';

describe('the cost of an operation', () => {
  const limits: Limits = {
    requestsPerMinute: 1,
    pointsPerMinute: 1,
    tenantPointsPerMinute: 1,
    bodyBytes: 1,
    bodyValues: 1,
    importBytes: 1,
    importRows: 1,
    queryBytes: 1,
    queryTokens: 1,
    queryDepth: 20,
    queryAliases: 20,
    queryCost: 300,
    readMs: 5_000,
    tokensPerUser: 1,
    queuedExecutions: 1,
    connections: 1,
    connectionsPerAddress: 1,
    streamsPerMember: 1,
    streamsPerTenant: 1,
    subscriptionCostPerMember: 1,
    subscriptionCostPerTenant: 1,
    subscriptionsPerSocket: 1,
  };
  const fault = (source: string, variableValues = {}, operationName: string | null = null) => {
    const document = parse(source);
    expect(validate(schema, document)).toEqual([]);
    try {
      admitOperation(schema, factsOf(document, operationName), { given: variableValues, limits });
      return null;
    } catch (error) {
      return error;
    }
  };
  const page = 'query ($n: Int) { tasks(first: $n) { nodes { id title creator { id name } } } }';

  test('of a bulk operation is for as many tasks as may be answered', () => {
    const bulk = `mutation ($target: TaskTarget!, $count: Int) {
      deleteTasks(target: $target, expectedCount: $count) { results { taskId task { title } } }
    }`;
    expect(fault(bulk, { target: { ids: ['a', 'b'] } })).toBeNull();
    expect(fault(bulk, { target: { filter: {} } })).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' });
    expect(fault(bulk, { target: { filter: {} }, count: 10 })).toBeNull();
  });

  test('depends on the variables, each time anew', () => {
    expect(fault(page, { n: 5 })).toBeNull();
    expect(fault(page, { n: 200 })).toMatchObject({
      code: 'QUERY_TOO_EXPENSIVE',
      message: expect.stringContaining('At most 300'),
    });
    expect(fault(page, { n: 5 })).toBeNull();
  });

  test('of variables nested deeper than any input is not even looked at', () => {
    const list = 'query ($filter: TaskFilter) { tasks(first: 1, filter: $filter) { nodes { id } } }';
    const nested = (levels: number) => JSON.parse(`${'{"not":'.repeat(levels)}{}${'}'.repeat(levels)}`);
    expect(fault(list, { filter: nested(5) })).toBeNull();
    for (const levels of [200, 100_000]) {
      expect(fault(list, { filter: nested(levels) })).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' });
    }
  });

  test('is that of the operation that runs, not of the first in the document', () => {
    const two = `query Cheap { eventCursor } ${page.replace('query', 'query Dear')}`;
    expect(fault(two, { n: 200 }, 'Cheap')).toBeNull();
    expect(fault(two, { n: 200 }, 'Dear')).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' });
  });

  test('counts what fragments bring, each time they are spread', () => {
    const many = `{ a: tasks(first: 9) { ...P } b: tasks(first: 9) { ...P } c: tasks(first: 9) { ...P } }
      fragment P on QueryTasksConnection { nodes { id title creator { id name } assignee { id name email } tags version } }`;
    const type = schema.getQueryType()?.getFields().tasks?.type.toString().replace('!', '') ?? '';
    expect(fault(many.replace('QueryTasksConnection', type))).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' });
  });
});

describe('a document over the limit', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const query = `${'#é'.repeat(11_000)}\n{ hello }`;
  const refused = {
    message: expect.stringMatching(/larger than 32000 bytes/),
    extensions: { code: 'QUERY_TOO_EXPENSIVE' },
  };

  test('is refused over HTTP', async () => {
    const response = await server.post({ query }, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [refused] });
  });

  test('is refused over SSE', async () => {
    const text = await (await server.post({ query }, { accept: 'text/event-stream' })).text();
    const [, data = ''] = /^data: (.+)$/m.exec(text) ?? [];
    expect(JSON.parse(data)).toMatchObject({ errors: [refused] });
  });

  test('is refused on a WebSocket', async () => {
    const client = server.connect();
    await expect(client.iterate({ query }).next()).rejects.toMatchObject([refused]);
    await client.dispose();
  });
});

describe('readiness', () => {
  let server: TestServer | undefined;
  afterEach(() => server?.[Symbol.asyncDispose]());

  test('says which part is down', async () => {
    server = await startTestServer();
    await server.app.db.query(
      `UPDATE _prisma_migrations SET migration_name = 'another' WHERE migration_name LIKE '%_init'`,
    );
    const behind = await fetch(`${server.url}/readyz`);
    expect([behind.status, await behind.json()]).toEqual([
      503,
      { status: 'unavailable', database: 'ok', schema: '1 migrations to apply' },
    ]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('tells of background work where the process does any', async () => {
    server = await startTestServer();
    const workers = { isHealthy: true };
    const parts = { schema: createServerSchema().schema, watchAccess, pendingMigrations, workers };
    const working = await startServer(server.app, parts);
    const ask = async () => {
      const ready = await fetch(`${working.url}/readyz`);
      return [ready.status, ((await ready.json()) as { jobs: string }).jobs];
    };
    expect(await ask()).toEqual([200, 'ok']);
    workers.isHealthy = false;
    expect(await ask()).toEqual([503, 'down']);
    await working[Symbol.asyncDispose]();
  });

  test('a database that cannot be reached makes requests UNAVAILABLE, and the process lives', async () => {
    server = await startTestServer();
    const url = 'postgres://nobody@127.0.0.1:1/none';
    const db = createPool({ url, directUrl: url, poolSize: 2 }, { name: 'lost' });
    const lost = await startServer(
      { ...server.app, db },
      { schema: createServerSchema().schema, watchAccess, pendingMigrations },
    );
    const ready = await fetch(`${lost.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'unavailable', database: 'down', schema: 'unknown' },
    ]);
    const asked = await fetch(`${lost.url}/graphql?query={hello}`, { headers: { authorization: 'Bearer errand_x' } });
    expect(asked.status).toBe(503);
    expect(await asked.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    expect((await fetch(`${lost.url}/healthz`)).status).toBe(200);
    await lost[Symbol.asyncDispose]();
    await db.end();
  });
});

describe.skipIf(!hasRedis)('with Redis', () => {
  test('rates are limited for all processes together, and for each alone while Redis is down', async () => {
    const redis = await startRedis();
    await using server = await startTestServer({ limits: { requestsPerMinute: 3 }, config: { redis } });
    const second = await startServer(server.app, {
      schema: createServerSchema().schema,
      watchAccess,
      pendingMigrations,
    });
    const ask = async (url: string) => {
      const headers = { authorization: `Bearer ${server.token}` };
      return (await fetch(`${url}/graphql?query={hello}`, { headers })).status;
    };
    // Until its connection stands, a process limits alone.
    await expect.poll(() => connections(redis.url)).toBeGreaterThanOrEqual(4);
    expect([await ask(server.url), await ask(second.url), await ask(server.url)]).toEqual([200, 200, 200]);
    expect([await ask(server.url), await ask(second.url)]).toEqual([429, 429]);
    await redis[Symbol.asyncDispose]();
    await expect.poll(() => ask(second.url)).toBe(200);
    await second[Symbol.asyncDispose]();
  });

  test('no request waits for a Redis that stands still', async () => {
    const redis = await startRedis();
    await using server = await startTestServer({ limits: { requestsPerMinute: 40 }, config: { redis } });
    expect((await server.post({ query: '{ hello }' })).status).toBe(200);
    process.kill(redis.pid, 'SIGSTOP');
    const statuses: number[] = [];
    // It stands still until all of them are answered.
    for (let n = 0; n < 60; n += 1) statuses.push((await server.post({ query: '{ hello }' })).status);
    process.kill(redis.pid, 'SIGCONT');
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(server.logged.filter((line) => line.includes('Redis does not count requests'))).toHaveLength(1);
    await redis[Symbol.asyncDispose]();
  });
});

test('a port in use is a clear fault', async () => {
  await using server = await startTestServer();
  const port = Number(new URL(server.url).port);
  const config = { ...server.app.config, http: { ...server.app.config.http, port } };
  const parts = { schema: createServerSchema().schema, watchAccess, pendingMigrations };
  await expect(startServer({ ...server.app, config }, parts)).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use.`);
});

async function connections(url: string): Promise<number> {
  const redis = new Redis(url);
  const list = String(await redis.client('LIST'));
  redis.disconnect();
  return list.trim().split('\n').length - 1;
}
