import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertProject } from '../support/insert-project.ts';
import { CompleteTaskDocument, CreateTaskDocument, DeleteTaskDocument, TagsDocument } from '../support/operations.ts';
import { statementsOf } from '../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../support/test-app.ts';

let test_: TestApp;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  const tenant = await test_.tenant();
  alice = tenant.alice;
  bob = await tenant.person('bob');
  const open = await insertProject(test_.app, alice);
  const closed = await insertProject(test_.app, alice, { isPrivate: true });
  await create(alice, ['home', 'garden']);
  await create(alice, ['home', 'hobby']);
  await create(alice, ['Work'], open);
  await create(bob, ['work', 'home'], open);
  await create(alice, ['work', 'secret'], closed);
  await create(bob, ['hidden']);
  await alice.run(CompleteTaskDocument, { id: await create(alice, ['done']) });
  await alice.run(DeleteTaskDocument, { id: await create(alice, ['gone']) });
});
afterAll(() => test_[Symbol.asyncDispose]());

async function create(person: Person, tags: string[], projectId?: string): Promise<string> {
  return (await person.run(CreateTaskDocument, { input: { title: 'a task', tags, projectId } })).createTask.task.id;
}

const tags = async (person: Person, variables: object = {}) =>
  (await person.run(TagsDocument, variables)).tags.map(({ tag, count }) => `${tag} ${count}`);

test('are those of the open tasks that one sees, the commonest first', async () => {
  expect(await tags(alice)).toEqual(['home 3', 'work 3', 'garden 1', 'hobby 1', 'secret 1']);
  expect(await tags(bob)).toEqual(['work 2', 'hidden 1', 'home 1']);
});

test('can be asked for by their beginning, and so many', async () => {
  expect(await tags(alice, { prefix: ' HO' })).toEqual(['home 3', 'hobby 1']);
  expect(await tags(alice, { prefix: 'ho%' })).toEqual([]);
  expect(await tags(alice, { first: 1 })).toEqual(['home 3']);
  expect((await alice.refused(TagsDocument, { first: 201 })).code).toBe('INVALID_INPUT');
});

test('are one statement', async () => {
  expect((await statementsOf(() => tags(alice))).map(({ name }) => name)).toEqual(['tags']);
});
