import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertProject } from '../../support/insert-project.ts';
import {
  CompleteTaskDocument,
  CreateCommentDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  TaskDocument,
  UndoDocument,
  UpdateCommentDocument,
  UpdateTaskDocument,
  UpdateTasksDocument,
} from '../../support/operations.ts';
import { makeSeries, openOf } from '../../support/series.ts';
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

const undo = async (changeId: string, person = alice) => (await person.run(UndoDocument, { changeId })).undo;
const refusal = (changeId: string, person = alice) => person.refused(UndoDocument, { changeId });
const read = async (id: string) => (await alice.run(TaskDocument, { id })).task;
const create = async (input: object = {}) =>
  (await alice.run(CreateTaskDocument, { input: { title: 'a', ...input } })).createTask;
const update = async (id: string, changes: object, person = alice) =>
  (await person.run(UpdateTaskDocument, { input: { id, ...changes } })).updateTask.changeId;

async function renamed(...titles: string[]): Promise<{ id: string; changeIds: string[] }> {
  const { task } = await create();
  const changeIds = [];
  for (const title of titles) changeIds.push(await update(task.id, { title }));
  return { id: task.id, changeIds };
}

describe('undoing the latest change', () => {
  test('makes the one before it undoable again, at any depth, down to the creation', async () => {
    const { task, changeId } = await create();
    const changeIds = [changeId];
    for (const title of ['b', 'c', 'd', 'e']) changeIds.push(await update(task.id, { title }));
    const seen = [];
    for (const one of changeIds.reverse()) {
      const [undone] = (await undo(one)).tasks;
      seen.push([undone?.title, undone?.version, undone?.deletedAt !== null]);
    }
    expect(seen).toEqual([
      ['d', 6, false],
      ['c', 7, false],
      ['b', 8, false],
      ['a', 9, false],
      ['a', 10, true],
    ]);
  });

  test('can be redone in the opposite order, and undone once more', async () => {
    const { id, changeIds } = await renamed('b', 'c');
    const [toB = '', toC = ''] = changeIds;
    const undoneC = (await undo(toC)).changeId;
    const undoneB = (await undo(toB)).changeId;
    expect((await refusal(undoneC)).code).toBe('CONFLICT');
    const redoneB = await undo(undoneB);
    expect(redoneB.tasks).toMatchObject([{ title: 'b' }]);
    const redoneC = await undo(undoneC);
    expect(redoneC.tasks).toMatchObject([{ title: 'c' }]);
    expect((await undo(toC)).tasks).toMatchObject([{ title: 'b' }]);
    expect((await undo(redoneB.changeId)).tasks).toMatchObject([{ title: 'a' }]);
    expect(await read(id)).toMatchObject({ title: 'a', version: 9 });
  });

  test('raises the version, which an update can rely on', async () => {
    const { id, changeIds } = await renamed('b', 'c');
    await undo(changeIds[1] ?? '');
    const input = { id, title: 'd', expectedVersion: 2 };
    expect((await alice.refused(UpdateTaskDocument, { input })).code).toBe('PRECONDITION_FAILED');
    expect(await read(id)).toMatchObject({ title: 'b', version: 4 });
  });
});

describe('a change that others stand upon', () => {
  test('cannot be undone before them, and nothing is', async () => {
    const { id, changeIds } = await renamed('b', 'c');
    expect(await refusal(changeIds[0] ?? '')).toMatchObject({
      code: 'CONFLICT',
      message: 'The task "c" was changed later. Nothing was undone.',
    });
    expect(await read(id)).toMatchObject({ title: 'c', version: 3 });
  });

  test('stays so when a later one brings back what it left by hand', async () => {
    const { changeIds } = await renamed('b', 'c', 'b');
    expect((await refusal(changeIds[0] ?? '')).code).toBe('CONFLICT');
  });

  test('and was undone itself cannot be undone again', async () => {
    const { changeIds } = await renamed('b');
    await undo(changeIds[0] ?? '');
    expect((await refusal(changeIds[0] ?? '')).code).toBe('CONFLICT');
  });

  test('cannot be redone over a change made since it was undone', async () => {
    const { id, changeIds } = await renamed('b');
    const { changeId } = await undo(changeIds[0] ?? '');
    const later = await update(id, { title: 'mine' });
    expect((await refusal(changeId)).code).toBe('CONFLICT');
    await undo(later);
    expect((await undo(changeId)).tasks).toMatchObject([{ title: 'b' }]);
  });
});

