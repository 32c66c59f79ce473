import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { trashWork } from '../../../src/domain/task-operations/empty-trash.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import {
  CompleteTaskDocument,
  CompleteTasksDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  DeleteTasksDocument,
  TaskDocument,
  TaskRemindersDocument,
  UndoDocument,
  UpdateTaskDocument,
  UpdateTasksDocument,
} from '../../support/operations.ts';
import { makeSeries, openOf } from '../../support/series.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { workContext } from '../../support/work.ts';

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

const due = { at: '2026-02-05T17:00:00Z' };
const undo = async (changeId: string, person = alice) => (await person.run(UndoDocument, { changeId })).undo;
const task = async (id: string) => (await alice.run(TaskDocument, { id })).task;
const create = async (title: string) => (await alice.run(CreateTaskDocument, { input: { title } })).createTask;
const globalIds = (tasks: readonly { id: string }[]) => tasks.map(({ id }) => encodeGlobalId('Task', id));

async function many(count: number): Promise<string[]> {
  return globalIds(
    await insertTasks(
      test_.app,
      alice,
      Array.from({ length: count }, () => ({})),
    ),
  );
}

describe('undo of a change of many', () => {
  test.each([
    ['completeTasks', CompleteTasksDocument],
    ['deleteTasks', DeleteTasksDocument],
  ] as const)('of %s takes as many statements for 500 as for 5, and so does undoing that', async (name, document) => {
    const statementsFor = async (count: number) => {
      const target = { ids: await many(count) };
      const answer = (await alice.run(document as typeof CompleteTasksDocument, { target })) as Record<string, unknown>;
      const { changeId } = answer[name] as { changeId: string };
      let undoId = '';
      const once = await statementsOf(async () => {
        undoId = (await undo(changeId)).changeId;
      });
      const twice = await statementsOf(() => undo(undoId));
      return [once, twice].map((statements) => statements.map((statement) => statement.name));
    };
    const few = await statementsFor(5);
    expect(few[0]?.length).toBeLessThan(9);
    expect(await statementsFor(500)).toEqual(few);
  });

  test('gives each back what it had, to other projects too', async () => {
    const [from, to] = [
      await insertProject(test_.app, alice, { name: 'from' }),
      await insertProject(test_.app, alice, { name: 'to' }),
    ];
    const ids = await many(3);
    await alice.run(UpdateTaskDocument, { input: { id: ids[0] ?? '', projectId: from, tags: ['own'] } });
    const changes = { projectId: to, addTags: ['new'], priority: 'HIGH' as const };
    const { changeId } = (await alice.run(UpdateTasksDocument, { target: { ids }, changes })).updateTasks;
    const undone = await undo(changeId);
    expect(undone.tasks.map(({ tags, priority }) => [tags.join(), priority]).sort()).toEqual([
      ['', 'MEDIUM'],
      ['', 'MEDIUM'],
      ['own', 'MEDIUM'],
    ]);
    const inFrom = `{ tasks(filter: { projectId: "${from}" }) { nodes { id } } }`;
    expect(await alice.run(inFrom)).toEqual({ tasks: { nodes: [{ id: ids[0] }] } });
  });

  test('is refused whole, naming a task that was changed since', async () => {
    const ids = await many(2);
    const { changeId } = (await alice.run(DeleteTasksDocument, { target: { ids } })).deleteTasks;
    await undo(changeId);
    await alice.run(UpdateTaskDocument, { input: { id: ids[1] ?? '', title: 'mine' } });
    const again = (await alice.run(DeleteTasksDocument, { target: { ids } })).deleteTasks;
    await alice.run('mutation ($id: ID!) { restoreTask(id: $id) { changeId } }', { id: ids[1] } as never);
    const refusal = await alice.refused(UndoDocument, { changeId: again.changeId });
    expect(refusal).toMatchObject({
      code: 'CONFLICT',
      message: 'The task "mine" was changed later. Nothing was undone.',
    });
    expect((await task(ids[0] ?? '')).deletedAt).not.toBeNull();
  });
});

