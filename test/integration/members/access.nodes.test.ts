import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import { CreateTaskDocument } from '../../support/operations.ts';
import { createPerson, createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
let taskId: string;
let userId: string;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
  taskId = (await alice.run(CreateTaskDocument, { input: { title: 'a task' } })).createTask.task.id;
  userId = encodeGlobalId('User', alice.viewer.userId);
});
afterAll(() => test_[Symbol.asyncDispose]());

const node = 'query ($id: ID!) { node(id: $id) { __typename id } }';
const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';

test('nodes come in the order of their ids, of several types, also twice', async () => {
  const ids = [userId, taskId, userId];
  expect(await alice.run(nodes, { ids })).toEqual({
    nodes: [
      { __typename: 'User', id: userId },
      { __typename: 'Task', id: taskId },
      { __typename: 'User', id: userId },
    ],
  });
});

describe.each([
  ['of nothing', encodeGlobalId('Task', newId())],
  ['of a type that is no node', encodeGlobalId('ChatProposal', newId())],
  ['of a membership with half a key', encodeGlobalId('Member', newId())],
  ['of a task with the key of a membership', encodeGlobalId('Task', `${newId()}.${newId()}`)],
  ['of a type that does not exist', encodeGlobalId('Nothing', newId())],
  ['named as an inherited property', encodeGlobalId('constructor', newId())],
  ['that is none', 'nonsense'],
])('an id %s', (_, id) => {
  test('is NOT_FOUND', async () => {
    expect((await alice.refused(node, { id })).code).toBe('NOT_FOUND');
  });

  test('is null and NOT_FOUND among others, which are there', async () => {
    const { data, errors } = await alice.answer(nodes, { ids: [taskId, id] });
    expect(data).toEqual({ nodes: [{ __typename: 'Task', id: taskId }, null] });
    expect(errors).toEqual([
      expect.objectContaining({ path: ['nodes', 1], originalError: expect.objectContaining({ code: 'NOT_FOUND' }) }),
    ]);
  });
});

test('more than 200 nodes at once are refused', async () => {
  const error = await alice.refused(nodes, { ids: Array.from({ length: 201 }, () => taskId) });
  expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['ids'] }] });
});

test.each([
  ['Task', 'member:read'],
  ['User', 'task:read'],
] as const)('a %s is not read with a credential for %s alone', async (typename, scope) => {
  const scoped = createPerson(test_.app, { ...alice.viewer, scopes: new Set([scope]) });
  const id = typename === 'Task' ? taskId : userId;
  expect((await scoped.refused(node, { id })).code).toBe('FORBIDDEN');
  expect((await alice.run(node, { id })) as object).toEqual({ node: { __typename: typename, id } });
});