describe('changes of several users', () => {
  test('are taken back in the opposite order, each by its author', async () => {
    const bob = await tenant.person('bob');
    const projectId = await insertProject(test_.app, alice, { members: [bob] });
    const { task } = await create({ projectId });
    const alices = await update(task.id, { title: 'of alice' });
    const bobs = await update(task.id, { title: 'of bob' }, bob);
    expect((await refusal(alices)).code).toBe('CONFLICT');
    expect((await refusal(bobs)).code).toBe('NOT_FOUND');
    await undo(bobs, bob);
    expect((await undo(alices)).tasks).toMatchObject([{ title: 'a' }]);
  });
});

describe('a change of many', () => {
  test('waits for the changes of each, and is then undone as one', async () => {
    const ids = [(await create()).task.id, (await create({ title: 'z' })).task.id];
    const many = (await alice.run(UpdateTasksDocument, { target: { ids }, changes: { addTags: ['x'] } })).updateTasks;
    const one = await update(ids[1] ?? '', { title: 'mine' });
    expect((await refusal(many.changeId)).code).toBe('CONFLICT');
    expect((await read(ids[0] ?? '')).tags).toEqual(['x']);
    await undo(one);
    expect((await undo(many.changeId)).tasks.map(({ tags }) => tags)).toEqual([[], []]);
  });
});

describe('the stack also holds for', () => {
  test('reminders that move with their task', async () => {
    const { task } = await create({ due: { at: '2026-02-05T17:00:00Z' } });
    const input = { taskId: task.id, trigger: 'AT_DUE' as const };
    const made = (await alice.run(CreateReminderDocument, { input })).createReminder.changeId;
    const first = await update(task.id, { due: { at: '2026-02-06T17:00:00Z' } });
    const second = await update(task.id, { due: { at: '2026-02-07T17:00:00Z' } });
    const { changeId: done } = (await alice.run(CompleteTaskDocument, { id: task.id })).completeTask;
    const seen = [];
    for (const changeId of [done, second, first, made]) seen.push((await undo(changeId)).reminders[0]);
    expect(seen.map((reminder) => [reminder?.status, reminder?.remindAt.slice(0, 10)])).toEqual([
      ['PENDING', '2026-02-07'],
      ['PENDING', '2026-02-06'],
      ['PENDING', '2026-02-05'],
      ['CANCELLED', '2026-02-05'],
    ]);
  });

  test('comments', async () => {
    const { task } = await create();
    const said = (await alice.run(CreateCommentDocument, { input: { taskId: task.id, text: 'one' } })).createComment;
    const edit = async (text: string) =>
      (await alice.run(UpdateCommentDocument, { input: { id: said.comment.id, text } })).updateComment.changeId;
    const [two, three] = [await edit('two'), await edit('three')];
    expect((await undo(three)).comments).toMatchObject([{ text: 'two' }]);
    expect((await undo(two)).comments).toMatchObject([{ text: 'one' }]);
    const gone = await undo(said.changeId);
    expect(gone.comments).toEqual([]);
    expect((await undo(gone.changeId)).comments).toMatchObject([{ text: 'one' }]);
  });

  test('projects', async () => {
    const run = async (mutation: string) => {
      const answer = await alice.run<Record<string, { changeId: string; project: { id: string } }>, never>(mutation);
      return Object.values(answer)[0] as { changeId: string; project: { id: string } };
    };
    const made = await run('mutation { createProject(input: { name: "a" }) { changeId project { id } } }');
    const rename = (name: string) =>
      run(
        `mutation { updateProject(input: { id: "${made.project.id}", name: "${name}" }) { changeId project { id } } }`,
      );
    const [b, c] = [await rename('b'), await rename('c')];
    const names = [];
    for (const { changeId } of [c, b]) {
      const undone = await alice.run<{ undo: { projects: { name: string }[] } }, never>(
        `mutation { undo(changeId: "${changeId}") { projects { name } } }`,
      );
      names.push(undone.undo.projects[0]?.name);
    }
    expect(names).toEqual(['b', 'a']);
    await undo(made.changeId);
  });

  test('occurrences of a series that were completed one after another', async () => {
    const { id } = await makeSeries(alice, { due: { at: '2026-02-05T17:00:00Z' } });
    const dues = async () => (await openOf(alice, id)).map(({ due }) => JSON.stringify(due));
    const states = [await dues()];
    const changeIds = [];
    for (let count = 0; count < 3; count += 1) {
      const [open] = await openOf(alice, id);
      changeIds.push((await alice.run(CompleteTaskDocument, { id: open?.id ?? '' })).completeTask.changeId);
      states.push(await dues());
    }
    const undone = [];
    for (const changeId of changeIds.reverse()) {
      states.pop();
      undone.push((await undo(changeId)).changeId);
      expect(await dues()).toEqual(states.at(-1));
    }
    for (const changeId of undone.reverse()) await undo(changeId);
    expect(await dues()).toEqual([expect.stringContaining('2026-02-08')]);
    for (const changeId of changeIds) await undo(changeId);
    expect(await dues()).toEqual(states.at(-1));
  });
});
