import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { searchWork } from '../../../src/domain/tasks/rebuild-words.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import {
  CreateCommentDocument,
  CreateTaskDocument,
  DeleteCommentDocument,
  type TaskFilter,
  TasksDocument,
  type TasksQueryVariables,
  UndoDocument,
  UpdateCommentDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { workContext } from '../../support/work.ts';

let test_: TestApp;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  const tenant = await test_.tenant();
  alice = tenant.alice;
  bob = await tenant.person('bob');
});

const byRelevance = { field: 'RELEVANCE', direction: 'ASC' } as const;
const create = async (title: string, notes?: string) =>
  (await alice.run(CreateTaskDocument, { input: { title, notes } })).createTask.task.id;

async function found(text: string, { person = alice, ...filter }: TaskFilter & { person?: Person } = {}) {
  const { tasks } = await person.run(TasksDocument, { filter: { ...filter, text }, orderBy: byRelevance });
  expect(tasks.totalCount).toBe(tasks.nodes.length);
  return tasks.nodes.map(({ title }) => title);
}

describe('a search', () => {
  test.each([
    ['milk', true],
    ['MIL', true],
    ['soy mil', true],
    ['ilk', false],
    ['milk bread', false],
    ['cafe', false],
    ['🎉', false],
    ['ＭＩＬＫ', true],
    ["milk') | 'x", true],
    ['牛', true],
    ['乳を', true],
    ['乳牛', false],
  ])('for "%s" finds "Buy soy milk x" with notes on 牛乳を買う: %s', async (text, isFound) => {
    await create('Buy soy milk x', '牛乳を買う');
    expect(await found(text)).toHaveLength(isFound ? 1 : 0);
  });

  test.each([
    ['creme', 'Crème brûlée'],
    ['crème', 'creme brulee'],
    ['buro', 'Büro aufräumen'],
    ['елка', 'Ёлка'],
    ['σιγμα', 'Σίγμα'],
    ['σίγμας', 'ΣΙΓΜΑΣ'],
    ['istanbul', 'İstanbul'],
    ['strasse', 'Straße fegen'],
    ['straße', 'STRASSE'],
    ['dont', "I don't know"],
    ["don't", 'i dont know'],
    ['avion', 'Prendre l’avion'],
    ['2.10', 'Release v2.10.3'],
    ['v2.10', 'Release v2.10.3'],
    ['C++', 'Learn C++ 20'],
    ['c#', 'Learn C# 13'],
    ['🎉', 'Party 🎉!'],
  ])('for "%s" finds "%s"', async (text, title) => {
    await create(title);
    await create('Something else, with a C in it');
    expect(await found(text)).toEqual([title]);
  });

  test.each(['C#', 'C++', '🎉'])('for "%s" does not find what lacks it', async (text) => {
    await create('Vitamin C & comments 🚀');
    expect(await found(text)).toEqual([]);
  });

  test.each(['%', '---', '', '   ', '!?', '\u200b', '\u0301', '\ufe0f'])(
    'refuses %j, which names no word',
    async (text) => {
      for (const filter of [{ text }, { or: [{ status: 'ACTIVE' }, { not: { text } }] }] satisfies TaskFilter[]) {
        expect(await alice.refused(TasksDocument, { filter })).toMatchObject({ code: 'INVALID_INPUT' });
      }
    },
  );

  test('goes through title, notes and comments at once, in this order of weight, and the newest first', async () => {
    const talked = await create('Talked of');
    await create('Older with report');
    await create('Noted', 'the report is here');
    await create('Newer with report');
    await alice.run(CreateCommentDocument, { input: { taskId: talked, text: 'where is the report?' } });
    expect(await found('report')).toEqual(['Newer with report', 'Older with report', 'Noted', 'Talked of']);
    expect(await found('talked report')).toEqual(['Talked of']);
  });

  test('ranks a title whose words stand together above one with words between', async () => {
    await create('Quarterly numbers for the yearly report');
    await create('Quarterly report');
    await create('Report after all that was said in these long, long quarterly rounds');
    expect((await found('quarterly report'))[0]).toBe('Quarterly report');
  });

  test('follows what is written', async () => {
    const id = await create('Feed the cat');
    const { updateTask } = await alice.run(UpdateTaskDocument, { input: { id, title: 'Feed the dog' } });
    expect([await found('cat'), await found('dog')]).toEqual([[], ['Feed the dog']]);
    await alice.run(UndoDocument, { changeId: updateTask.changeId });
    expect([await found('cat'), await found('dog')]).toEqual([['Feed the cat'], []]);
    await alice.run(UpdateTaskDocument, { input: { id, priority: 'HIGH' } });
    expect(await found('cat')).toEqual(['Feed the cat']);

    const comment = { input: { taskId: id, text: 'it is a lion' } };
    const { createComment } = await alice.run(CreateCommentDocument, comment);
    expect(await found('lion cat')).toEqual(['Feed the cat']);
    await alice.run(DeleteCommentDocument, { id: createComment.comment.id });
    expect(await found('lion')).toEqual([]);
  });

  test('finds what the viewer sees, and no more', async () => {
    const hidden = await insertProject(test_.app, alice, { isPrivate: true });
    const shared = await insertProject(test_.app, alice);
    await create('Secret plan');
    for (const projectId of [hidden, shared]) {
      await alice.run(CreateTaskDocument, { input: { title: `Plan of ${projectId}`, projectId } });
    }
    expect(await found('plan', { person: bob })).toEqual([`Plan of ${shared}`]);
    expect(await found('plan', { projectId: hidden, person: bob })).toEqual([]);
    expect(await found('plan', { projectId: hidden })).toEqual([`Plan of ${hidden}`]);
    expect(await found('plan')).toHaveLength(3);
    expect(await found('plan', { person: (await test_.tenant()).alice })).toEqual([]);
  });

  test('is a condition like others', async () => {
    await insertTasks(test_.app, alice, [
      { title: 'red apple' },
      { title: 'green apple', tags: ['fruit'] },
      { title: 'green pear', tags: ['fruit'] },
    ]);
    const titles = async (filter: TaskFilter) =>
      (await alice.run(TasksDocument, { filter })).tasks.nodes.map(({ title }) => title).sort();
    expect(await titles({ or: [{ text: 'red' }, { text: 'pear' }] })).toEqual(['green pear', 'red apple']);
    expect(await titles({ not: { text: 'apple' } })).toEqual(['green pear']);
    expect(await titles({ text: 'green', not: { text: 'pear' } })).toEqual(['green apple']);
  });

  test('by relevance gives each once over pages, forward and backward', async () => {
    const many = Array.from({ length: 25 }, (_, n) => ({
      title: n % 3 ? `item ${n}` : 'x',
      notes: n % 2 ? 'item' : 'y',
    }));
    await insertTasks(test_.app, alice, many);
    const filter = { text: 'item' };
    const page = async (args: TasksQueryVariables) =>
      (await alice.run(TasksDocument, { filter, orderBy: byRelevance, ...args })).tasks;
    const whole = (await page({})).nodes.map(({ id }) => id);
    const forward: string[] = [];
    for (let after: string | null = null, isMore = true; isMore; ) {
      const { nodes, pageInfo } = await page({ first: 4, after });
      forward.push(...nodes.map(({ id }) => id));
      ({ endCursor: after, hasNextPage: isMore } = pageInfo);
    }
    const backward: string[] = [];
    for (let before: string | null = null, isMore = true; isMore; ) {
      const { nodes, pageInfo } = await page({ last: 4, before });
      backward.unshift(...nodes.map(({ id }) => id));
      ({ startCursor: before, hasPreviousPage: isMore } = pageInfo);
    }
    expect(new Set(whole).size).toBe(20);
    expect(forward).toEqual(whole);
    expect(backward).toEqual(whole);
  });

  test.each<TaskFilter>([{}, { text: '…' }, { or: [{ text: 'milk' }] }])(
    'by relevance needs a text: %j is refused',
    async (filter) => {
      const error = await alice.refused(TasksDocument, { filter, orderBy: byRelevance });
      expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['orderBy', 'field'] }] });
    },
  );
});

