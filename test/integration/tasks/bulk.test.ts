import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { untilBlocked } from '../../support/blocking.ts';
import { insertProject } from '../../support/insert-project.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import {
  CompleteTaskDocument,
  CompleteTasksDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  type CreateTaskInput,
  DeleteTasksDocument,
  ReopenTasksDocument,
  RestoreTasksDocument,
  type TaskChangesInput,
  TaskDocument,
  type TaskFilter,
  TaskRemindersDocument,
  TasksDocument,
  type TaskTarget,
  UndoDocument,
  UpdateTasksDocument,
} from '../../support/operations.ts';
import { makeSeries, openOf } from '../../support/series.ts';
import { statementsOf } from '../../support/statements.ts';
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

const due = { at: '2026-02-05T17:00:00Z' };

async function create(title: string, input: Partial<CreateTaskInput> = {}, person = alice): Promise<string> {
  return (await person.run(CreateTaskDocument, { input: { title, ...input } })).createTask.task.id;
}
const task = async (id: string) => (await alice.run(TaskDocument, { id })).task;
const complete = async (ids: string[]) => (await alice.run(CompleteTasksDocument, { target: { ids } })).completeTasks;
const update = async (ids: string[], changes: TaskChangesInput) =>
  (await alice.run(UpdateTasksDocument, { target: { ids }, changes })).updateTasks;
const countEvents = async () => {
  const text = 'SELECT count(*)::int AS count FROM event WHERE "tenantId" = $1';
  return (await test_.app.db.query<{ count: number }>(text, [tenant.id])).rows[0]?.count;
};
const globalIds = (tasks: readonly { id: string }[]) => tasks.map(({ id }) => encodeGlobalId('Task', id));

