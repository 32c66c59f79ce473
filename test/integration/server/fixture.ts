import type { GraphQLSchema } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type App, createApp } from '../../../src/app.ts';
import { newToken } from '../../../src/auth/tokens.ts';
import type { Limits, RunConfig } from '../../../src/config/config.ts';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import type { Role } from '../../../src/generated/prisma/enums.ts';
import { createLogger } from '../../../src/infra/log/logger.ts';
import { pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { type ServerParts, startServer } from '../../../src/server/server.ts';
import { newId } from '../../../src/shared/ids.ts';
import { createTestDatabase } from '../../support/database.ts';
import { testConfig } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { createServerSchema } from './schema.ts';

/** A server on a database and a port of its own. */
export type TestServer = AsyncDisposable & {
  app: App;
  url: string;
  tenantId: string;
  /** Of a member of the tenant. */
  token: string;
  /** What the log got. */
  logged: string[];
  addPerson(role: Role, options?: { tenantId?: string; email?: string }): Promise<TestPerson>;
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  connect(options?: { token?: string; headers?: Record<string, string>; params?: Record<string, unknown> }): Client;
  stop(): PromiseLike<void>;
};
export type TestPerson = { userId: string; email: string; token: string; tokenId: string };

type Options = {
  limits?: Partial<Limits>;
  http?: Partial<RunConfig['http']>;
  config?: Partial<RunConfig>;
  schema?: GraphQLSchema;
  times?: ServerParts['times'];
};

const generous: Limits = {
  requestsPerMinute: 1_000,
  pointsPerMinute: 200_000,
  tenantPointsPerMinute: 1_000_000,
  bodyBytes: 100_000,
  bodyValues: 20_000,
  importBytes: 100_000,
  importRows: 1_000,
  queryBytes: 32_000,
  queryTokens: 1_000,
  queryDepth: 8,
  queryAliases: 5,
  readMs: 5_000,
  queryCost: 500,
  tokensPerUser: 50,
  queuedExecutions: 1_000,
  connections: 1_000,
  connectionsPerAddress: 1_000,
  streamsPerMember: 3,
  streamsPerTenant: 100,
  subscriptionCostPerMember: 10_000,
  subscriptionCostPerTenant: 100_000,
  subscriptionsPerSocket: 3,
};

export async function startTestServer({ limits, http, config, schema, times }: Options = {}): Promise<TestServer> {
  const database = await createTestDatabase();
  const logged: string[] = [];
  const usual = testConfig(database.database.url);
  const resources = createApp({
    ...usual,
    http: { ...usual.http, metrics: 'OPEN', ...http },
    database: database.database,
    limits: { ...generous, ...limits },
    ...config,
  });
  const log = createLogger({ log: { level: 'info' } }, { write: (line) => void logged.push(line) });
  const app: App = { ...resources, log };
  // Only then has the copied database the stream that is its own.
  await until(() => app.sequencer.isHolder);
  const server = await startServer(app, {
    schema: schema ?? createServerSchema().schema,
    watchAccess,
    pendingMigrations,
    times,
  });
  const tenantId = newId();
  await app.db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, now())', [tenantId, 'Acme']);
  const addPerson: TestServer['addPerson'] = (role, options) => seedPerson(app, { role, tenantId, ...options });
  const { token } = await addPerson('MEMBER');
  let stopping: PromiseLike<void> | null = null;
  const stop = () => (stopping ??= server[Symbol.asyncDispose]());
  return {
    app,
    tenantId,
    token,
    logged,
    addPerson,
    url: server.url,
    stop,
    post: (body, headers = {}) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    connect: (options = {}) =>
      createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: withHeaders(options.headers ?? {}),
        connectionParams: options.params ?? { authorization: `Bearer ${options.token ?? token}` },
        retryAttempts: 0,
        lazyCloseTimeout: 0,
      }),
    async [Symbol.asyncDispose]() {
      await stop();
      await app[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function seedPerson(
  app: App,
  { role, tenantId, email }: { role: Role; tenantId: string; email?: string },
): Promise<TestPerson> {
  const now = new Date();
  const person = { userId: newId(), email: email ?? `${newId()}@example.test`, tokenId: newId() };
  const token = newToken(app.tokenKey);
  await app.db.query(
    'INSERT INTO "user" (id, email, name, "timeZone", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5, $5)',
    [person.userId, person.email, 'Somebody', 'Europe/Berlin', now],
  );
  await app.db.query('INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, $3, $4)', [
    tenantId,
    person.userId,
    role,
    now,
  ]);
  await app.db.query(
    `INSERT INTO access_token (id, "tenantId", "userId", name, prefix, hash, scopes, "createdAt")
     VALUES ($1, $2, $3, 'test', $4, $5, '{}', $6)`,
    [person.tokenId, tenantId, person.userId, token.prefix, token.hash, now],
  );
  return { ...person, token: token.text };
}

/** The WebSocket class of a client that sends these headers with its handshake, as a browser would. */
function withHeaders(headers: Record<string, string>): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers });
    }
  } as typeof WebSocket;
}
