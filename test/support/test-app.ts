import { randomBytes } from 'node:crypto';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { createSourceEventStream, type DocumentNode, type ExecutionResult, execute, parse } from 'graphql';
import { type App, createApp } from '../../src/app.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import type { RunConfig } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Role } from '../../src/generated/prisma/enums.ts';
import type { RequestContext } from '../../src/resolvers/context.ts';
import { createLoaders } from '../../src/resolvers/loaders.ts';
import { schema } from '../../src/schema/index.ts';
import { type MakePayload, Payloads } from '../../src/server/graphql/payloads.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { AppError } from '../../src/shared/errors.ts';
import { newId } from '../../src/shared/ids.ts';
import { createTestDatabase } from './database.ts';

/** An App on a database of its own, with GraphQL in process: everything but the transport. */
export type TestApp = AsyncDisposable & { app: App; clock: TestClock; tenant(): Promise<Tenant> };

/** A tenant with people in it. `alice` owns it. */
export type Tenant = {
  id: string;
  alice: Person;
  person(name: string, role?: Role): Promise<Person>;
};

/** Somebody who uses the API. */
export type Person = {
  viewer: Viewer;
  /** The data; errors fail the test. */
  run<R, V>(document: TypedDocumentNode<R, V> | string, variables?: V): Promise<Answered<R>>;
  /** Data and errors as they are. */
  answer<R, V>(document: TypedDocumentNode<R, V> | string, variables?: V): Promise<ExecutionResult>;
  /** The first error, for calls that must be refused. */
  refused<R, V>(document: TypedDocumentNode<R, V> | string, variables?: V): Promise<AppError>;
  subscribe<R, V>(document: TypedDocumentNode<R, V> | string, variables?: V): Promise<AsyncIterableIterator<R>>;
};

/** Data without errors: a field of a query that can be refused was answered. */
export type Answered<R> = { [Name in keyof R]: NonNullable<R[Name]> };

export type TestClock = Clock & { set(instant: string): void; advance(ms: number): void };

export async function createTestApp(overrides: Partial<RunConfig> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const clock = createTestClock();
  const app = createApp({ ...testConfig(database.url), ...overrides }, { clock });
  return {
    app,
    clock,
    tenant: () => seedTenant(app),
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** The config of a server on this database, with quiet logs; requests of users may reach loopback. */
export function testConfig(url: string): RunConfig {
  const config = loadConfig({
    DATABASE_URL: url,
    ERRAND_MASTER_KEY: randomBytes(32).toString('base64'),
    ERRAND_HTTP_ALLOW: '127.0.0.1',
    LOG_LEVEL: 'silent',
    HOST: '127.0.0.1',
    PORT: '0',
  });
  return config as RunConfig;
}

/** Runs with real time until it is set. */
function createTestClock(): TestClock {
  let fixed: number | null = null;
  return {
    now: () => new Date(fixed ?? Date.now()),
    set: (instant) => {
      fixed = Date.parse(instant);
    },
    advance: (ms) => {
      fixed = (fixed ?? Date.now()) + ms;
    },
  };
}

async function seedTenant(app: App): Promise<Tenant> {
  const id = newId();
  const now = new Date();
  await app.db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, $3)', [id, 'Acme', now]);
  const person = async (name: string, role: Role = 'MEMBER'): Promise<Person> => {
    const userId = newId();
    const email = `${name}-${userId}@example.test`;
    await app.db.query(
      'INSERT INTO "user" (id, email, name, "timeZone", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5, $5)',
      [userId, email, name, 'UTC', now],
    );
    await app.db.query('INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, $3, $4)', [
      id,
      userId,
      role,
      now,
    ]);
    return createPerson(app, {
      tenantId: id,
      userId,
      role,
      timeZone: 'UTC',
      scopes: null,
      tokenId: null,
      invitationId: null,
      expiresAt: null,
    });
  };
  return { id, alice: await person('alice', 'OWNER'), person };
}

/** The payloads of all subscriptions in this process, as a server shares them. */
const sharedPayloads = new Payloads(execute);

/** Somebody with this credential. */
export function createPerson(app: App, viewer: Viewer, payloads = sharedPayloads): Person {
  const call = (document: DocumentNode | string, variables: unknown) => ({
    schema,
    document: typeof document === 'string' ? parse(document) : document,
    variableValues: variables as Record<string, unknown>,
    contextValue: createContext(app, viewer),
  });
  return {
    viewer,
    run: async (document, variables) => dataOf(await execute(call(document, variables))),
    answer: async (document, variables) => execute(call(document, variables)),
    refused: async (document, variables) => refusalOf(await execute(call(document, variables))),
    subscribe: async <R>(document: DocumentNode | string, variables: unknown) => {
      const args = call(document, variables);
      const source = await createSourceEventStream(args);
      if (!(Symbol.asyncIterator in source)) throw refusalOf(source);
      return mapData<R>(source as AsyncIterableIterator<unknown>, payloads.of(args, args.contextValue));
    },
  };
}

function createContext(app: App, viewer: Viewer): RequestContext {
  const access = new AbortController().signal;
  return {
    app,
    viewer,
    requestId: newId(),
    loaders: createLoaders(app),
    stream: { lastEventId: null, access },
  };
}

function dataOf<R>({ data, errors }: ExecutionResult): R {
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return data as R;
}

function refusalOf({ errors }: ExecutionResult): AppError {
  const error = errors?.[0]?.originalError;
  if (error instanceof AppError) return error;
  throw errors?.[0] ?? new Error('The call was not refused.');
}

function mapData<R>(source: AsyncIterableIterator<unknown>, payloadOf: MakePayload): AsyncIterableIterator<R> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const item = await source.next();
      if (item.done) return item;
      const { text } = await payloadOf(item.value);
      return { done: false, value: dataOf<R>(JSON.parse(text) as ExecutionResult) };
    },
    return: async () => (await source.return?.()) ?? { done: true, value: undefined },
  } as AsyncIterableIterator<R>;
}