describe('what followed from a change', () => {
  test('is undone with it, also where the one who made the change does not see it', async () => {
    const bob = await tenant.person('bob');
    const { id } = await makeSeries(alice, { due });
    const taskId = (await openOf(alice, id))[0]?.id ?? '';
    await alice.run(CreateReminderDocument, { input: { taskId, trigger: 'AT_DUE' } });
    await alice.run(UpdateTaskDocument, {
      input: { id: taskId, assigneeId: encodeGlobalId('User', bob.viewer.userId) },
    });
    const { changeId } = (await bob.run(CompleteTaskDocument, { id: taskId })).completeTask;
    const [next] = await openOf(alice, id);
    expect(await bob.refused(TaskDocument, { id: next?.id ?? '' })).toMatchObject({ code: 'NOT_FOUND' });

    const undone = await undo(changeId, bob);
    expect(undone.tasks.map((one) => one.id)).toEqual([taskId]);
    expect(await openOf(alice, id)).toMatchObject([{ id: taskId }]);
    expect((await alice.run(TaskRemindersDocument, { id: taskId })).task.reminders).toMatchObject([
      { status: 'PENDING' },
    ]);
    await undo(undone.changeId, bob);
    expect(await openOf(alice, id)).toMatchObject([{ id: next?.id }]);
  });

  test('but what somebody changed they must still see', async () => {
    const bob = await tenant.person('bob');
    const projectId = await insertProject(test_.app, alice, { isPrivate: true, members: [bob] });
    const { task: made } = (await alice.run(CreateTaskDocument, { input: { title: 'a', projectId } })).createTask;
    const { changeId } = (await bob.run(CompleteTaskDocument, { id: made.id })).completeTask;
    await test_.app.db.query('DELETE FROM project_member WHERE "userId" = $1', [bob.viewer.userId]);
    expect(await bob.refused(UndoDocument, { changeId })).toMatchObject({ code: 'NOT_FOUND' });
    expect((await task(made.id)).status).toBe('COMPLETED');
  });
});

test('undo leaves a task alone whose parent was deleted for good when the change did not concern it', async () => {
  const bob = await tenant.person('bob');
  const assigneeId = encodeGlobalId('User', bob.viewer.userId);
  const { task: parent } = (await alice.run(CreateTaskDocument, { input: { title: 'a', assigneeId } })).createTask;
  const input = { title: 'b', parentId: parent.id };
  const { task: child } = (await bob.run(CreateTaskDocument, { input })).createTask;
  const renamed = await bob.run(UpdateTaskDocument, { input: { id: child.id, title: 'renamed' } });
  await alice.run(DeleteTasksDocument, { target: { ids: [parent.id] } });
  test_.clock.advance(31 * 24 * 60 * 60 * 1000);
  await trashWork.run(workContext(test_.app));
  expect((await undo(renamed.updateTask.changeId, bob)).tasks).toMatchObject([{ title: 'b' }]);
});

describe('undo is refused', () => {
  test('when a task of the change has left the trash for good', async () => {
    const [kept, gone] = [await create('kept'), await create('gone')];
    const target = { ids: [kept.task.id, gone.task.id] };
    const { changeId } = (await alice.run(DeleteTasksDocument, { target })).deleteTasks;
    await alice.run('mutation ($id: ID!) { restoreTask(id: $id) { changeId } }', { id: kept.task.id } as never);
    test_.clock.advance(31 * 24 * 60 * 60 * 1000);
    await trashWork.run(workContext(test_.app));
    const refusal = await alice.refused(UndoDocument, { changeId });
    expect(refusal).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('permanently deleted') });
  });

  test('when a task would come back under a parent that was deleted for good', async () => {
    const parent = (await create('parent')).task;
    const input = { title: 'child', parentId: parent.id };
    const child = (await alice.run(CreateTaskDocument, { input })).createTask.task;
    const moved = await alice.run(UpdateTaskDocument, { input: { id: child.id, parentId: null } });
    await alice.run(DeleteTasksDocument, { target: { ids: [parent.id] } });
    test_.clock.advance(31 * 24 * 60 * 60 * 1000);
    await trashWork.run(workContext(test_.app));
    const refusal = await alice.refused(UndoDocument, { changeId: moved.updateTask.changeId });
    expect(refusal).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('Nothing was undone') });
  });

  test('to all but one of several who undo the same change at once', async () => {
    const { task: made } = await create('a');
    const input = { id: made.id, title: 'b' };
    const { changeId } = (await alice.run(UpdateTaskDocument, { input })).updateTask;
    const answers = await Promise.all([1, 2, 3, 4].map(() => alice.answer(UndoDocument, { changeId })));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(await task(made.id)).toMatchObject({ title: 'a', version: 3 });
  });

  test('for a change of a kind that stays', async () => {
    const { updateMe } = await alice.run<{ updateMe: { changeId: string } }, never>(
      'mutation { updateMe(input: { name: "Alice" }) { changeId } }',
    );
    const refusal = await alice.refused(UndoDocument, { changeId: updateMe.changeId });
    expect(refusal).toMatchObject({
      code: 'CONFLICT',
      message: 'A change with an event of the type user.updated cannot be undone.',
    });
  });
});
