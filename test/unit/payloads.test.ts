import { buildSchema, type ExecutionArgs, execute, type GraphQLObjectType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Permission } from '../../src/auth/permissions.ts';
import { isAllowed } from '../../src/auth/permissions.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import type { LoggedEvent } from '../../src/events/contract.ts';
import { SharedJudge } from '../../src/events/shared-judge.ts';
import type { RequestContext } from '../../src/resolvers/context.ts';
import { Payloads } from '../../src/server/graphql/payloads.ts';
import { AppError } from '../../src/shared/errors.ts';

const schema = buildSchema(`
  type News { title: String! zone: String! name: String! mayWrite: Boolean! later: String! fails: String page(first: Int): String! }
  type Query { news: News! }
  type Subscription { news(after: String, tag: String): News! }
`);
const fields = (schema.getType('News') as GraphQLObjectType).getFields();
type Resolve = (news: { title: string }, args: { first?: number }, context: RequestContext) => unknown;
const resolvers: Record<string, Resolve> = {
  zone: (_, __, { viewer }) => viewer.timeZone,
  name: (_, __, { viewer }) => viewer.userId,
  mayWrite: (_, __, { viewer }) => isAllowed(viewer, 'task:write'),
  later: async (_, __, { viewer }) => {
    await Promise.resolve();
    return `${viewer.userId} later`;
  },
  fails: () => {
    throw new AppError('CONFLICT', 'It failed.');
  },
  page: (_, { first }) => `page of ${first}`,
};
for (const [name, resolve] of Object.entries(resolvers)) Object.assign(fields[name] ?? {}, { resolve });
Object.assign(schema.getSubscriptionType()?.getFields().news ?? {}, { resolve: (news: unknown) => news });

const someone: Viewer = {
  tenantId: 't',
  userId: 'a',
  role: 'MEMBER',
  scopes: null,
  timeZone: 'UTC',
  tokenId: null,
  invitationId: null,
  expiresAt: null,
};

function setup() {
  let executions = 0;
  const payloads = new Payloads((args) => {
    executions += 1;
    return execute(args);
  });
  const documents = new Map<string, ReturnType<typeof parse>>();
  /** One more subscription, of somebody else each time. */
  const subscribe = (query: string, viewer: Partial<Viewer> = {}, variableValues: Record<string, unknown> = {}) => {
    const document = documents.get(query) ?? parse(query);
    documents.set(query, document);
    const context = {
      app: {},
      viewer: { ...someone, tokenId: crypto.randomUUID(), ...viewer },
      requestId: crypto.randomUUID(),
      stream: {},
    } as unknown as RequestContext;
    const payloadOf = payloads.of({ schema, document, variableValues } as ExecutionArgs, context);
    return async (item: object) => JSON.parse((await payloadOf(item)).text);
  };
  return { subscribe, executions: () => executions };
}

const judge = new SharedJudge<null, object>(() => ({ kind: 'NEWS', title: 'one' }));
/** An item that several subscribers may get. */
const sharedItem = () => judge.itemOf({} as LoggedEvent, null) as object;
const news = sharedItem();
const all = <T>(makers: ((item: object) => Promise<T>)[], item: object = news) =>
  Promise.all(makers.map((make) => make(item)));

describe('payloads', () => {
  test('are made once for all subscribers if nothing in them depends on the subscriber', async () => {
    const { subscribe, executions } = setup();
    const query = 'subscription { news { title } }';
    const makers = ['a', 'b', 'c'].map((userId) => subscribe(query, { userId, timeZone: userId }));
    expect(await all(makers)).toEqual(Array(3).fill({ data: { news: { title: 'one' } } }));
    expect(executions()).toBe(1);
  });

  test('are made once for each answer to what their fields read of the subscriber', async () => {
    const { subscribe, executions } = setup();
    const query = 'subscription { news { zone mayWrite } }';
    const scoped = (...scopes: Permission[]) => ({ scopes: new Set(scopes) });
    const viewers: Partial<Viewer>[] = [
      { userId: 'a' },
      { userId: 'b' },
      { userId: 'c', timeZone: 'Asia/Tokyo' },
      { userId: 'd', role: 'VIEWER' },
      { userId: 'e', ...scoped('task:read') },
      { userId: 'f', ...scoped('task:read') },
      { userId: 'g', ...scoped('task:write', 'task:read') },
      { userId: 'h', ...scoped('task:read', 'task:write') },
    ];
    const results = await all(viewers.map((viewer) => subscribe(query, viewer)));
    expect(results.map(({ data }) => [data.news.zone, data.news.mayWrite])).toEqual([
      ['UTC', true],
      ['UTC', true],
      ['Asia/Tokyo', true],
      ['UTC', false],
      ['UTC', false],
      ['UTC', false],
      ['UTC', true],
      ['UTC', true],
    ]);
    expect(executions()).toBe(5);
  });

  test('that depend on the user are made for each user, also when they take time', async () => {
    const { subscribe, executions } = setup();
    const query = 'subscription { news { name later } }';
    const users = ['a', 'b', 'a', 'c', 'a'];
    const results = await all(users.map((userId) => subscribe(query, { userId })));
    expect(results.map(({ data }) => data.news)).toEqual(users.map((name) => ({ name, later: `${name} later` })));
    expect(executions()).toBe(3);
  });

  test('are made again for other variables that they depend on, and not for where their subscriptions start', async () => {
    const { subscribe, executions } = setup();
    const query = 'subscription ($after: String, $first: Int) { news(after: $after) { page(first: $first) } }';
    const variables = [{ after: 'x', first: 1 }, { after: 'y', first: 1 }, { first: 2 }, {}];
    const results = await all(variables.map((each) => subscribe(query, {}, each)));
    expect(results.map(({ data }) => data.news.page)).toEqual([
      'page of 1',
      'page of 1',
      'page of 2',
      'page of undefined',
    ]);
    expect(executions()).toBe(3);
  });

  test('with errors are made for each subscription, because errors have the id of its request', async () => {
    const { subscribe, executions } = setup();
    const query = 'subscription { news { title fails } }';
    const results = await all([subscribe(query), subscribe(query)]);
    const ids = results.map(({ errors }) => errors[0].extensions.requestId);
    expect(new Set(ids).size).toBe(2);
    expect(executions()).toBe(2);
  });

  test('are of one item: equal items of other judgements are executed for themselves', async () => {
    const { subscribe, executions } = setup();
    const make = subscribe('subscription { news { title } }');
    await make(sharedItem());
    await make(sharedItem());
    expect(executions()).toBe(2);
  });

  test('of an item that one subscriber has for itself are made for it alone', async () => {
    const { subscribe, executions } = setup();
    const query = 'subscription { news { name } }';
    const own = { kind: 'NEWS', title: 'own' };
    const results = await all([subscribe(query), subscribe(query)], own);
    expect(results).toEqual(Array(2).fill({ data: { news: { name: 'a' } } }));
    expect(executions()).toBe(2);
  });
});
