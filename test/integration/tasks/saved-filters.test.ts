import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import {
  CreateSavedFilterDocument,
  CreateTaskDocument,
  DeleteSavedFilterDocument,
  SavedFiltersDocument,
  type TaskFilter,
  TasksOfSavedFilterDocument,
  UpdateSavedFilterDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  tenant = await test_.tenant();
  alice = tenant.alice;
});

async function save(filter: TaskFilter, more: object = {}): Promise<string> {
  const input = { name: 'mine', filter, ...more };
  return (await alice.run(CreateSavedFilterDocument, { input })).createSavedFilter.savedFilter.id;
}

async function titles(savedFilterId: string, more: object = {}): Promise<string[]> {
  const { tasks } = await alice.run(TasksOfSavedFilterDocument, { savedFilterId, ...more });
  expect(tasks.totalCount).toBe(tasks.nodes.length);
  return tasks.nodes.map(({ title }) => title);
}

const createTask = (input: object) => alice.run(CreateTaskDocument, { input: { title: 'a', ...input } });

test('a filter is given back as it was said, and gives the tasks it gives by itself', async () => {
  const creatorId = encodeGlobalId('User', alice.viewer.userId);
  const filter: TaskFilter = {
    creatorId,
    or: [{ priorities: ['URGENT'] }, { dueFrom: '2026-02-05T00:00:00Z', dueBefore: '2026-02-06T00:00:00Z' }],
    not: { tags: ['later'] },
  };
  const id = await save(filter, { orderBy: { field: 'PRIORITY', direction: 'DESC' } });
  await createTask({ title: 'due', due: { at: '2026-02-05T12:00:00Z' } });
  await createTask({ title: 'too late', due: { at: '2026-02-06T12:00:00Z' } });
  await createTask({ title: 'urgent', priority: 'URGENT' });
  await createTask({ title: 'urgent later', priority: 'URGENT', tags: ['later'] });
  expect(await titles(id)).toEqual(['urgent', 'due']);
  expect(await titles(id, { orderBy: { field: 'CREATED', direction: 'ASC' } })).toEqual(['due', 'urgent']);
  expect(await titles(id, { filter: { text: 'due' } })).toEqual(['due']);
  const [saved] = (await alice.run(SavedFiltersDocument)).savedFilters;
  expect(saved).toEqual({
    id,
    name: 'mine',
    version: 1,
    orderBy: { field: 'PRIORITY', direction: 'DESC' },
    filter: {
      ...filter,
      or: [{ priorities: ['URGENT'] }, { dueFrom: '2026-02-05T00:00:00.000Z', dueBefore: '2026-02-06T00:00:00.000Z' }],
    },
  });
});

test('days stay relative', async () => {
  const id = await save({ due: 'TODAY' });
  await createTask({ title: 'wednesday', due: { date: '2026-02-04' } });
  await createTask({ title: 'thursday', due: { date: '2026-02-05' } });
  expect(await titles(id)).toEqual(['wednesday']);
  test_.clock.set('2026-02-05T10:00:00Z');
  expect(await titles(id)).toEqual(['thursday']);
});

test('a filter may be renamed to its own name in another case', async () => {
  const id = await save({}, { name: 'my day' });
  const { updateSavedFilter } = await alice.run(UpdateSavedFilterDocument, { id, input: { name: 'My Day' } });
  expect(updateSavedFilter.savedFilter.name).toBe('My Day');
});

test('changes are of what is given, at the version that is expected', async () => {
  const id = await save({ text: 'a' }, { orderBy: { field: 'DUE', direction: 'ASC' } });
  const change = (input: object, expectedVersion?: number) =>
    alice.run(UpdateSavedFilterDocument, { id, input, expectedVersion });
  expect((await change({ name: 'ours' })).updateSavedFilter.savedFilter).toMatchObject({
    name: 'ours',
    filter: { text: 'a' },
    orderBy: { field: 'DUE' },
    version: 2,
  });
  const cleared = await change({ filter: {}, orderBy: null }, 2);
  expect(cleared.updateSavedFilter.savedFilter).toMatchObject({ name: 'ours', filter: {}, orderBy: null, version: 3 });
  await expect(change({ name: 'x' }, 2)).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  await alice.run(DeleteSavedFilterDocument, { id });
  expect((await alice.run(SavedFiltersDocument)).savedFilters).toEqual([]);
  expect(await alice.refused(TasksOfSavedFilterDocument, { savedFilterId: id })).toMatchObject({ code: 'NOT_FOUND' });
  const { rows } = await test_.app.db.query(`SELECT type FROM event WHERE "objectId" = $1 ORDER BY id`, [
    Buffer.from(id, 'base64url').toString().split(':')[1],
  ]);
  expect(rows.map(({ type }) => type.split('.')[1])).toEqual(['created', 'updated', 'updated', 'deleted']);
});

describe('is refused', () => {
  test('a name that one has, also at the same moment, but not another member’s', async () => {
    const input = { name: 'mine', filter: {} };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => alice.answer(CreateSavedFilterDocument, { input })),
    );
    const codes = answers.flatMap(({ errors = [] }) =>
      errors.map((error) => (error.originalError as never as { code: string }).code),
    );
    expect(codes).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT']);
    await (await tenant.person('bob')).run(CreateSavedFilterDocument, { input });
  });

  test.each([
    ['My day', 'my day'],
    ['my  day ', 'My day'],
    ['Crème', 'CRE\u0300ME'],
    ['ＡＢＣ', 'abc'],
  ])('%j beside %j, which differs in case, Unicode form or spaces alone', async (name, other) => {
    await save({}, { name });
    const second = await save({}, { name: 'another' });
    const input = { name: other, filter: {} };
    expect(await alice.refused(CreateSavedFilterDocument, { input })).toMatchObject({ code: 'CONFLICT' });
    const rename = { id: second, input: { name: other } };
    expect(await alice.refused(UpdateSavedFilterDocument, rename)).toMatchObject({ code: 'CONFLICT' });
    expect((await alice.run(SavedFiltersDocument)).savedFilters).toHaveLength(2);
  });

  test('the 51st', async () => {
    for (let n = 0; n < 50; n += 1) await save({}, { name: `no ${n}` });
    const input = { name: 'one more', filter: {} };
    expect(await alice.refused(CreateSavedFilterDocument, { input })).toMatchObject({ code: 'CONFLICT' });
  });

  test.each<[string, object, (string | number)[]]>([
    ['an empty name', { name: ' ', filter: {} }, ['input', 'name']],
    [
      'an id of another kind',
      { name: 'a', filter: { or: [{ creatorId: 'x' }] } },
      ['input', 'filter', 'or', 0, 'creatorId'],
    ],
    [
      'more than can be run',
      { name: 'a', filter: { tags: Array.from({ length: 51 }, (_, n) => `t${n}`) } },
      ['input', 'filter'],
    ],
  ])('%s', async (_, input, path) => {
    const error = await alice.refused(CreateSavedFilterDocument, { input } as never);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path }] });
  });
});
