import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import {
  CompleteTaskDocument,
  CreateRecurrenceDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  type CreateTaskInput,
  DeleteTaskDocument,
  FamilyDocument,
  RecurrenceDocument,
  ReopenTaskDocument,
  RestoreTaskDocument,
  SkipOccurrenceDocument,
  TaskDocument,
  UndoDocument,
  UpdateRecurrenceDocument,
  UpdateTaskDocument,
  type UpdateTaskInput,
} from '../../support/operations.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
  bob = await tenant.person('bob');
});
afterAll(() => test_[Symbol.asyncDispose]());

const idOf = (person: Person) => encodeGlobalId('User', person.viewer.userId);

async function create(title: string, input: Partial<CreateTaskInput> = {}, person = alice): Promise<string> {
  return (await person.run(CreateTaskDocument, { input: { title, ...input } })).createTask.task.id;
}

const update = (input: UpdateTaskInput, person = alice) => person.run(UpdateTaskDocument, { input });
const refusedUpdate = (input: UpdateTaskInput, person = alice) => person.refused(UpdateTaskDocument, { input });
const family = async (id: string, person = alice) => (await person.run(FamilyDocument, { id })).task;
const task = async (id: string, person = alice) => (await person.run(TaskDocument, { id })).task;
const titles = (tasks: readonly { title: string }[]) => tasks.map(({ title }) => title);

/** Tasks below each other, from the outermost inward. */
async function line(length: number, person = alice): Promise<string[]> {
  const ids: string[] = [];
  for (let level = 1; level <= length; level += 1)
    ids.push(await create(`level ${level}`, { parentId: ids.at(-1) }, person));
  return ids;
}

describe('a subtask', () => {
  test('is told of by its parent, in the order of making, with how many are open', async () => {
    const trip = await create('trip');
    const pack = await create('pack', { parentId: trip });
    await create('book', { parentId: trip });
    const gone = await create('gone', { parentId: trip });
    await alice.run(CompleteTaskDocument, { id: pack });
    await alice.run(DeleteTaskDocument, { id: gone });
    const found = await family(trip);
    expect(titles(found.subtasks)).toEqual(['pack', 'book']);
    expect(found.subtaskCounts).toEqual({ open: 1, done: 1 });
    expect((await family(pack)).parent).toEqual({ id: trip, title: 'trip' });
  });

  test.each([
    ['its own part', 0, 0],
    ['a part of its subtask', 0, 1],
    ['a part of a subtask’s subtask', 0, 2],
  ])('cannot be made %s', async (_, moved, under) => {
    const ids = await line(3);
    const error = await refusedUpdate({ id: ids[moved] as string, parentId: ids[under] });
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.fields?.[0]?.path).toEqual(['input', 'parentId']);
  });

  test('nests five levels deep and no deeper, made there or moved there', async () => {
    const ids = await line(5);
    const tooDeep = await alice.refused(CreateTaskDocument, { input: { title: 'six', parentId: ids[4] } });
    expect(tooDeep.fields).toEqual([
      { path: ['input', 'parentId'], message: 'Tasks can be nested at most 5 levels deep, including the top level.' },
    ]);
    const [outer] = await line(2);
    expect((await refusedUpdate({ id: outer as string, parentId: ids[3] })).code).toBe('INVALID_INPUT');
    await update({ id: outer as string, parentId: ids[2] });
  });

  test('needs a parent that is seen, active and outside the trash', async () => {
    const hidden = await create('hidden', {}, bob);
    const done = await create('done');
    await alice.run(CompleteTaskDocument, { id: done });
    const gone = await create('gone');
    await alice.run(DeleteTaskDocument, { id: gone });
    const codes = [];
    for (const parentId of [hidden, done, gone]) {
      codes.push((await alice.refused(CreateTaskDocument, { input: { title: 'part', parentId } })).code);
      const id = await create('alone');
      codes.push((await refusedUpdate({ id, parentId })).code);
    }
    expect(codes).toEqual(['NOT_FOUND', 'NOT_FOUND', 'CONFLICT', 'CONFLICT', 'CONFLICT', 'CONFLICT']);
  });

  test('is set free by null, and undo puts it back unless that makes a circle', async () => {
    const [outer, inner] = (await line(2)) as [string, string];
    const { updateTask } = await update({ id: inner, parentId: null });
    expect((await family(inner)).parent).toBeNull();
    const { updateTask: turned } = await update({ id: outer, parentId: inner });
    const refused = await alice.refused(UndoDocument, { changeId: updateTask.changeId });
    expect(refused.code).toBe('CONFLICT');
    expect(refused.message).toContain('no longer be nested');
    await alice.run(UndoDocument, { changeId: turned.changeId });
    await alice.run(UndoDocument, { changeId: updateTask.changeId });
    expect((await family(inner)).parent?.id).toBe(outer);
  });
});

