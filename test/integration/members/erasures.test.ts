import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { erasureWork } from '../../../src/domain/erasures/work.ts';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { encodeStreamCursor } from '../../../src/shared/cursor.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import { collect } from '../../support/deliveries.ts';
import {
  CreateCommentDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  DeleteCommentDocument,
  DeleteTaskDocument,
  EraseUserDocument,
  ErasureDocument,
  EventAppendedDocument,
  RemoveMemberDocument,
  TaskChangedDocument,
  UndoDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createPerson, createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { scanNow, workContext } from '../../support/work.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
let bob: Person;
/** In every word of bob's own. */
let marker: string;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  marker = `zz${newId().replaceAll('-', '')}`;
  tenant = await test_.tenant();
  alice = tenant.alice;
  bob = await tenant.person(marker);
});

const never = new AbortController().signal;
const idOf = ({ viewer }: Person) => encodeGlobalId('User', viewer.userId);
const remove = (who = bob, by = alice) => by.run(RemoveMemberDocument, { userId: idOf(who) });
const erase = async (who = bob, by = alice) => (await by.run(EraseUserDocument, { userId: idOf(who) })).eraseUser;
const readErasure = async () => (await alice.run(ErasureDocument, { userId: idOf(bob) })).erasure;
const run = (who = bob, signal = never) => erasureWork.attempt(workContext(test_.app, signal), who.viewer);

async function createTask(by: Person, input: { title: string; projectId?: string; assigneeId?: string }) {
  return (await by.run(CreateTaskDocument, { input: { ...input, due: { date: '2099-01-01' } } })).createTask.task.id;
}

async function createProject(): Promise<string> {
  const mutation = 'mutation { createProject(input: { name: "shared" }) { project { id } } }';
  return (await alice.run<{ createProject: { project: { id: string } } }, object>(mutation)).createProject.project.id;
}

async function comment(by: Person, taskId: string): Promise<string> {
  const input = { taskId, text: `says ${marker}` };
  return (await by.run(CreateCommentDocument, { input })).createComment.comment.id;
}

/** The tables, one of tenants or not, that have the text in any column. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows: tables } = await test_.app.db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await test_.app.db.query(`SELECT FROM "${name}" t WHERE t::text LIKE $1 LIMIT 1`, [`%${text}%`]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

/** Bob leaves words wherever somebody can. @returns a task of his in a project, which is everybody's. */
async function leaveWords(shared: string): Promise<string> {
  await bob.run('mutation ($name: String!) { updateMe(input: { name: $name }) { changeId } }', {
    name: `Bob ${marker}`,
  });
  const own = await createTask(bob, { title: `own ${marker}` });
  await bob.run(UpdateTaskDocument, { input: { id: own, notes: `notes ${marker}`, tags: [marker] } });
  await comment(bob, own);
  const projectId = await createProject();
  const public_ = await createTask(bob, { title: shared, projectId });
  await comment(bob, public_);
  await bob.run(DeleteCommentDocument, { id: await comment(bob, public_) });
  await bob.run(CreateReminderDocument, { input: { taskId: public_, trigger: 'AT_DUE' } });
  const failure = [bob.viewer.userId, marker];
  await test_.app.db.query('UPDATE reminder SET "lastError" = $2 WHERE "userId" = $1', failure);
  await test_.app.db.query(
    `UPDATE event SET after = jsonb_set(after, '{lastError}', to_jsonb($2::text))
     WHERE type = 'reminder.created' AND "actorId" = $1`,
    failure,
  );
  const start = 'mutation { startConversation { conversation { id } } }';
  const { startConversation } = await bob.run<{ startConversation: { conversation: { id: string } } }, object>(start);
  await bob.run('mutation ($id: ID!, $text: String!) { sendMessage(conversationId: $id, text: $text) { changeId } }', {
    id: startConversation.conversation.id,
    text: `Buy ${marker}`,
  });
  await bob.run(
    'mutation ($name: String!) { createSavedFilter(input: { name: $name, filter: { text: $name } }) { changeId } }',
    { name: marker },
  );
  await test_.app.db.query(
    `INSERT INTO user_identity (issuer, subject, "userId", "createdAt") VALUES ('https://id.example', $1, $2, now())`,
    [marker, bob.viewer.userId],
  );
  await bob.run('mutation ($name: String!) { createToken(input: { name: $name }) { changeId } }', { name: marker });
  await bob.run('mutation ($url: String!) { createWebhook(input: { url: $url }) { changeId } }', {
    url: `https://${marker}.example/`,
  });
  await bob.run('mutation { createCalendarFeed { changeId } }');
  await bob.run(
    'mutation ($filter: TaskFilter) { startExport(input: { format: CSV, filter: $filter }) { changeId } }',
    { filter: { text: marker } },
  );
  const repeat = `mutation ($title: String!) {
    createRecurrence(input: { task: { title: $title }, preset: DAILY }, idempotencyKey: "kept") { recurrence { id } }
  }`;
  type Repeated = { createRecurrence: { recurrence: { id: string } } };
  const { id } = (await bob.run<Repeated, object>(repeat, { title: marker })).createRecurrence.recurrence;
  await bob.run('mutation ($id: ID!) { cancelRecurrence(id: $id) { changeId } }', { id });
  const live = `SELECT id FROM task WHERE "creatorId" = $1 AND "projectId" IS NULL AND "deletedAt" IS NULL`;
  const { rows } = await test_.app.db.query<{ id: string }>(live, [bob.viewer.userId]);
  for (const task of rows) await bob.run(DeleteTaskDocument, { id: encodeGlobalId('Task', task.id) });
  return public_;
}

