import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { authenticate } from '../../../src/auth/authenticate.ts';
import type { Task } from '../../../src/generated/prisma/client.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import {
  CreateRecurrenceDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  RemoveMemberDocument,
  UndoDocument,
} from '../../support/operations.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
let bob: Person;
let carol: Person;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  tenant = await test_.tenant();
  alice = tenant.alice;
  [bob, carol] = [await tenant.person('bob'), await tenant.person('carol')];
});

const idOf = ({ viewer }: Person) => encodeGlobalId('User', viewer.userId);
const uuid = (id: string) => Buffer.from(id, 'base64url').toString().split(':')[1] as string;

async function createTask(by: Person, title: string, assignee?: Person): Promise<string> {
  const input = { title, due: { date: '2099-01-01' }, assigneeId: assignee && idOf(assignee) };
  return (await by.run(CreateTaskDocument, { input })).createTask.task.id;
}

async function read(table: string, id: string) {
  const { rows } = await test_.app.db.query(`SELECT * FROM ${table} WHERE id = $1`, [uuid(id)]);
  return rows[0];
}

const remove = (heir?: Person) =>
  alice.run(RemoveMemberDocument, { userId: idOf(bob), handOverTo: heir && idOf(heir) });

test('open tasks of who leaves, and all that only they see, are assigned to who takes over', async () => {
  const given = await createTask(alice, 'given to bob', bob);
  const own = await createTask(bob, 'of his own');
  const passed = await createTask(bob, 'passed to carol', carol);
  const [done, doneForAlice, trashed] = (await insertTasks(test_.app, bob, [
    { status: 'COMPLETED', completedAt: new Date() },
    { status: 'COMPLETED', completedAt: new Date(), creatorId: alice.viewer.userId, assigneeId: bob.viewer.userId },
    { deletedAt: new Date() },
  ])) as [Task, Task, Task];
  const { changeId } = (await remove(carol)).removeMember;
  for (const id of [given, own, passed])
    expect(await read('task', id)).toMatchObject({ assigneeId: carol.viewer.userId });
  const { rows } = await test_.app.db.query('SELECT id, "assigneeId" FROM task WHERE id = ANY($1)', [
    [done.id, doneForAlice.id, trashed.id],
  ]);
  expect(Object.fromEntries(rows.map(({ id, assigneeId }) => [id, assigneeId]))).toEqual({
    [done.id]: carol.viewer.userId,
    [doneForAlice.id]: bob.viewer.userId,
    [trashed.id]: null,
  });
  const events = await test_.app.db.query('SELECT type FROM event WHERE "changeId" = $1 ORDER BY id', [changeId]);
  const types = events.rows.map(({ type }) => type);
  expect(types).toEqual(['membership.removed', 'task.updated', 'task.updated', 'task.updated']);
});

test('they are the remover’s unless somebody is named', async () => {
  const own = await createTask(bob, 'of his own');
  await remove();
  expect(await read('task', own)).toMatchObject({ assigneeId: alice.viewer.userId, version: 2 });
});

test('series go on under who takes over, and reminders are cancelled', async () => {
  const taskId = await createTask(bob, 'of his own');
  const input = { taskId, trigger: 'AT_DUE' } as const;
  const { id } = (await bob.run(CreateReminderDocument, { input })).createReminder.reminder;
  const series = (await bob.run(CreateRecurrenceDocument, { input: { task: { title: 'water' }, preset: 'DAILY' } }))
    .createRecurrence.recurrence.id;
  await remove(carol);
  expect(await read('reminder', id)).toMatchObject({ status: 'CANCELLED', version: 2 });
  expect(await read('recurrence', series)).toMatchObject({ assigneeId: carol.viewer.userId, status: 'ACTIVE' });
  const current = await test_.app.db.query('SELECT id FROM task WHERE "recurrenceId" = $1', [uuid(series)]);
  const skip = 'mutation ($taskId: ID!) { skipOccurrence(taskId: $taskId) { changeId } }';
  await carol.run(skip, { taskId: encodeGlobalId('Task', current.rows[0].id) });
  const open = await test_.app.db.query(
    `SELECT "assigneeId" FROM task WHERE "recurrenceId" = $1 AND status = 'ACTIVE' AND "deletedAt" IS NULL`,
    [uuid(series)],
  );
  expect(open.rows).toEqual([{ assigneeId: carol.viewer.userId }]);
});

test('reminders of a former member do not come back with their task, and are not copied to further occurrences', async () => {
  const task = { title: 'water', due: { date: '2099-01-01' } };
  const input = { task, preset: 'DAILY' } as const;
  const { recurrence } = (await bob.run(CreateRecurrenceDocument, { input })).createRecurrence;
  const taskId = recurrence.openTasks[0]?.id as string;
  const { id } = (await bob.run(CreateReminderDocument, { input: { taskId, trigger: 'AT_DUE' } })).createReminder
    .reminder;
  await remove(carol);
  const due = 'mutation ($id: ID!) { updateTask(input: { id: $id, due: { date: "2099-02-01" } }) { changeId } }';
  await carol.run(due, { id: taskId });
  expect(await read('reminder', id)).toMatchObject({ status: 'CANCELLED', version: 2 });
  await carol.run('mutation ($id: ID!) { completeTask(id: $id) { changeId } }', { id: taskId });
  const ofBob = await test_.app.db.query('SELECT id FROM reminder WHERE "userId" = $1', [bob.viewer.userId]);
  expect(ofBob.rows).toEqual([{ id: uuid(id) }]);
});