describe('completing a task with open subtasks', () => {
  test('is refused, saying how many and what can be done', async () => {
    const [outer] = (await line(3)) as [string];
    const error = await alice.refused(CompleteTaskDocument, { id: outer });
    expect(error.code).toBe('CONFLICT');
    expect(error.message).toContain('2 open subtasks');
    expect(error.message).toContain('COMPLETE');
    expect((await task(outer)).status).toBe('ACTIVE');
  });

  test('leaves them open when that is asked for', async () => {
    const [outer, inner] = (await line(2)) as [string, string];
    const { completeTask } = await alice.run(CompleteTaskDocument, { id: outer, subtasks: 'LEAVE' });
    expect(completeTask.subtasks).toEqual([]);
    expect((await task(inner)).status).toBe('ACTIVE');
  });

  test('completes all below it in one change, their reminders follow, and undo brings all back', async () => {
    test_.clock.set('2026-02-04T10:00:00Z');
    const [outer, middle, inner] = (await line(3)) as [string, string, string];
    await update({ id: inner, due: { at: '2026-02-05T10:00:00Z' } });
    const remind = { taskId: inner, trigger: 'AT_DUE' } as const;
    const { createReminder } = await alice.run(CreateReminderDocument, { input: remind });
    await alice.run(CompleteTaskDocument, { id: middle, subtasks: 'LEAVE' });
    const { completeTask } = await alice.run(CompleteTaskDocument, { id: outer, subtasks: 'COMPLETE' });
    expect(completeTask.subtasks.map(({ id }) => id)).toEqual([inner]);
    const { rows } = await test_.app.db.query('SELECT type FROM event WHERE "changeId" = $1 ORDER BY id', [
      completeTask.changeId,
    ]);
    expect(rows.map(({ type }) => type)).toEqual(['task.completed', 'task.completed', 'reminder.cancelled']);
    const { undo } = await alice.run(UndoDocument, { changeId: completeTask.changeId });
    expect(undo.reminders).toMatchObject([{ id: createReminder.reminder.id, status: 'PENDING' }]);
    expect([(await task(outer)).status, (await task(middle)).status, (await task(inner)).status]).toEqual([
      'ACTIVE',
      'COMPLETED',
      'ACTIVE',
    ]);
  });

  test('is refused once more by undo when a subtask was changed since', async () => {
    const [outer, inner] = (await line(2)) as [string, string];
    const { completeTask } = await alice.run(CompleteTaskDocument, { id: outer, subtasks: 'COMPLETE' });
    await alice.run(ReopenTaskDocument, { id: inner });
    expect((await alice.refused(UndoDocument, { changeId: completeTask.changeId })).code).toBe('CONFLICT');
    expect((await task(outer)).status).toBe('COMPLETED');
  });
});

