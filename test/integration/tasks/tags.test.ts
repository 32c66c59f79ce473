import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folded, foldedSql } from '../../../src/domain/tasks/words.ts';
import { insertProject } from '../../support/insert-project.ts';
import {
  CompleteTaskDocument,
  CreateTaskDocument,
  DeleteTaskDocument,
  TagsDocument,
  TasksDocument,
} from '../../support/operations.ts';
import { roundsOf, statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

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

test('are one statement in one round trip, which is stopped when it takes too long', async () => {
  const sent = roundsOf(await statementsOf(() => tags(alice)));
  expect(sent).toEqual(['BEGIN READ ONLY SET LOCAL statement_timeout = 5000 SELECT COMMIT']);
});

test('are found by a prefix without regard to accents and Unicode forms, and are one tag in each form', async () => {
  const { alice: carol } = await test_.tenant();
  for (const tag of ['Crème', 'Cre\u0300me', 'Büro', 'Straße', 'ёлка', 'İstanbul']) await create(carol, [tag]);
  expect(await tags(carol, { prefix: 'creme' })).toEqual(['crème 2']);
  expect(await tags(carol, { prefix: 'CRÈ' })).toEqual(['crème 2']);
  for (const prefix of ['buro', 'strasse', 'елка', 'istanbul']) {
    expect([prefix, await tags(carol, { prefix })]).toEqual([prefix, [expect.stringMatching(/ 1$/)]]);
  }
  const { tasks } = await carol.run(TasksDocument, { filter: { tags: ['cre\u0300me'] } });
  expect(tasks.totalCount).toBe(2);
});

test('a prefix is compared in SQL as in memory, for any text', async () => {
  const texts = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'éÉёЁйЙßẞςσΣıİøŁđæœþ\u0300\u0306\u0308ｶﾞﬁ'),
      fc.string({ unit: 'grapheme', maxLength: 1 }),
    ),
    maxLength: 12,
  });
  const storable = texts.filter((text) => !/\0|\p{Surrogate}|\p{Cn}|\p{Co}/u.test(text));
  await fc.assert(
    fc.asyncProperty(fc.array(storable, { minLength: 20, maxLength: 20 }), async (all) => {
      const { rows } = await test_.app.db.query(`SELECT ${foldedSql('text')} AS text FROM unnest($1::text[]) text`, [
        all,
      ]);
      expect(rows.map(({ text }) => text)).toEqual(all.map(folded));
    }),
    { numRuns: 100 },
  );
});

test('are counted exactly up to 100,000 tasks', async () => {
  const { alice: carol } = await test_.tenant();
  const insert = `INSERT INTO task (id, "tenantId", "creatorId", "assigneeId", title, status, priority, tags, version, "createdAt", "updatedAt")
    SELECT gen_random_uuid(), $1, $2, $2, 'a task', 'ACTIVE', 'MEDIUM', CASE WHEN n <= 8000 THEN '{old}'::text[] ELSE '{new}' END,
      1, now() + n * interval '1 second', now() FROM generate_series(1, 100000) n`;
  await test_.app.db.query(insert, [carol.viewer.tenantId, carol.viewer.userId]);
  expect(await tags(carol)).toEqual(['new 92000', 'old 8000']);
});