test('words are no part of what the log carries', async () => {
  await create('Buy milk', 'soy');
  const { rows } = await test_.app.db.query<{ after: object }>('SELECT after FROM event WHERE "tenantId" = $1', [
    alice.viewer.tenantId,
  ]);
  expect(rows).toHaveLength(1);
  expect(Object.keys(rows[0]?.after ?? {})).not.toContain('ownWords');
});

test('the tasks assigned to somebody else are those of them that the viewer sees', async () => {
  const assigneeId = encodeGlobalId('User', bob.viewer.userId);
  const toBob = { assigneeId: bob.viewer.userId };
  await insertTasks(test_.app, alice, [{ title: 'from alice', ...toBob }, { title: 'of alice' }]);
  await insertTasks(test_.app, bob, [{ title: 'of bob', ...toBob }]);
  const titlesFor = async (person: Person) =>
    (await person.run(TasksDocument, { filter: { assigneeId } })).tasks.nodes.map(({ title }) => title).sort();
  expect(await titlesFor(alice)).toEqual(['from alice']);
  expect(await titlesFor(bob)).toEqual(['from alice', 'of bob']);
});

test('tasks whose words were made by an earlier rule are found again once the backlog is worked off', async () => {
  const titles = Array.from({ length: 130 }, (_, n) => `Crème brûlée ${n}`);
  await insertTasks(
    test_.app,
    alice,
    titles.map((title) => ({ title })),
  );
  const commented = await create('Talked of');
  await alice.run(CreateCommentDocument, { input: { taskId: commented, text: 'Ask about the café' } });
  await test_.app.db.query(`UPDATE task SET "ownWords" = '', "commentWords" = '' WHERE "tenantId" = $1`, [
    alice.viewer.tenantId,
  ]);
  await test_.app.db.query('INSERT INTO search_backlog SELECT "tenantId", id FROM task WHERE "tenantId" = $1', [
    alice.viewer.tenantId,
  ]);
  const count = async (text: string) => (await alice.run(TasksDocument, { filter: { text } })).tasks.totalCount;
  expect(await count('creme')).toBe(0);
  await searchWork.run(workContext(test_.app));
  expect([await count('creme'), await count('cafe')]).toEqual([130, 1]);
  const { rows } = await test_.app.db.query('SELECT FROM search_backlog');
  expect(rows).toHaveLength(0);
});

test('comments of an earlier version, which have no words of their own, stay found while others are changed', async () => {
  const taskId = await create('Talked of before');
  const say = async (text: string) =>
    (await alice.run(CreateCommentDocument, { input: { taskId, text } })).createComment.comment.id;
  await say('about zucchini');
  const wombat = await say('about wombats');
  await test_.app.db.query('UPDATE comment SET words = NULL WHERE "tenantId" = $1', [alice.viewer.tenantId]);
  const found = async () => {
    const counts: number[] = [];
    for (const text of ['zucchini', 'wombats', 'badgers', 'otters']) {
      counts.push((await alice.run(TasksDocument, { filter: { text } })).tasks.totalCount);
    }
    return counts;
  };
  await say('about badgers');
  expect(await found()).toEqual([1, 1, 1, 0]);
  await alice.run(UpdateCommentDocument, { input: { id: wombat, text: 'about otters' } });
  expect(await found()).toEqual([1, 1, 1, 1]);
  await searchWork.run(workContext(test_.app));
  expect(await found()).toEqual([1, 0, 1, 1]);
  const { rows } = await test_.app.db.query('SELECT FROM comment WHERE words IS NULL');
  expect(rows).toHaveLength(0);
});