describe('the trash', () => {
  test('takes open and done subtasks along, and gives back those that came with the task', async () => {
    const [outer, middle, inner] = (await line(3)) as [string, string, string];
    await alice.run(CompleteTaskDocument, { id: inner });
    const earlier = await create('earlier', { parentId: outer });
    await alice.run(DeleteTaskDocument, { id: earlier });
    test_.clock.advance(1_000);
    const { deleteTask } = await alice.run(DeleteTaskDocument, { id: outer });
    expect(deleteTask.subtasks.map(({ id }) => id)).toEqual([middle, inner]);
    const { restoreTask } = await alice.run(RestoreTaskDocument, { id: outer });
    expect(restoreTask.subtasks).toMatchObject([
      { id: middle, status: 'ACTIVE', deletedAt: null },
      { id: inner, status: 'COMPLETED', deletedAt: null },
    ]);
    expect((await task(earlier)).deletedAt).not.toBeNull();
  });

  test('is undone for all at once', async () => {
    const [outer, inner] = (await line(2)) as [string, string];
    const { deleteTask } = await alice.run(DeleteTaskDocument, { id: outer });
    const { undo } = await alice.run(UndoDocument, { changeId: deleteTask.changeId });
    expect(undo.tasks.map(({ deletedAt }) => deletedAt)).toEqual([null, null]);
    expect((await family(inner)).parent?.id).toBe(outer);
  });

  test('lets go of a subtask that is restored without its parent', async () => {
    const [outer, inner] = (await line(2)) as [string, string];
    await alice.run(DeleteTaskDocument, { id: outer });
    await alice.run(RestoreTaskDocument, { id: inner });
    expect((await family(inner)).parent).toBeNull();
    const { restoreTask } = await alice.run(RestoreTaskDocument, { id: outer });
    expect(restoreTask.subtasks).toEqual([]);
  });

  test('is not where an undo puts a task that has got subtasks since', async () => {
    const { createTask } = await alice.run(CreateTaskDocument, { input: { title: 'grown' } });
    const part = await create('part', { parentId: createTask.task.id });
    const error = await alice.refused(UndoDocument, { changeId: createTask.changeId });
    expect(error.message).toContain('has new subtasks');
    await alice.run(DeleteTaskDocument, { id: part });
    await alice.run(UndoDocument, { changeId: createTask.changeId });
  });
});

test('the occurrences of a series stand alone, and one that is skipped takes its subtasks into the trash', async () => {
  const [outer, inner] = (await line(2)) as [string, string];
  const { createRecurrence } = await alice.run(CreateRecurrenceDocument, { input: { taskId: inner, preset: 'DAILY' } });
  const part = await create('part', { parentId: inner });
  const { skipOccurrence } = await alice.run(SkipOccurrenceDocument, { taskId: inner });
  expect((await task(part)).deletedAt).not.toBeNull();
  expect((await family(outer)).subtasks).toEqual([]);
  const { recurrence } = await alice.run(RecurrenceDocument, { id: createRecurrence.recurrence.id });
  const [next] = recurrence.openTasks;
  expect(await family(next?.id ?? '')).toMatchObject({ parent: null, subtasks: [] });
  const { undo } = await alice.run(UndoDocument, { changeId: skipOccurrence.changeId });
  expect(undo.tasks.map(({ id }) => id)).toEqual(expect.arrayContaining([inner, part]));
});

describe('what one does not see of a family', () => {
  /** Alice gives Bob a task, which he breaks into a part of his own. */
  async function shared(): Promise<{ given: string; part: string }> {
    const given = await create('given', { assigneeId: idOf(bob) });
    return { given, part: await create('part', { parentId: given }, bob) };
  }

  test('is not told of, not counted, and left alone', async () => {
    const { given, part } = await shared();
    expect(await family(given)).toMatchObject({ subtasks: [], subtaskCounts: { open: 0, done: 0 } });
    expect((await family(given, bob)).subtaskCounts).toEqual({ open: 1, done: 0 });
    await alice.run(CompleteTaskDocument, { id: given });
    await alice.run(DeleteTaskDocument, { id: given });
    expect(await task(part, bob)).toMatchObject({ status: 'ACTIVE', deletedAt: null });
  });

  test('is not shown as a parent, and does not hold a subtask back', async () => {
    const { given, part } = await shared();
    await update({ id: given, assigneeId: null });
    expect((await family(part, bob)).parent).toBeNull();
    const projectId = await insertProject(test_.app, alice);
    await update({ id: part, projectId }, bob);
    expect(await family(part)).toMatchObject({ title: 'part', parent: null });
  });
});

