import { type GraphQLField, type GraphQLObjectType, getNamedType, isLeafType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import { CreateTaskDocument } from '../../support/operations.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
let id: string;
beforeAll(async () => {
  test_ = await createTestApp();
  const tenant = await test_.tenant();
  alice = tenant.alice;
  const projectId = await insertProject(test_.app, alice, { name: 'Home' });
  const create = async (title: string, parentId: string | null) => {
    const input = {
      ...{ title, projectId, parentId, notes: 'some', tags: ['home'], priority: 'HIGH' as const },
      assigneeId: encodeGlobalId('User', (await tenant.person(title)).viewer.userId),
      due: { date: '2026-02-04' },
    };
    return (await alice.run(CreateTaskDocument, { input })).createTask.task.id;
  };
  id = await create('child', await create('parent', null));
});
afterAll(() => test_[Symbol.asyncDispose]());

const fields = Object.values((schema.getType('Task') as GraphQLObjectType).getFields());

function selected({ name, type }: GraphQLField<unknown, unknown>): string {
  return isLeafType(getNamedType(type))
    ? name
    : `${name} { __typename ${idsOf(getNamedType(type) as GraphQLObjectType)} }`;
}

function idsOf(type: GraphQLObjectType): string {
  const known = type.getFields();
  return ['id', 'date', 'timeZone', 'open'].filter((name) => known[name]).join(' ');
}

type Tasks = { tasks: { nodes?: Record<string, unknown>[]; edges?: { node: Record<string, unknown> }[] } };

test.each(fields.map((field) => [field.name, selected(field)]))('%s is the same in a list', async (_, selection) => {
  const { task } = await alice.run<{ task: object }, object>(`query ($id: ID!) { task(id: $id) { ${selection} } }`, {
    id,
  });
  const byNodes = await alice.run<Tasks, object>(`{ tasks(first: 1) { nodes { ${selection} } } }`);
  expect(byNodes.tasks.nodes).toEqual([task]);
  const byEdges = `{ tasks(first: 1) { edges { ...entry } } }
    fragment entry on TaskEdge { node { id ... on Node { id } ...part } } fragment part on Task { ${selection} }`;
  expect((await alice.run<Tasks, object>(byEdges)).tasks.edges).toEqual([{ node: { id, ...task } }]);
});

test('a list reads the columns that the operation selects', async () => {
  const read = async (selection: string) => {
    const [list] = await statementsOf(() => alice.run(`{ tasks(first: 1) { nodes { ${selection} } } }`));
    const [result = ''] = list?.text.split(' FROM ') ?? [];
    return ['title', 'notes', 'dueTimeZone', 'creatorId'].filter((column) => result.includes(`"${column}"`));
  };
  expect(await read('id')).toEqual([]);
  expect(await read('title creator { id }')).toEqual(['title', 'creatorId']);
  expect(await read('title subtasks { id }')).toEqual(['title', 'notes', 'dueTimeZone', 'creatorId']);
});