describe('several tasks are changed as one', () => {
  test('completed, reopened, put into the trash and taken out of it, in the order they were given', async () => {
    const ids = [await create('a', { due }), await create('b')].reverse();
    await alice.run(CreateReminderDocument, { input: { taskId: ids[1] ?? '', trigger: 'AT_DUE' } });
    const target = { ids };
    const completed = await complete(ids);
    expect(completed).toMatchObject({ isApplied: true, subtasks: [] });
    expect(completed.results).toMatchObject(
      ids.map((id) => ({ taskId: id, task: { status: 'COMPLETED' }, refusal: null })),
    );
    expect((await alice.run(TaskRemindersDocument, { id: ids[1] ?? '' })).task.reminders).toMatchObject([
      { status: 'CANCELLED' },
    ]);
    const reopened = (await alice.run(ReopenTasksDocument, { target })).reopenTasks;
    expect(reopened.results.map((result) => result.task?.status)).toEqual(['ACTIVE', 'ACTIVE']);
    const deleted = (await alice.run(DeleteTasksDocument, { target })).deleteTasks;
    expect(deleted.results.map((result) => result.task?.deletedAt)).not.toContain(null);
    const restored = (await alice.run(RestoreTasksDocument, { target })).restoreTasks;
    expect(restored.results.map((result) => result.task?.deletedAt)).toEqual([null, null]);
  });

  test('one undo takes all of it back', async () => {
    const ids = [await create('a', { due }), await create('b')];
    await alice.run(CreateReminderDocument, { input: { taskId: ids[0] ?? '', trigger: 'AT_DUE' } });
    const { changeId } = await complete(ids);
    const { undo } = await alice.run(UndoDocument, { changeId });
    expect(undo.tasks.map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
    expect(undo.reminders).toMatchObject([{ status: 'PENDING' }]);
  });

  test('a repeat with its key is answered by the first result, refused or not', async () => {
    const ids = [await create('a'), await create('b')];
    const call = { target: { ids }, idempotencyKey: `once ${ids[0]}` };
    const first = (await alice.run(CompleteTasksDocument, call)).completeTasks;
    expect((await alice.run(CompleteTasksDocument, call)).completeTasks).toEqual(first);
    const again = { ...call, idempotencyKey: `twice ${ids[0]}` };
    const refused = (await alice.run(CompleteTasksDocument, again)).completeTasks;
    expect(refused.isApplied).toBe(false);
    expect((await alice.run(CompleteTasksDocument, again)).completeTasks).toEqual(refused);
  });

  test('occurrences of series are followed by as many as were done', async () => {
    const { id } = await makeSeries(alice, { due, generateAhead: 2 });
    const open = await openOf(alice, id);
    await alice.run(CreateReminderDocument, { input: { taskId: open[1]?.id ?? '', trigger: 'AT_DUE' } });
    const { isApplied } = await complete(open.slice(0, 2).map((one) => one.id));
    expect(isApplied).toBe(true);
    const next = await openOf(alice, id);
    expect(next.map((one) => one.due)).toEqual([7, 8, 9].map((day) => `2026-02-0${day}T17:00:00.000Z`));
    const { reminders } = (await alice.run(TaskRemindersDocument, { id: next[2]?.id ?? '' })).task;
    expect(reminders).toMatchObject([{ status: 'PENDING', remindAt: '2026-02-09T17:00:00.000Z' }]);
  });

  test('at once by two, one is applied and the other refused', async () => {
    const ids = globalIds(
      await insertTasks(
        test_.app,
        alice,
        Array.from({ length: 50 }, () => ({})),
      ),
    );
    const both = await Promise.all([complete(ids), complete([...ids].reverse())]);
    expect(both.map(({ isApplied }) => isApplied).sort()).toEqual([false, true]);
  });
});

describe('when one is refused', () => {
  test('none is changed, and each task is told of', async () => {
    const bob = await tenant.person('bob');
    const ids = [await create('fine'), await create('done'), await create('hidden', {}, bob)];
    await alice.run(CompleteTaskDocument, { id: ids[1] ?? '' });
    const before = await countEvents();
    const { isApplied, results } = await complete(ids);
    expect(isApplied).toBe(false);
    expect(results).toMatchObject([
      { taskId: ids[0], task: { title: 'fine', status: 'ACTIVE' }, refusal: null },
      { taskId: ids[1], refusal: { code: 'CONFLICT', message: 'The task is already completed.' } },
      { taskId: ids[2], task: null, refusal: { code: 'NOT_FOUND' } },
    ]);
    expect((await task(ids[0] ?? '')).status).toBe('ACTIVE');
    expect(await countEvents()).toBe(before);
  });

  test('a role that may not write may not do it to many either', async () => {
    const vera = await tenant.person('vera', 'VIEWER');
    expect(await vera.refused(DeleteTasksDocument, { target: { filter: {} } })).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('tasks are meant by a filter', () => {
  test.each<TaskFilter>([
    {},
    { text: null },
    { tags: [] },
    { and: [{}, { tags: null }] },
    { or: [{ text: 'x' }, {}] },
    { not: {} },
  ])('of which %j has no condition: it means every task only with the number of them', async (filter) => {
    await create('one');
    await create('two');
    expect(await alice.refused(CompleteTasksDocument, { target: { filter } })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: ['target', 'filter'] }],
    });
    const { completeTasks } = await alice.run(CompleteTasksDocument, {
      target: { filter: { ...filter, ...('not' in filter && { not: null }) } },
      expectedCount: 2,
    });
    expect(completeTasks.results).toHaveLength(2);
  });

  test.each(['🎉', '%', '---', 'C#', 'milk', 'milk %', '🚀 🎉', '', '\u200b'])(
    'of the text %j: what a bulk operation touches is what the list shows, or both refuse',
    async (text) => {
      for (const title of ['Buy milk', 'Party 🎉', 'Learn C#', 'Vitamin C', 'Launch 🚀 🎉', '100 %']) {
        await alice.run(CreateTaskDocument, { input: { title } });
      }
      const listed = await alice
        .run(TasksDocument, { filter: { text } })
        .then(({ tasks }) => tasks.nodes.map(({ title }) => title).sort())
        .catch((): null => null);
      if (listed === null) {
        const refusal = await alice.refused(DeleteTasksDocument, { target: { filter: { text } } });
        expect(refusal).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['target', 'filter', 'text'] }] });
        return;
      }
      const { deleteTasks } = await alice.run(DeleteTasksDocument, { target: { filter: { text } } });
      expect(deleteTasks.results.map(({ task }) => task?.title).sort()).toEqual(listed);
      expect(listed.length).toBeLessThan(3);
    },
  );

  test('when the viewer sees them and it holds for them', async () => {
    const bob = await tenant.person('bob');
    await create('hidden', { priority: 'URGENT' }, bob);
    const ids = [await create('a', { priority: 'URGENT' }), await create('b', { priority: 'URGENT' })];
    await create('c');
    const target = { filter: { priorities: ['URGENT' as const] } };
    const { results } = (await alice.run(DeleteTasksDocument, { target, expectedCount: 2 })).deleteTasks;
    expect(results.map(({ taskId }) => taskId).sort()).toEqual(ids.sort());
    const nothing = (await alice.run(DeleteTasksDocument, { target })).deleteTasks;
    expect(nothing).toMatchObject({ isApplied: true, results: [] });
  });

  test('is refused when it means another number than was said', async () => {
    const id = await create('a');
    const target = { filter: {} };
    const refusal = await alice.refused(DeleteTasksDocument, { target, expectedCount: 2 });
    expect(refusal).toMatchObject({ code: 'PRECONDITION_FAILED', message: 'The filter matches 1 tasks, not 2.' });
    expect((await task(id)).deletedAt).toBeNull();
  });

  test('one that ceases to match while it is waited for is left alone', async () => {
    const [first, second] = await insertTasks(test_.app, alice, [{}, {}]);
    const other = await test_.app.db.connect();
    await other.query('BEGIN');
    await other.query('UPDATE task SET priority = $2 WHERE id = $1', [second?.id, 'LOW']);
    const target = { filter: { priorities: ['MEDIUM' as const] } };
    const waiting = alice.run(DeleteTasksDocument, { target });
    await untilBlocked(test_.app.db, '%WITH RECURSIVE below%');
    await other.query('COMMIT');
    other.release();
    const { results } = (await waiting).deleteTasks;
    expect(results.map(({ taskId }) => taskId)).toEqual(globalIds(first ? [first] : []));
  });

  test('and are too many', async () => {
    await insertTasks(
      test_.app,
      alice,
      Array.from({ length: 501 }, () => ({})),
    );
    const refusal = await alice.refused(DeleteTasksDocument, { target: { filter: { status: 'ACTIVE' } } });
    expect(refusal).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('The filter matches 501 tasks'),
    });
    expect(refusal.fields).toMatchObject([{ path: ['target', 'filter'] }]);
  });

  test('is refused with a count beside ids', async () => {
    const refusal = await alice.refused(DeleteTasksDocument, { target: { ids: [] }, expectedCount: 1 });
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['expectedCount'] }] });
  });

  test.each<[TaskTarget, (string | number)[]]>([
    [{ ids: Array.from({ length: 501 }, () => encodeGlobalId('Task', crypto.randomUUID())) }, ['target', 'ids']],
    [{ ids: ['nonsense'] }, ['target', 'ids', 0]],
  ])('or with too many or invalid ids: case %#', async (target, path) => {
    const { code, fields } = await alice.refused(CompleteTasksDocument, { target });
    expect([code, fields?.[0]?.path]).toEqual(['INVALID_INPUT', path]);
  });
});