describe('in a project', () => {
  const project = () => insertProject(test_.app, alice);
  const placed = async (id: string) => {
    const uuid = Buffer.from(id, 'base64url').toString().split(':')[1];
    const { rows } = await test_.app.db.query<{ projectId: string }>('SELECT "projectId" FROM task WHERE id = $1', [
      uuid,
    ]);
    return rows[0]?.projectId && encodeGlobalId('Project', rows[0].projectId);
  };

  test('a subtask is where its parent is, whether made there, moved under it or moved with it', async () => {
    const [here, there] = [await project(), await project()];
    const parent = await create('parent', { projectId: here });
    const part = await create('part', { parentId: parent });
    const [guest, child] = (await line(2)) as [string, string];
    await update({ id: guest, parentId: parent });
    expect([await placed(part), await placed(guest), await placed(child)]).toEqual([here, here, here]);
    const { updateTask } = await update({ id: parent, projectId: there });
    expect([await placed(part), await placed(guest), await placed(child)]).toEqual([there, there, there]);
    const { undo } = await alice.run(UndoDocument, { changeId: updateTask.changeId });
    expect(undo.tasks).toHaveLength(4);
    expect([await placed(parent), await placed(child)]).toEqual([here, here]);
  });

  test('a subtask goes along when the series of its parent moves, and stays when it recurs itself', async () => {
    const there = await project();
    const parent = await create('parent');
    const part = await create('part', { parentId: parent });
    for (const [taskId, home] of [
      [parent, there],
      [part, await project()],
    ] as const) {
      const input = { taskId, preset: 'DAILY' } as const;
      const { createRecurrence } = await alice.run(CreateRecurrenceDocument, { input });
      const move = { id: createRecurrence.recurrence.id, projectId: home };
      await alice.run(UpdateRecurrenceDocument, { input: move });
    }
    expect([await placed(parent), await placed(part)]).toEqual([there, there]);
  });

  test('a subtask cannot be elsewhere', async () => {
    const [here, there] = [await project(), await project()];
    const parent = await create('parent', { projectId: here });
    const input = { title: 'part', parentId: parent, projectId: there };
    expect((await alice.refused(CreateTaskDocument, { input })).fields?.[0]?.path).toEqual(['input', 'projectId']);
    const part = await create('part', { parentId: parent });
    expect((await refusedUpdate({ id: part, projectId: there })).code).toBe('INVALID_INPUT');
    await update({ id: part, projectId: there, parentId: null });
    expect(await placed(part)).toBe(there);
  });
});

describe('at once', () => {
  const outcomes = async (...calls: Promise<unknown>[]) =>
    (await Promise.allSettled(calls)).map(({ status }) => status === 'fulfilled');

  test('two moves that would make a circle: one of them is refused', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [a, b] = [await create('a'), await create('b')];
      const done = await outcomes(update({ id: a, parentId: b }), update({ id: b, parentId: a }));
      expect(done.toSorted()).toEqual([false, true]);
    }
  });

  test('three moves that would make a circle: one of them is refused', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [a, b, c] = [await create('a'), await create('b'), await create('c')];
      const moves = [update({ id: a, parentId: b }), update({ id: b, parentId: c }), update({ id: c, parentId: a })];
      expect((await outcomes(...moves)).toSorted()).toEqual([false, true, true]);
    }
  });

  test('growing at both ends does not get deeper than five levels', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [outer, , , inner] = (await line(4)) as [string, string, string, string];
      const above = await create('above');
      const grow = alice.run(CreateTaskDocument, { input: { title: 'below', parentId: inner } });
      const done = await outcomes(update({ id: outer, parentId: above }), grow);
      expect(done.toSorted()).toEqual([false, true]);
    }
  });

  test('a subtask that is added while all below its parent is completed is completed too, or refused', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [outer, inner] = (await line(2)) as [string, string];
      const added = alice.run(CreateTaskDocument, { input: { title: 'late', parentId: inner } });
      const completed = alice.run(CompleteTaskDocument, { id: outer, subtasks: 'COMPLETE' });
      const [creation] = await Promise.allSettled([added, completed]);
      expect((await completed).completeTask.task.status).toBe('COMPLETED');
      expect((await family(inner)).subtaskCounts).toEqual({ open: 0, done: creation.status === 'fulfilled' ? 1 : 0 });
    }
  });
});

test('a page of tasks with their families is one statement for each relation', async () => {
  const { alice: owner } = await test_.tenant();
  for (let n = 0; n < 3; n += 1) await line(3, owner);
  const query = '{ tasks { nodes { title parent { title } subtasks { title } subtaskCounts { open done } } } }';
  const names = (await statementsOf(() => owner.run(query))).map(({ name }) => name.replace(/-[0-9a-f]{40}$/, ''));
  expect(names.toSorted()).toEqual(['count-subtasks', 'seen-tasks', 'subtasks', 'tasks']);
});