test('a private project keeps a member, and its tasks go to nobody who does not see it', async () => {
  const projectOf = async (members: Person[]) => {
    const id = newId();
    await test_.app.db.query(
      `INSERT INTO project (id, "tenantId", "creatorId", name, color, "isPrivate", position, version, "createdAt", "updatedAt")
       VALUES ($1, $2, $3, 'secret', '#000000', true, 1, 1, now(), now())`,
      [id, tenant.id, bob.viewer.userId],
    );
    for (const { viewer } of members) {
      await test_.app.db.query('INSERT INTO project_member VALUES ($1, $2, $3)', [tenant.id, id, viewer.userId]);
    }
    return id;
  };
  const [alone, shared] = [await projectOf([bob]), await projectOf([bob, alice])];
  const [inAlone, inShared] = (await insertTasks(test_.app, bob, [
    { projectId: alone, assigneeId: bob.viewer.userId },
    { projectId: shared, assigneeId: bob.viewer.userId },
  ])) as [Task, Task];
  await remove(carol);
  const { rows } = await test_.app.db.query('SELECT "projectId", "userId" FROM project_member WHERE "tenantId" = $1', [
    tenant.id,
  ]);
  expect(rows).toHaveLength(2);
  expect(rows).toContainEqual({ projectId: alone, userId: carol.viewer.userId });
  expect(rows).toContainEqual({ projectId: shared, userId: alice.viewer.userId });
  const assignees = await test_.app.db.query('SELECT id, "assigneeId" FROM task WHERE id = ANY($1)', [
    [inAlone.id, inShared.id],
  ]);
  expect(assignees.rows).toContainEqual({ id: inAlone.id, assigneeId: carol.viewer.userId });
  expect(assignees.rows).toContainEqual({ id: inShared.id, assigneeId: null });
});

test('tokens end for good, also for a member who returns', async () => {
  const mutation = 'mutation { createToken(input: { name: "laptop" }) { token } }';
  const { createToken } = await bob.run<{ createToken: { token: string } }, object>(mutation);
  await remove();
  await test_.app.db.query('UPDATE membership SET "removedAt" = NULL WHERE "userId" = $1', [bob.viewer.userId]);
  const credentials = { authorization: `Bearer ${createToken.token}`, tenant: undefined };
  await expect(authenticate(test_.app, credentials)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('nobody takes over from themselves, nor who is no member; nothing changes then', async () => {
  const elsewhere = await test_.tenant();
  expect(await alice.refused(RemoveMemberDocument, { userId: idOf(bob), handOverTo: idOf(bob) })).toMatchObject({
    code: 'INVALID_INPUT',
    fields: [{ path: ['handOverTo'] }],
  });
  const handOverTo = idOf(elsewhere.alice);
  expect(await alice.refused(RemoveMemberDocument, { userId: idOf(bob), handOverTo })).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await bob.run<{ members: unknown[] }, object>('{ members { role } }')).members).toHaveLength(3);
});

test('a removal cannot be undone', async () => {
  await createTask(bob, 'of his own');
  const { changeId } = (await remove()).removeMember;
  expect(await alice.refused(UndoDocument, { changeId })).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('cannot be undone'),
  });
});

test('ten thousand tasks are handed over with the statements of ten; only their events are written in parts', async () => {
  const others = await test_.tenant();
  const few = await handOver(others.alice, await others.person('dave'), await others.person('erin'), 10);
  const { changeId, statements } = await handOver(alice, bob, carol, 10_000);
  expect([...new Set(statements)]).toEqual([...new Set(few.statements)]);
  const besides = statements.length - appendsIn(statements);
  expect(besides).toBe(few.statements.length - appendsIn(few.statements));
  expect(appendsIn(statements)).toBeLessThan(50);
  const count = 'SELECT count(*)::int AS count FROM event WHERE "changeId" = $1';
  expect((await test_.app.db.query(count, [changeId])).rows).toEqual([{ count: 10_001 }]);
});

const appendsIn = (names: readonly string[]) => names.filter((name) => name === 'append-events').length;

/** Removes a member who has so many tasks. @returns the change and what was sent to the database. */
async function handOver(owner: Person, member: Person, successor: Person, count: number) {
  await insertTasks(
    test_.app,
    member,
    Array.from({ length: count }, () => ({})),
  );
  let changeId = '';
  const statements = await statementsOf(async () => {
    const input = { userId: idOf(member), handOverTo: idOf(successor) };
    changeId = (await owner.run(RemoveMemberDocument, input)).removeMember.changeId;
  });
  return { changeId, statements: statements.map(({ name }) => name) };
}
