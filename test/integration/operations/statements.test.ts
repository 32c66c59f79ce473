import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeGlobalId, encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import { CreateTaskDocument } from '../../support/operations.ts';
import { roundsOf, statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
let bobId: string;
let strangerId: string;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
  bobId = userId(await tenant.person('bob'));
  strangerId = userId((await test_.tenant()).alice);
  // Another process's sequencer would have to be told of each commit, by one statement outside of it.
  await until(() => test_.app.sequencer.isHolder);
});
afterAll(() => test_[Symbol.asyncDispose]());

const userId = (person: Person) => encodeGlobalId('User', person.viewer.userId);

async function newTask(): Promise<string> {
  return (await alice.run(CreateTaskDocument, { input: { title: 'a task' } })).createTask.task.id;
}

/** A list's statement is named after its text. */
async function namesOf(work: () => Promise<unknown>): Promise<string[]> {
  return (await statementsOf(work)).map(({ name }) => name.replace(/-[0-9a-f]{40}$/, ''));
}

/** What was sent together, one after the other. */
async function rounds(work: () => Promise<unknown>): Promise<string[]> {
  return roundsOf(await statementsOf(work)).map((sent) => sent.replace(/-[0-9a-f]{40}$/, ''));
}

describe('a change is one round trip for each answer that it needs, and one for all that it writes', () => {
  const task = 'changeId task { title creator { id } }';
  const plainUpdate = ['BEGIN lock-tasks', 'save-task append-events COMMIT'];
  /** A task that ends or begins again takes its reminders along. */
  const withReminders = ['BEGIN lock-tasks', 'save-task lock-reminders-of-tasks', 'append-events COMMIT'];
  /** Its subtasks are looked for, and for those that came while the first were locked. */
  const withSubtasks = ['BEGIN lock-family', 'newcomers', ...withReminders.slice(1)];

  test('creating a task needs no answer: its two statements are a transaction without BEGIN and COMMIT', async () => {
    const created = await rounds(() => alice.run('mutation { createTask(input: { title: "a" }) { changeId } }'));
    expect(created).toEqual(['insert-task append-events']);
  });

  test('creating a task for somebody', async () => {
    const mutation = `mutation { createTask(input: { title: "a", assigneeId: "${bobId}" }) { changeId } }`;
    expect(await rounds(() => alice.run(mutation))).toEqual(['BEGIN find-members', 'insert-task append-events COMMIT']);
  });

  test('selecting the user who made it adds one', async () => {
    const created = await rounds(() => alice.run(`mutation { createTask(input: { title: "a" }) { ${task} } }`));
    expect(created).toEqual(['insert-task append-events', 'SELECT user']);
  });

  test('an idempotency key adds one, and its repeat is three in all', async () => {
    const mutation = 'mutation { createTask(input: { title: "a" }, idempotencyKey: "once") { changeId } }';
    expect(await rounds(() => alice.run(mutation))).toEqual([
      'BEGIN reserve-idempotency-key',
      'SAVEPOINT work insert-task append-events store-idempotent-outcome COMMIT',
    ]);
    expect(await rounds(() => alice.run(mutation))).toEqual([
      'BEGIN reserve-idempotency-key',
      'read-idempotency-key',
      'COMMIT',
    ]);
  });

  test('a refusal that is kept with its key writes nothing else', async () => {
    const mutation = `mutation { createTask(input: { title: "a", assigneeId: "${strangerId}" }, idempotencyKey: "no") { changeId } }`;
    expect(await rounds(() => alice.refused(mutation))).toEqual([
      'BEGIN reserve-idempotency-key',
      'SAVEPOINT work find-members',
      'ROLLBACK TO SAVEPOINT work store-idempotent-outcome COMMIT',
    ]);
  });

  test('updating, completing, reopening, deleting, restoring', async () => {
    const id = await newTask();
    const update = `mutation { updateTask(input: { id: "${id}", title: "b" }) { changeId } }`;
    expect(await rounds(() => alice.run(update))).toEqual(plainUpdate);
    const run = (operation: string) => rounds(() => alice.run(`mutation { ${operation}(id: "${id}") { changeId } }`));
    for (const operation of ['completeTask', 'reopenTask', 'deleteTask', 'restoreTask']) {
      expect(await run(operation), operation).toEqual(operation === 'reopenTask' ? withReminders : withSubtasks);
    }
  });

  test('an update that differs in nothing writes nothing', async () => {
    const id = await newTask();
    const update = `mutation { updateTask(input: { id: "${id}", title: "a task" }) { changeId } }`;
    expect(await rounds(() => alice.run(update))).toEqual(['BEGIN lock-tasks', 'COMMIT']);
  });

  test('a refusal ends with the statement that found it', async () => {
    const id = await newTask();
    const sent = await rounds(() => alice.refused(`mutation { reopenTask(id: "${id}") { changeId } }`));
    expect(sent).toEqual(['BEGIN lock-tasks', 'ROLLBACK']);
  });

  test('invalid input and lacking permission send none', async () => {
    const viewer = await tenant.person('vera', 'VIEWER');
    const mutation = (title: string) => `mutation { createTask(input: { title: "${title}" }) { changeId } }`;
    expect(await rounds(() => alice.refused(mutation('')))).toEqual([]);
    expect(await rounds(() => viewer.refused(mutation('a')))).toEqual([]);
  });

  test('undoing', async () => {
    const { createTask } = await alice.run(CreateTaskDocument, { input: { title: 'a' } });
    const sent = await rounds(() => alice.run(`mutation { undo(changeId: "${createTask.changeId}") { changeId } }`));
    expect(sent).toEqual([
      ...['BEGIN change-events', 'lock-all-tasks', 'save-task lock-family', 'newcomers'],
      ...['lock-reminders-of-tasks', 'append-events COMMIT'],
    ]);
  });

  test('updating oneself', async () => {
    const sent = await rounds(() => alice.run('mutation { updateMe(input: { name: "Alice" }) { changeId } }'));
    expect(sent).toEqual(['BEGIN lock-users', 'save-user append-events COMMIT']);
  });

  test('making and revoking a token', async () => {
    let id = '';
    const create = async () => {
      const made = await alice.run<{ createToken: { accessToken: { id: string } } }, never>(
        'mutation { createToken(input: { name: "a" }) { accessToken { id } } }',
      );
      id = made.createToken.accessToken.id;
    };
    const limited = ['BEGIN lock-credentials', 'live-tokens'];
    expect(await rounds(create)).toEqual([...limited, 'insert-access-token append-events COMMIT']);
    const sent = await rounds(() => alice.run(`mutation { revokeToken(id: "${id}") { changeId } }`));
    const locked = ['BEGIN lock-credentials', 'lock-access-tokens'];
    expect(sent).toEqual([...locked, 'revoke-tokens', 'append-events COMMIT']);
  });
});

