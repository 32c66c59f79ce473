import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CompleteTaskDocument,
  CreateTaskDocument,
  DeleteTaskDocument,
  ReopenTaskDocument,
  RestoreTaskDocument,
  TaskDocument,
  TasksDocument,
  UndoDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const create = async (input: Parameters<typeof alice.run>[1] & object) =>
  (await alice.run(CreateTaskDocument, { input: input as { title: string } })).createTask;

async function eventsOf(objectId: string): Promise<string[]> {
  const uuid = Buffer.from(objectId, 'base64url').toString().split(':')[1];
  const { rows } = await test_.app.db.query('SELECT type FROM event WHERE "objectId" = $1 ORDER BY id', [uuid]);
  return rows.map((row) => row.type as string);
}

describe('creating a task', () => {
  test('fills in what is not said', async () => {
    const { task } = await create({ title: '  buy milk ' });
    expect(task).toMatchObject({
      title: 'buy milk',
      status: 'ACTIVE',
      priority: 'MEDIUM',
      tags: [],
      due: null,
      version: 1,
    });
  });

  test('keeps tags in lower case and once', async () => {
    const { task } = await create({ title: 'a', tags: ['Home', 'home ', 'GARDEN'] });
    expect(task.tags).toEqual(['home', 'garden']);
  });

  test.each([
    [{ title: '' }, ['input', 'title']],
    [{ title: 'x'.repeat(501) }, ['input', 'title']],
    [{ title: 'x', tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, ['input', 'tags']],
    [
      { title: 'x', due: { dateInZone: { date: '2026-02-04', timeZone: 'Nowhere' } } },
      ['input', 'due', 'dateInZone', 'timeZone'],
    ],
    [{ title: 'x', notes: 'x'.repeat(20_001) }, ['input', 'notes']],
    [{ title: 'x', assigneeId: 'nonsense' }, ['input', 'assigneeId']],
  ])('refuses %j, naming the field, and stores nothing', async (input, path) => {
    const before = await countRows();
    const error = await alice.refused(CreateTaskDocument, { input: input as { title: string } });
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.fields?.[0]?.path).toEqual(path);
    expect(await countRows()).toEqual(before);
  });

  test('takes a title of 500 characters and 20 tags', async () => {
    const { task } = await create({
      title: 'x'.repeat(500),
      tags: Array.from({ length: 20 }, (_, n) => `t${n}`),
    });
    expect(task.title).toHaveLength(500);
  });
});

async function countRows() {
  const { rows } = await test_.app.db.query(
    'SELECT (SELECT count(*) FROM task) AS tasks, (SELECT count(*) FROM event) AS events',
  );
  return rows[0];
}

describe('updating a task', () => {
  test('changes what is given, clears null, keeps what is omitted', async () => {
    const { task } = await create({ title: 'a', notes: 'n', tags: ['x'], due: { date: '2026-02-05' } });
    const { updateTask } = await alice.run(UpdateTaskDocument, { input: { id: task.id, title: 'b', notes: null } });
    expect(updateTask.task).toMatchObject({
      title: 'b',
      notes: null,
      tags: ['x'],
      due: { date: '2026-02-05' },
      version: 2,
    });
  });

  test('that differs in nothing writes nothing', async () => {
    const { task } = await create({ title: 'a' });
    const { updateTask } = await alice.run(UpdateTaskDocument, { input: { id: task.id, title: 'a' } });
    expect(updateTask.task.version).toBe(1);
    expect(await eventsOf(task.id)).toEqual(['task.created']);
  });

  test('refuses an old version', async () => {
    const { task } = await create({ title: 'a' });
    await alice.run(UpdateTaskDocument, { input: { id: task.id, title: 'b', expectedVersion: 1 } });
    const error = await alice.refused(UpdateTaskDocument, { input: { id: task.id, title: 'c', expectedVersion: 1 } });
    expect(error.code).toBe('PRECONDITION_FAILED');
    expect(error.message).toContain('version 2');
  });

  test('refuses to clear the title', async () => {
    const { task } = await create({ title: 'a' });
    const error = await alice.refused(UpdateTaskDocument, { input: { id: task.id, title: null } });
    expect(error.fields).toEqual([{ path: ['input', 'title'], message: 'The title cannot be cleared.' }]);
  });
});

