import { buildASTSchema, type GraphQLFieldConfig, type GraphQLObjectType, type GraphQLSchema, parse } from 'graphql';
import type { RequestContext } from '../../../src/resolvers/context.ts';
import { decodeStreamCursor, type StreamCursor } from '../../../src/shared/cursor.ts';
import { AppError, type ErrorCode } from '../../../src/shared/errors.ts';
import { newId } from '../../../src/shared/ids.ts';

/** A schema in which everything can happen that the server has to deal with, and nothing else. */
export type ServerSchema = {
  schema: GraphQLSchema;
  /** Gives every open `news` subscription an event. */
  publish(text: string): void;
  /** `news` subscriptions that were not left yet. */
  open(): number;
  /** How many times `change` has run. */
  changes(): number;
  /** Whether a `waits` query runs. */
  isWaited(): boolean;
};

const sdl = /* GraphQL */ `
  input Wish { title: String!, count: Int }
  type Item { name: String! item: Item }
  type Query {
    hello(name: String = "you"): String!
    viewer: [String!]!
    item: Item!
    wish(wish: Wish!): String
    fails(code: String!): String
    breaks: String
    losesDatabase: String
    nothing: String!
    waits: String
    "A text of so many characters."
    text(length: Int!): String!
  }
  type Mutation { change(n: Int!): Int! }
  type News { n: Int! text: String! }
  type Subscription {
    "Events that were published, each with the next number; after: the ones behind it again."
    news(after: String): News!
    "Numbers up to a bound, as fast as they are taken."
    numbers(to: Int!, padding: Int = 0): News!
    refused: News!
    breaksOff: News!
    "Its resolver has nothing to subscribe to, so executing it throws."
    noStream: News!
  }
`;

type Event = { n: number; text: string; cursor?: StreamCursor };
type Resolver = NonNullable<GraphQLFieldConfig<unknown, RequestContext>['resolve']>;

export function createServerSchema(): ServerSchema {
  const schema = buildASTSchema(parse(sdl));
  const epoch = newId();
  const cursorAt = (n: number): StreamCursor => ({ epoch, seq: BigInt(n) });
  const log: Event[] = [];
  const waiting = new Set<() => void>();
  let open = 0;
  let isWaited = false;
  let changes = 0;

  const resolve = (type: 'Query' | 'Mutation', resolvers: Record<string, Resolver>) => {
    const fields = (schema.getType(type) as GraphQLObjectType).getFields();
    for (const [name, resolver] of Object.entries(resolvers)) Object.assign(fields[name] ?? {}, { resolve: resolver });
  };
  resolve('Query', {
    hello: (_, { name }) => `Hello, ${name}`,
    viewer: (_, __, { viewer }) => [viewer.userId, viewer.tenantId, viewer.role, viewer.timeZone],
    item: () => ({ name: 'a', item: { name: 'b' } }),
    wish: (_, { wish }) => JSON.stringify(wish),
    fails: (_, { code }) => {
      throw new AppError(code as ErrorCode, `It failed with ${code}.`, {
        fields: [{ path: ['code'], message: 'bad' }],
      });
    },
    breaks: async () => {
      throw new Error('secret detail');
    },
    losesDatabase: async (_, __, { app }) => {
      await app.db.query('SELECT pg_terminate_backend(pg_backend_pid())');
    },
    nothing: () => null,
    text: (_, { length }) => 'x'.repeat(length),
    waits: () => {
      isWaited = true;
      return new Promise((done) => waiting.add(() => done('waited')));
    },
  });
  resolve('Mutation', {
    change: (_, { n }) => {
      changes += 1;
      return n + 1;
    },
  });

  const subscribeTo = (name: string, subscribe: Resolver) => {
    const field = (schema.getType('Subscription') as GraphQLObjectType).getFields()[name];
    Object.assign(field ?? {}, { subscribe, resolve: (event: Event) => event });
  };

  /** Behaves like the event log: pull-wise, and left at once however long it waits. */
  function news(after: string | null): AsyncIterableIterator<Event> {
    let at = after === null ? log.length : Number(decodeStreamCursor(after).seq);
    let isLeft = false;
    let wake = () => {};
    open += 1;
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        while (!isLeft && at >= log.length) {
          await new Promise<void>((done) => {
            wake = done;
            waiting.add(done);
          });
          waiting.delete(wake);
        }
        const value = log[at];
        if (isLeft || !value) return { done: true, value: undefined };
        at += 1;
        return { done: false, value };
      },
      async return() {
        if (!isLeft) open -= 1;
        isLeft = true;
        wake();
        return { done: true, value: undefined };
      },
    };
  }

  subscribeTo('news', (_, { after }, context) => news(context.stream.lastEventId ?? after ?? null));
  subscribeTo('numbers', async function* (_, { to, padding }) {
    for (let n = 1; n <= to; n += 1) {
      yield { n, text: 'x'.repeat(padding), cursor: cursorAt(n) };
    }
  });
  subscribeTo('refused', () => {
    throw new AppError('FORBIDDEN', 'Not for you.');
  });
  subscribeTo('noStream', () => null);
  subscribeTo('breaksOff', async function* () {
    yield { n: 1, text: 'one' };
    throw new AppError('NOT_FOUND', 'It is gone.');
  });

  return {
    schema,
    open: () => open,
    changes: () => changes,
    isWaited: () => isWaited,
    publish(text) {
      const n = log.length + 1;
      log.push({ n, text, cursor: cursorAt(n) });
      for (const wake of [...waiting]) wake();
    },
  };
}