/** No index bounds it, so it has a time limit. */
const limitedRead = 'BEGIN READ ONLY SET LOCAL statement_timeout = 5000 SELECT COMMIT';

describe('a read is one round trip per kind of object', () => {
  test.each([
    ['{ me { role permissions } }', []],
    [
      '{ me { user { name } tenant { name } role permissions tokens { name } } }',
      ['SELECT tenant', 'SELECT user', 'list-tokens'],
    ],
    ['{ members { role user { name } } }', ['SELECT membership', 'SELECT user']],
    ['{ eventCursor }', ['log-head']],
    ['{ events(first: 50) { nodes { type before after } } }', [limitedRead]],
    ['{ events(first: 50) { nodes { type actor { name } } } }', [limitedRead, 'SELECT user']],
    ['{ tasks { nodes { title } } }', ['tasks']],
    ['{ tasks { totalCount } }', ['tasks', 'count-tasks']],
  ])('%s', async (query, expected) => {
    expect((await rounds(() => alice.run(query))).sort()).toEqual([...expected].sort());
  });

  test('a task by its id, alone, as a node, and with its people', async () => {
    const id = await newTask();
    expect(await namesOf(() => alice.run(`{ task(id: "${id}") { title } }`))).toEqual(['read-tasks']);
    expect(await namesOf(() => alice.run(`{ node(id: "${id}") { ... on Task { title } } }`))).toEqual(['read-tasks']);
    const names = await namesOf(() => alice.run(`{ task(id: "${id}") { creator { name } assignee { name } } }`));
    expect(names).toEqual(['read-tasks', 'SELECT user']);
  });

  test('many nodes are one statement per type', async () => {
    const ids = JSON.stringify([await newTask(), await newTask(), bobId, await newTask()]);
    const names = await namesOf(() => alice.run(`{ nodes(ids: ${ids}) { id } }`));
    expect(names).toEqual(['read-tasks', 'SELECT user']);
  });

  test.each([5, 50])('a page of %i tasks in as many projects', async (count) => {
    const { alice: owner } = await test_.tenant();
    const projects = await Promise.all(Array.from({ length: count }, () => insertProject(test_.app, owner)));
    const projectIds = projects.map((id) => decodeGlobalId('Project', id, []));
    await insertTasks(
      test_.app,
      owner,
      projectIds.map((projectId) => ({ projectId })),
    );
    const named = { id: expect.any(String), name: 'a project' };
    const page = `{ tasks(first: ${count}) { nodes { project { id name members { name } } } } }`;
    const names = await namesOf(async () => {
      const { tasks } = await owner.run<{ tasks: { nodes: object[] } }, never>(page);
      expect(tasks.nodes).toEqual(Array(count).fill({ project: { ...named, members: [{ name: 'alice' }] } }));
    });
    expect(names).toEqual(['tasks', 'SELECT project', 'SELECT project_member', 'SELECT user']);
  });

  test.each([5, 50, 200])('a page of %i tasks with everybody they concern', async (count) => {
    const { alice: owner, person } = await test_.tenant();
    const people = await Promise.all(Array.from({ length: 5 }, (_, n) => person(`person ${n}`)));
    const assigneeOf = (n: number) => people[n % people.length]?.viewer.userId;
    await insertTasks(
      test_.app,
      owner,
      Array.from({ length: count }, (_, n) => ({ assigneeId: assigneeOf(n) })),
    );
    const page = `{ tasks(first: ${count}) { totalCount nodes { title creator { name } assignee { name } } } }`;
    let found = 0;
    const names = await namesOf(async () => {
      found = (await owner.run<{ tasks: { nodes: unknown[] } }, never>(page)).tasks.nodes.length;
    });
    expect(found).toBe(count);
    expect(names).toEqual(['tasks', 'count-tasks', 'SELECT user']);
  });
});