test('no table has a word of who was erased, and what they did to shared tasks stays', async () => {
  const shared = `shared${newId()}`;
  const taskId = await leaveWords(shared);
  const { rows } = await test_.app.db.query('SELECT email FROM "user" WHERE id = $1', [bob.viewer.userId]);
  await remove();
  await alice.run('mutation ($email: String!) { inviteMember(input: { email: $email, role: VIEWER }) { changeId } }', {
    email: rows[0]?.email,
  });
  const before = await tablesWith(marker);
  for (const table of ['user', 'task', 'comment', 'reminder', 'recurrence', 'chat_message', 'chat_proposal'])
    expect(before).toContain(table);
  for (const table of [
    'saved_filter',
    'webhook',
    'access_token',
    'transfer',
    'invitation',
    'idempotency_key',
    'event',
    'user_identity',
  ])
    expect(before).toContain(table);

  const started = await erase();
  expect(started.erasure).toMatchObject({ finishedAt: null, events: 0 });
  await run();
  expect(await tablesWith(marker)).toEqual([]);
  expect(await tablesWith(shared)).toEqual(['event', 'task']);
  const erased = { name: 'Erased user', email: `erased-${bob.viewer.userId}@invalid` };
  const done = await readErasure();
  expect(done).toMatchObject({ user: erased, finishedAt: expect.any(String) });
  expect(done.rows).toBeGreaterThan(10);
  expect(done.events).toBeGreaterThan(20);

  const query = `query ($id: ID!) { task(id: $id) {
    comments { nodes { text } } activity { nodes { type actor { name } changes { before } } }
  } events(first: 200) { nodes { type before after } } }`;
  const shown = await alice.run<
    { task: { comments: { nodes: [] }; activity: { nodes: { actor: object }[] } }; events: { nodes: object[] } },
    object
  >(query, { id: taskId });
  expect(shown.task.comments.nodes).toEqual([]);
  expect(shown.task.activity.nodes.at(-1)).toMatchObject({ type: 'TASK_CREATED', actor: { name: 'Erased user' } });
  expect(shown.events.nodes).toContainEqual({ type: 'CHAT_MESSAGE_ADDED', before: null, after: null });
});

test('a task that came to be seen by others keeps what they saw', async () => {
  const id = await createTask(bob, { title: `draft ${marker}` });
  await bob.run(UpdateTaskDocument, { input: { id, title: 'handed over' } });
  await remove();
  await erase();
  await run();
  expect(await tablesWith(marker)).toEqual([]);
  const { task } = await alice.run<{ task: object }, object>('query ($id: ID!) { task(id: $id) { title } }', { id });
  expect(task).toEqual({ title: 'handed over' });
});

test('who resumes from before the erasure is not disturbed', async () => {
  const before = encodeStreamCursor(await test_.app.events.head());
  await leaveWords('shared');
  await remove();
  await erase();
  await run();
  await createTask(alice, { title: 'after' });
  const events = collect(await alice.subscribe(EventAppendedDocument, { after: before }));
  const tasks = collect(await alice.subscribe(TaskChangedDocument, { after: before }));
  await using _ = events;
  await using __ = tasks;
  const isAfter = (item: object) => JSON.stringify(item).includes('"after"');
  await tasks.until((all) => all.some(({ taskChanged }) => isAfter(taskChanged)));
  const all = await events.until((items) => items.some(({ eventAppended }) => isErasureEnd(eventAppended)));
  expect(all.length).toBeGreaterThan(20);
  expect(JSON.stringify([all, tasks.items])).not.toContain(marker);
});

function isErasureEnd(item: object): boolean {
  return 'type' in item && item.type === 'ERASURE_FINISHED';
}

test('it is carried on where it was cut off, and two at once do it once', async () => {
  await leaveWords('shared');
  await remove();
  await erase();
  let steps = 0;
  const cutOff = {
    get aborted() {
      return ++steps > 2;
    },
  } as AbortSignal;
  await run(bob, cutOff);
  expect((await readErasure()).finishedAt).toBeNull();
  const found: object[] = [];
  const queues = { add: async (_: object, jobs: { payload: object }[]) => void found.push(...jobs) };
  await scanNow({ ...test_.app, queues: queues as never }, erasureWork);
  const { tenantId, userId } = bob.viewer;
  expect(found).toContainEqual(expect.objectContaining({ payload: { tenantId, userId } }));
  await Promise.all([run(), run()]);
  expect((await readErasure()).finishedAt).not.toBeNull();
  expect(await tablesWith(marker)).toEqual([]);
  const log = '{ events(filter: { types: [ERASURE_STARTED, ERASURE_FINISHED] }) { nodes { type } } }';
  expect(await alice.run(log)).toEqual({
    events: { nodes: [{ type: 'ERASURE_STARTED' }, { type: 'ERASURE_FINISHED' }] },
  });
});

