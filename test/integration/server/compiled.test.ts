import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLoaders } from '../../../src/resolvers/loaders.ts';
import { schema } from '../../../src/schema/index.ts';
import { createExecutor } from '../../../src/server/graphql/execution.ts';
import { newId } from '../../../src/shared/ids.ts';
import { CreateTaskDocument } from '../../support/operations.ts';
import { prepared } from '../../support/prepared.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let shop: TestApp;
let alice: Person;
let taskId: string;

beforeAll(async () => {
  shop = await createTestApp();
  alice = (await shop.tenant()).alice;
  for (let n = 0; n < 5; n += 1) {
    const input = {
      title: `task ${n}`,
      tags: ['a'],
      due: { atInZone: { at: '2026-11-21T10:00:00Z', timeZone: 'Europe/Berlin' } },
    };
    taskId = (await alice.run(CreateTaskDocument, { input })).createTask.task.id;
  }
});
afterAll(() => shop[Symbol.asyncDispose]());

const context = () => ({
  app: shop.app,
  viewer: alice.viewer,
  requestId: newId(),
  loaders: createLoaders(shop.app),
  stream: { lastEventId: null, access: new AbortController().signal },
});

const fields = 'id title priority tags due { date at timeZone } version completedAt createdAt';

test.each<[string, Record<string, unknown>?]>([
  ['{ me { user { id name email timeZone } tenant { id name } role permissions tokens { id } } }'],
  [
    `query ($first: Int, $filter: TaskFilter, $orderBy: TaskOrder) {
      tasks(first: $first, filter: $filter, orderBy: $orderBy) {
        totalCount edges { cursor node { ${fields} creator { id name } assignee { id } } } pageInfo { hasNextPage endCursor }
      }
    }`,
    { first: 3, filter: { status: 'ACTIVE', tags: ['a'] } },
  ],
  [
    'query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { title } } }',
    { filter: { and: [{ not: { or: [{ text: '1' }, { tags: ['b'] }] } }, { or: [{ status: 'ACTIVE' }] }] } },
  ],
  [
    `query ($tags: [String!], $part: TaskFilter!, $parts: [TaskFilter!] = [{ not: { text: "2" } }]) {
      a: tasks(filter: { not: { or: [{ tags: $tags }, $part] } }) { nodes { title } }
      b: tasks(filter: { and: $parts, or: [{ not: { not: { status: ACTIVE } } }] }) { nodes { title } }
    }`,
    { tags: ['b'], part: { or: [{ text: '3' }] } },
  ],
  [`{ tasks { nodes { ${fields} creator { name } } } }`],
  [
    `query ($id: ID!) { node(id: $id) { __typename id ... on Task { ${fields} creator { name } } } nodes(ids: [$id, $id]) { id } }`,
  ],
  [
    `query ($id: ID!, $more: Boolean = false) { task(id: $id) { id ...More @include(if: $more) } } fragment More on Task { ${fields} }`,
  ],
  ['query ($id: ID!) { task(id: $id) { id } a: task(id: "nonsense") { id } }'],
  ['{ tasks(first: 5000) { nodes { id } } }'],
  ['{ events(first: 3) { nodes { type objectId before after actor { name } } pageInfo { hasNextPage } } }'],
])('Errand’s schema answers compiled as it does interpreted: %.60s', async (source, variables = {}) => {
  const executor = createExecutor(schema);
  const document = parse(source);
  const given = { id: taskId, ...variables };
  const asPrepared = prepared(schema, document, given);
  const run = () => executor.execute({ schema, ...asPrepared, contextValue: context() });
  const interpreted = await execute({ schema, document, variableValues: given, contextValue: context() });
  await run();
  const compiled = await run();
  expect(JSON.parse(JSON.stringify(compiled))).toEqual(JSON.parse(JSON.stringify(interpreted)));
  const causes = (result: typeof compiled) => result.errors?.map((error) => error.originalError?.name);
  expect(causes(compiled)).toEqual(causes(interpreted));
});
