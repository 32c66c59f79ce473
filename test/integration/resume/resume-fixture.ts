import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Limits } from '../../../src/config/config.ts';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { schema } from '../../../src/schema/index.ts';
import { type RunningServer, type ServerParts, startServer } from '../../../src/server/server.ts';
import type { ResumingOptions } from '../../../web/resume/core.ts';
import { CreateTaskDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { type CuttingProxy, startCuttingProxy } from '../server/cutting-proxy.ts';
import type { Subscribe } from './resume-clients.ts';

export type Token = { id: string; text: string };

/** Tasks behind a server that goes away and a network that loses connections. */
export type Board = AsyncDisposable & {
  shop: TestApp;
  tenant: Tenant;
  alice: Person;
  token: Token;
  proxy: CuttingProxy;
  createToken(person: Person): Promise<Token>;
  createTasks(count: number, prefix: string): Promise<void>;
  /** Stops the server; another one can then be started on its port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  follow(subscribe: Subscribe, options?: FollowOptions): Followed;
};

type FollowOptions = ResumingOptions & {
  query?: string;
  variables?: Record<string, unknown>;
  /** What each connection is opened with; the board's token unless given. */
  authorize?: () => string;
  /** How often the client reconnects by itself. */
  retryAttempts?: number;
  onTask?: (title: string) => void;
};

/** What a follower has got so far. */
export type Followed = {
  client: Client;
  titles: string[];
  kinds: string[];
  resyncs: number;
  reconnects: number;
  /** How many connections were opened. */
  connections: number;
  /** How it ended by itself; null while it lasts. */
  ended: unknown;
  leave(): void;
};

export const taskQuery = `subscription ($after: String) {
  taskChanged(after: $after) { __typename ... on StreamPayload { cursor } ... on TaskChanged { task { title } } }
}`;

export async function createBoard(options: {
  limits?: Partial<Limits>;
  times?: ServerParts['times'];
  bytesUntilCut?: () => number;
}): Promise<Board> {
  const shop = await createTestApp();
  const tenant = await shop.tenant();
  const { alice } = tenant;
  const { config } = shop.app;
  let port = 0;
  let server: RunningServer | null = null;

  async function start(): Promise<void> {
    const http = { ...config.http, port };
    const app = { ...shop.app, config: { ...config, http, limits: { ...config.limits, ...options.limits } } };
    server = await startServer(app, { schema, watchAccess, pendingMigrations, times: options.times });
    port = Number(new URL(server.url).port);
  }
  async function stop(): Promise<void> {
    await server?.[Symbol.asyncDispose]();
    server = null;
  }

  async function createToken(person: Person): Promise<Token> {
    const made = await person.run<{ createToken: { token: string; accessToken: { id: string } } }, never>(
      'mutation { createToken(input: { name: "board" }) { token accessToken { id } } }',
    );
    return { text: made.createToken.token, id: made.createToken.accessToken.id };
  }

  await start();
  const token = await createToken(alice);
  const proxy = await startCuttingProxy(port, options.bytesUntilCut ?? (() => Number.POSITIVE_INFINITY));

  return {
    shop,
    tenant,
    alice,
    token,
    proxy,
    start,
    stop,
    createToken,
    async createTasks(count, prefix) {
      for (let n = 1; n <= count; n += 1) await alice.run(CreateTaskDocument, { input: { title: `${prefix} ${n}` } });
    },
    follow(subscribe, given = {}) {
      const { query = taskQuery, variables = {}, authorize = () => token.text, retryAttempts = 0, ...resuming } = given;
      const client = createClient({
        url: `ws://127.0.0.1:${proxy.port}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: () => ({ authorization: `Bearer ${authorize()}` }),
        retryAttempts,
        retryWait: () => Promise.resolve(),
      });
      const followed: Followed = {
        client,
        titles: [],
        kinds: [],
        resyncs: 0,
        reconnects: 0,
        connections: 0,
        ended: null,
        leave: () => {},
      };
      client.on('connecting', () => {
        followed.connections += 1;
      });
      followed.leave = subscribe(
        client,
        { query, variables },
        {
          data(data) {
            const [payload] = Object.values(data);
            followed.kinds.push(payload?.__typename ?? '');
            if (!payload?.task) return;
            followed.titles.push(payload.task.title);
            given.onTask?.(payload.task.title);
          },
          ended(reason) {
            // Apollo Client completes after an error.
            followed.ended ??= reason;
          },
        },
        {
          firstWaitMs: 10,
          maxWaitMs: 100,
          ...resuming,
          onResync: () => {
            followed.resyncs += 1;
          },
          onReconnect: () => {
            followed.reconnects += 1;
          },
        },
      );
      return followed;
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await stop();
      await shop[Symbol.asyncDispose]();
    },
  };
}

export const numbered = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index + 1}`);