test('the workers do it, and a key repeats the first answer', async () => {
  await leaveWords('shared');
  await remove();
  const mutation = `mutation ($userId: ID!) {
    eraseUser(userId: $userId, idempotencyKey: "once") { changeId erasure { rows startedAt finishedAt } }
  }`;
  const first = await alice.run(mutation, { userId: idOf(bob) });
  await using _ = await startWorkers(test_.app);
  await until(async () => (await readErasure()).finishedAt !== null);
  expect(await tablesWith(marker)).toEqual([]);
  expect(await alice.run(mutation, { userId: idOf(bob) })).toEqual(first);
});

test('more comments than a batch has', async () => {
  const taskId = await createTask(bob, { title: 'shared', assigneeId: idOf(alice) });
  await comment(bob, taskId);
  await test_.app.db.query(
    `INSERT INTO comment SELECT gen_random_uuid(), "tenantId", "taskId", "authorId", text, 1, "createdAt"
     FROM comment, generate_series(1, 150) WHERE "authorId" = $1`,
    [bob.viewer.userId],
  );
  await remove();
  await erase();
  await run();
  expect(await tablesWith(marker)).toEqual([]);
});

describe('undo of what was erased is a CONFLICT', () => {
  test('of a comment that somebody else deleted', async () => {
    const taskId = await createTask(bob, { title: 'shared', assigneeId: idOf(alice) });
    const id = await comment(bob, taskId);
    const { changeId } = (await alice.run(DeleteCommentDocument, { id })).deleteComment;
    await remove();
    await erase();
    await run();
    expect(await alice.refused(UndoDocument, { changeId })).toMatchObject({ code: 'CONFLICT' });
  });

  test('of a change that lost one side, for who came back', async () => {
    const id = await createTask(bob, { title: `draft ${marker}` });
    const input = { id, title: 'for alice', assigneeId: idOf(alice) };
    const { changeId } = (await bob.run(UpdateTaskDocument, { input })).updateTask;
    await remove();
    await erase();
    await run();
    await test_.app.db.query('UPDATE membership SET "removedAt" = NULL WHERE "userId" = $1', [bob.viewer.userId]);
    expect(await bob.refused(UndoDocument, { changeId })).toMatchObject({ code: 'CONFLICT' });
  });

  test('of the erasure itself', async () => {
    await remove();
    const { changeId } = await erase();
    expect(await alice.refused(UndoDocument, { changeId })).toMatchObject({ code: 'CONFLICT' });
  });
});

test('another tenant keeps its data, and the person until they are erased there too', async () => {
  const elsewhere = await test_.tenant();
  await test_.app.db.query(
    `INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, 'MEMBER', now())`,
    [elsewhere.id, bob.viewer.userId],
  );
  const there = createPerson(test_.app, { ...bob.viewer, tenantId: elsewhere.id });
  const title = `there ${newId()}`;
  const id = await createTask(there, { title });
  await there.run(DeleteTaskDocument, { id });
  await remove();
  await erase();
  await run();
  expect((await readErasure()).finishedAt).not.toBeNull();
  expect(await tablesWith(marker)).toEqual(['user']);
  expect(await tablesWith(title)).toEqual(['event', 'task']);
  await remove(there, elsewhere.alice);
  expect(await tablesWith(marker)).toEqual(['user']);
  await erase(there, elsewhere.alice);
  await run(there);
  expect(await tablesWith(marker)).toEqual([]);
  expect(await tablesWith(title)).toEqual([]);
});

test('again it is the same erasure, and another one for who came back and was removed again', async () => {
  await remove();
  const first = await erase();
  await run();
  const finished = (await readErasure()).finishedAt;
  expect((await erase()).erasure).toMatchObject({ startedAt: first.erasure.startedAt, finishedAt: finished });
  await test_.app.db.query('UPDATE membership SET "removedAt" = NULL WHERE "userId" = $1', [bob.viewer.userId]);
  await createTask(bob, { title: 'back' });
  test_.clock.advance(1_000);
  await remove();
  test_.clock.advance(1_000);
  expect((await erase()).erasure).toMatchObject({ finishedAt: null });
});

test('only an owner erases, and only a former member', async () => {
  const admin = await tenant.person('admin', 'ADMIN');
  const stranger = (await test_.tenant()).alice;
  const refused = (by: Person, who: Person) => by.refused(EraseUserDocument, { userId: idOf(who) });
  expect(await refused(admin, bob)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await admin.refused(ErasureDocument, { userId: idOf(bob) })).toMatchObject({ code: 'FORBIDDEN' });
  expect(await refused(alice, bob)).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('Remove') });
  expect(await refused(alice, stranger)).toMatchObject({ code: 'NOT_FOUND' });
  expect(await alice.refused(ErasureDocument, { userId: idOf(bob) })).toMatchObject({ code: 'NOT_FOUND' });
});
