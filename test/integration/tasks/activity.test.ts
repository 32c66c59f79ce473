import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import {
  ActivityDocument,
  CompleteTaskDocument,
  CreateCommentDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  DeleteCommentDocument,
  UndoDocument,
  UpdateCommentDocument,
  UpdateTaskDocument,
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

async function newTask(title = 'a task', person = alice): Promise<string> {
  const input = { title, due: { date: '2099-01-01' }, assigneeId: idOf(bob) };
  return (await person.run(CreateTaskDocument, { input })).createTask.task.id;
}

const activityOf = async (taskId: string, page: object = {}, person = alice) =>
  (await person.run(ActivityDocument, { taskId, ...page })).task.activity;
const typesOf = async (taskId: string, page: object = {}) =>
  (await activityOf(taskId, page)).nodes.map(({ type }) => type);
const say = async (taskId: string, text: string) =>
  (await alice.run(CreateCommentDocument, { input: { taskId, text } })).createComment.comment.id;

/** A task with some history: seven entries. */
async function livelyTask(): Promise<string> {
  const taskId = await newTask();
  await alice.run(CreateReminderDocument, { input: { taskId, trigger: 'AT_DUE' } });
  const comment = await say(taskId, 'a secret word');
  await alice.run(UpdateCommentDocument, { input: { id: comment, text: 'other words' } });
  await alice.run(DeleteCommentDocument, { id: comment });
  await bob.run(CompleteTaskDocument, { id: taskId });
  return taskId;
}

const lively = [
  'REMINDER_CANCELLED',
  'TASK_COMPLETED',
  'COMMENT_DELETED',
  'COMMENT_UPDATED',
  'COMMENT_CREATED',
  'REMINDER_CREATED',
  'TASK_CREATED',
];

describe('the activity of a task', () => {
  test('is what was done to it, its comments and its reminders, the newest first, by whom, and nothing of other tasks', async () => {
    await livelyTask();
    const taskId = await livelyTask();
    const { nodes } = await activityOf(taskId, {}, bob);
    expect(nodes.map(({ type }) => type)).toEqual(lively);
    expect(nodes.map(({ actor }) => actor?.id)).toEqual([
      ...[idOf(bob), idOf(bob)],
      ...Array.from({ length: 5 }, () => idOf(alice)),
    ]);
  });

  test('is read in pages either way', async () => {
    const taskId = await livelyTask();
    const { nodes, pageInfo } = await activityOf(taskId, { first: 3 });
    expect(nodes.map(({ type }) => type)).toEqual(lively.slice(0, 3));
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(await typesOf(taskId, { first: 10, after: pageInfo.endCursor })).toEqual(lively.slice(3));
    expect(await typesOf(taskId, { last: 2 })).toEqual(lively.slice(-2));
    expect(await typesOf(taskId, { last: 1, before: pageInfo.endCursor })).toEqual(lively.slice(1, 2));
    const error = await alice.refused(ActivityDocument, { taskId, after: 'nonsense' });
    expect(error.code).toBe('INVALID_INPUT');
  });

  test('says which fields were changed, from what to what', async () => {
    const taskId = await newTask();
    const due = { atInZone: { at: '2099-01-02T10:00:00Z', timeZone: 'Europe/Berlin' } };
    const input = { id: taskId, title: 'renamed', tags: ['x'], due, assigneeId: null, priority: 'HIGH' as const };
    await alice.run(UpdateTaskDocument, { input });
    const [updated, created] = (await activityOf(taskId)).nodes;
    expect(created?.changes).toEqual([]);
    expect(updated?.changes).toEqual([
      { field: 'TITLE', before: 'a task', after: 'renamed' },
      { field: 'PRIORITY', before: 'MEDIUM', after: 'HIGH' },
      { field: 'TAGS', before: [], after: ['x'] },
      {
        field: 'DUE',
        before: { date: '2099-01-01', at: null, timeZone: 'UTC' },
        after: { date: null, at: '2099-01-02T10:00:00.000Z', timeZone: 'Europe/Berlin' },
      },
      { field: 'ASSIGNEE', before: idOf(bob), after: null },
    ]);
  });

  test('names the change, which who made it can undo', async () => {
    const taskId = await livelyTask();
    const [, completed] = (await activityOf(taskId)).nodes;
    await bob.run(UndoDocument, { changeId: completed?.changeId ?? '' });
    expect((await typesOf(taskId)).slice(0, 2)).toEqual(['TASK_REOPENED', 'REMINDER_RESTORED']);
  });

  test('tells nothing that its reader does not see: deleted words, other projects, parents', async () => {
    const parent = await newTask('a hidden parent');
    const taskId = await livelyTask();
    const [from, to] = [
      await insertProject(test_.app, alice, { isPrivate: true }),
      await insertProject(test_.app, alice, { isPrivate: true, members: [bob] }),
    ];
    await alice.run(UpdateTaskDocument, { input: { id: parent, assigneeId: null } });
    await alice.run(UpdateTaskDocument, { input: { id: taskId, assigneeId: null, parentId: parent } });
    await alice.run(UpdateTaskDocument, { input: { id: taskId, parentId: null, projectId: from } });
    expect((await bob.refused(ActivityDocument, { taskId })).code).toBe('NOT_FOUND');
    await alice.run(UpdateTaskDocument, { input: { id: taskId, projectId: to } });
    const { nodes } = await activityOf(taskId, {}, bob);
    expect(nodes[0]?.changes).toEqual([{ field: 'PROJECT', before: null, after: null }]);
    for (const hidden of ['secret', from, parent]) expect(JSON.stringify(nodes)).not.toContain(hidden);
  });

  test('of a page of tasks is one statement', async () => {
    const { alice: owner } = await test_.tenant();
    for (let n = 0; n < 3; n += 1) await owner.run(CreateTaskDocument, { input: { title: 'a task' } });
    const query = '{ tasks { nodes { activity(first: 5) { nodes { type actor { name } } } } } }';
    const names = (await statementsOf(() => owner.run(query))).map(({ name }) => name.replace(/-[0-9a-f]{40}$/, ''));
    expect(names).toEqual(['tasks', 'activity', 'SELECT user']);
  });
});

test('a page of activity is read by indexes, however long the log and the history are', async () => {
  const { db } = test_.app;
  const { id, alice: owner } = await test_.tenant();
  const { createTask } = await owner.run(CreateTaskDocument, { input: { title: 'busy' } });
  const taskId = Buffer.from(createTask.task.id, 'base64url').toString().split(':')[1];
  const insert = `INSERT INTO event ("tenantId", type, "objectId", "changeId", "requestId", "occurredAt", after)
    SELECT $1, $3, CASE WHEN $3 = 'task.updated' AND n % 10 = 0 THEN $2::uuid ELSE gen_random_uuid() END,
      gen_random_uuid(), 'r', now(), jsonb_build_object('taskId', CASE WHEN n % 10 = 0 THEN $2::uuid ELSE gen_random_uuid() END)
    FROM generate_series(1, 20000) n`;
  for (const type of ['task.updated', 'comment.created', 'reminder.created'])
    await db.query(insert, [id, taskId, type]);
  await db.query('ANALYZE event');
  const [, statement] = await statementsOf(() =>
    owner.run(ActivityDocument, { taskId: createTask.task.id, first: 20 }),
  );
  if (statement?.name !== 'activity') throw new Error('The second statement should read the activity.');
  const client = await db.connect();
  try {
    await client.query(`PREPARE read_activity AS ${statement.text}`);
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await client.query(`SET plan_cache_mode = ${mode}`);
      const asked = `'{${id}}', '{${taskId}}', '{${owner.viewer.userId}}'`;
      const explain = `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE read_activity(${asked}, 0, ${2n ** 63n - 1n}, 21)`;
      const plan = JSON.stringify((await client.query(explain)).rows);
      expect(plan).toContain('event_tenantId_objectId_id_idx');
      expect(plan).toContain('event_about_task');
      expect(plan).not.toMatch(/"Seq Scan"[^{}]*"Relation Name":"event"/);
      // Neither scan reads on behind the page.
      for (const [, rows] of plan.matchAll(/"Actual Rows":([\d.]+)/g)) expect(Number(rows)).toBeLessThanOrEqual(42);
    }
  } finally {
    client.release(true);
  }
});