describe('subtasks', () => {
  test('that are meant themselves are no obstacle, others are asked about', async () => {
    const parent = await create('parent');
    const child = await create('child', { parentId: parent });
    expect((await complete([parent])).results).toMatchObject([{ refusal: { code: 'CONFLICT' } }]);
    expect((await complete([parent, child])).isApplied).toBe(true);
  });

  test('go along once, also when they are meant too', async () => {
    const parent = await create('parent');
    const child = await create('child', { parentId: parent });
    const other = await create('other', { parentId: parent });
    const { results, subtasks } = (await alice.run(DeleteTasksDocument, { target: { ids: [child, parent] } }))
      .deleteTasks;
    expect(results.map(({ taskId }) => taskId)).toEqual([child, parent]);
    expect(subtasks.map(({ id }) => id)).toEqual([other]);
    const target = { ids: [parent] };
    const restored = (await alice.run(RestoreTasksDocument, { target })).restoreTasks;
    expect(restored.subtasks.map(({ id }) => id).sort()).toEqual([child, other].sort());
  });

  test('go along to another project, meant or not', async () => {
    const projectId = await insertProject(test_.app, alice, { name: 'house' });
    const parent = await create('parent');
    const child = await create('child', { parentId: parent });
    await create('other', { parentId: parent });
    const { isApplied, subtasks } = await update([child, parent], { projectId });
    expect({ isApplied, titles: subtasks.map(({ title }) => title) }).toEqual({ isApplied: true, titles: ['other'] });
  });
});