describe('completing a task', () => {
  test('twice is a conflict and one event', async () => {
    const { task } = await create({ title: 'a' });
    const { completeTask } = await alice.run(CompleteTaskDocument, { id: task.id });
    expect(completeTask.task.status).toBe('COMPLETED');
    expect((await alice.refused(CompleteTaskDocument, { id: task.id })).code).toBe('CONFLICT');
    expect(await eventsOf(task.id)).toEqual(['task.created', 'task.completed']);
  });

  test('by two at once is done by one of them', async () => {
    const { task } = await create({ title: 'a' });
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => alice.run(CompleteTaskDocument, { id: task.id })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(await eventsOf(task.id)).toEqual(['task.created', 'task.completed']);
  });

  test('can be reopened', async () => {
    const { task } = await create({ title: 'a' });
    await alice.run(CompleteTaskDocument, { id: task.id });
    const { reopenTask } = await alice.run(ReopenTaskDocument, { id: task.id });
    expect(reopenTask.task).toMatchObject({ status: 'ACTIVE', completedAt: null, version: 3 });
    expect((await alice.refused(ReopenTaskDocument, { id: task.id })).code).toBe('CONFLICT');
  });
});

test('a deleted task is hidden until it is restored with the status it had', async () => {
  const { task } = await create({ title: 'hide me', tags: ['hidden'] });
  await alice.run(CompleteTaskDocument, { id: task.id });
  await alice.run(DeleteTaskDocument, { id: task.id });
  const filter = { tags: ['hidden'] };
  expect((await alice.run(TasksDocument, { filter })).tasks.nodes).toEqual([]);
  expect((await alice.run(TasksDocument, { filter: { ...filter, isDeleted: true } })).tasks.nodes).toHaveLength(1);
  expect((await alice.refused(UpdateTaskDocument, { input: { id: task.id, title: 'x' } })).code).toBe('CONFLICT');
  await alice.run(RestoreTaskDocument, { id: task.id });
  expect((await alice.run(TaskDocument, { id: task.id })).task).toMatchObject({ status: 'COMPLETED', deletedAt: null });
  expect((await alice.run(TasksDocument, { filter })).tasks.nodes).toHaveLength(1);
});

describe('undo', () => {
  test('gives back the state before, and can itself be undone', async () => {
    const { task } = await create({ title: 'a', tags: ['x'], due: { date: '2026-02-05' } });
    const { updateTask } = await alice.run(UpdateTaskDocument, {
      input: { id: task.id, title: 'b', tags: [], due: null },
    });
    const undone = await alice.run(UndoDocument, { changeId: updateTask.changeId });
    expect(undone.undo.tasks[0]).toMatchObject({ title: 'a', tags: ['x'], due: { date: '2026-02-05' }, version: 3 });
    const redone = await alice.run(UndoDocument, { changeId: undone.undo.changeId });
    expect(redone.undo.tasks[0]).toMatchObject({ title: 'b', tags: [], due: null, version: 4 });
  });

  test('of a creation puts the task into the trash', async () => {
    const { task, changeId } = await create({ title: 'a' });
    const { undo } = await alice.run(UndoDocument, { changeId });
    expect(undo.tasks[0]?.deletedAt).not.toBeNull();
    expect(await eventsOf(task.id)).toEqual(['task.created', 'task.deleted']);
  });

  test('is refused whole when the task was changed since', async () => {
    const { task, changeId } = await create({ title: 'a' });
    await alice.run(UpdateTaskDocument, { input: { id: task.id, title: 'b' } });
    expect((await alice.refused(UndoDocument, { changeId })).code).toBe('CONFLICT');
    expect((await alice.run(TaskDocument, { id: task.id })).task).toMatchObject({ title: 'b', deletedAt: null });
  });

  test('of what does not exist is NOT_FOUND', async () => {
    const changeId = '01a1fbd9-b9ef-730c-8c0f-30ab37d31752';
    expect((await alice.refused(UndoDocument, { changeId })).code).toBe('NOT_FOUND');
    expect((await alice.refused(UndoDocument, { changeId: 'x' })).code).toBe('INVALID_INPUT');
  });
});