describe('the same is changed of many', () => {
  test('beside what each has of its own', async () => {
    const ids = [await create('a', { tags: ['x', 'y'] }), await create('b', { tags: ['z'] })];
    const { results } = await update(ids, { priority: 'HIGH', addTags: ['New'], removeTags: ['y'] });
    expect(results.map((result) => result.task)).toMatchObject([
      { priority: 'HIGH', tags: ['x', 'new'] },
      { priority: 'HIGH', tags: ['z', 'new'] },
    ]);
  });

  test('dues move by days on the wall clock, whole days too; a task without one has nothing to move', async () => {
    const berlin = { atInZone: { at: '2026-03-28T16:00:00Z', timeZone: 'Europe/Berlin' } };
    const ids = [
      await create('a', { due: berlin }),
      await create('b', { due: { date: '2026-02-28' } }),
      await create('c'),
    ];
    const { results } = await update(ids, { moveDueByDays: 1 });
    expect(results.map((result) => result.task?.due)).toMatchObject([
      { at: '2026-03-29T15:00:00.000Z', timeZone: 'Europe/Berlin' },
      { date: '2026-03-01' },
      null,
    ] as object[]);
    expect(results[2]?.task?.version).toBe(1);
  });

  test('is refused for a task that would have too many tags, one in the trash, and a member who is none', async () => {
    const full = await create('full', { tags: Array.from({ length: 20 }, (_, n) => `t${n}`) });
    const gone = await create('gone');
    await alice.run(DeleteTasksDocument, { target: { ids: [gone] } });
    const { isApplied, results } = await update([full, gone, await create('fine')], { addTags: ['one more'] });
    expect(isApplied).toBe(false);
    expect(results.map(({ refusal }) => refusal?.code)).toEqual(['INVALID_INPUT', 'CONFLICT', undefined]);
    const assigneeId = encodeGlobalId('User', crypto.randomUUID());
    const refusal = await alice.refused(UpdateTasksDocument, { target: { ids: [full] }, changes: { assigneeId } });
    expect(refusal.code).toBe('NOT_FOUND');
  });

  test('is refused for each task that may not be where it would be', async () => {
    const bob = await tenant.person('bob');
    const projectId = await insertProject(test_.app, alice, { name: 'secret', isPrivate: true });
    const ids = [
      await create('mine'),
      await create('of bob', { assigneeId: encodeGlobalId('User', bob.viewer.userId) }),
    ];
    const { isApplied, results } = await update(ids, { projectId });
    expect(isApplied).toBe(false);
    expect(results.map(({ refusal }) => refusal?.code)).toEqual([undefined, 'INVALID_INPUT']);
  });
});

test.each(['completeTasks', 'deleteTasks', 'updateTasks'])(
  '%s takes as many statements for 500 tasks as for 5',
  async (name) => {
    const changes = name === 'updateTasks' ? ', changes: { moveDueByDays: 1 }' : '';
    const statementsFor = async (count: number) => {
      const tasks = await insertTasks(
        test_.app,
        alice,
        Array.from({ length: count }, () => ({ dueAt: new Date('2026-02-05T17:00:00Z'), dueTimeZone: 'UTC' })),
      );
      await test_.app.db.query(
        `INSERT INTO reminder (id, "tenantId", "taskId", "userId", trigger, channel, status, "remindAt", "nextAttemptAt",
         attempts, version, "createdAt", "updatedAt")
       SELECT gen_random_uuid(), "tenantId", id, "creatorId", 'AT_DUE', 'EMAIL', 'PENDING', "dueAt", "dueAt", 0, 1,
         "createdAt", "createdAt"
       FROM task WHERE id = ANY($1)`,
        [tasks.map(({ id }) => id)],
      );
      const ids = JSON.stringify(globalIds(tasks));
      const run = () =>
        alice.run(`mutation { ${name}(target: { ids: ${ids} }${changes}) { isApplied results { task { title } } } }`);
      return (await statementsOf(run)).map((statement) => statement.name);
    };
    const few = await statementsFor(5);
    expect(few.length).toBeLessThan(9);
    expect(await statementsFor(500)).toEqual(few);
  },
);

test('a filter takes a turn among the costly reads of its tenant before it takes a connection; ids do not', async () => {
  const id = await create('a', { tags: ['one'] });
  const { tenants } = test_.app;
  // The tenant has two such turns.
  const held = [await tenants.costlyTurn(tenant.id), await tenants.costlyTurn(tenant.id)];
  let isDone = false;
  const byFilter = alice.run(CompleteTasksDocument, { target: { filter: { tags: ['one'] } } }).then((answer) => {
    isDone = true;
    return answer.completeTasks;
  });
  for (let n = 0; n < 3; n += 1) await update([id], { addTags: [`tag ${n}`] });
  expect(isDone).toBe(false);
  for (const turn of held) turn[Symbol.dispose]();
  expect((await byFilter).results).toMatchObject([{ task: { id } }]);
});
