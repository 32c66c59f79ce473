import { afterAll, beforeAll, expect, test } from 'vitest';
import { authenticate } from '../../../src/auth/authenticate.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { deliverDue } from '../../support/deliver-due.ts';
import { noop, runNow, submit } from '../../support/execution-fixture.ts';
import { insertProject } from '../../support/insert-project.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import {
  CompleteTaskDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  TaskChangedDocument,
  TasksDocument,
  type TasksQueryVariables,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { insertPerson } from '../../support/person.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
/** She has almost all the tasks; plans for the values of others would look cheaper. */
let alice: Person;
let bob: Person;
let projectId: string;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
  bob = await tenant.person('bob', 'ADMIN');
  projectId = await insertProject(test_.app, alice, { name: 'Home' });
  await insertTasks(
    test_.app,
    alice,
    Array.from({ length: 5_000 }, (_, n) => ({ title: `task ${n}` })),
  );
  await insertTasks(test_.app, bob, [{ title: 'his' }]);
  // Only of these: plans for an empty table look cheaper than one made later.
  await test_.app.db.query('VACUUM ANALYZE task, project');
});
afterAll(() => test_[Symbol.asyncDispose]());

/** PostgreSQL makes five plans for single values before it decides whether to keep one plan. */
const trials = 5;
/** Enough for each of the few connections that are in use. */
const rounds = 40;
const minute = 60_000;

type Prepared = { name: string; kept: number; tried: number };

/** The statements that are executed again and again on the same connection, by whether one plan is kept for them. */
async function preparedBy(work: () => Promise<unknown>): Promise<{ kept: string[]; planned: string[] }> {
  const { db } = test_.app;
  for (let round = 0; round < rounds; round += 1) await work();
  const clients = await Promise.all(Array.from({ length: db.totalCount }, () => db.connect()));
  const found: Prepared[] = [];
  for (const client of clients) {
    const { rows } = await client.query<Prepared>(
      'SELECT name, generic_plans::int AS kept, custom_plans::int AS tried FROM pg_prepared_statements',
    );
    found.push(...rows.filter(({ kept, tried }) => kept + tried > trials));
    client.release();
  }
  const namesOf = (prepared: readonly Prepared[]) => [...new Set(prepared.map(({ name }) => name))];
  return {
    kept: namesOf(found.filter(({ tried }) => tried <= trials)),
    planned: namesOf(found.filter(({ tried }) => tried > trials)),
  };
}

const soon = '2030-01-01T00:00:00Z';
const lists: TasksQueryVariables[] = [
  {},
  { filter: { status: 'ACTIVE' }, orderBy: { field: 'DUE', direction: 'ASC' } },
  { filter: { hasProject: false }, orderBy: { field: 'PRIORITY', direction: 'DESC' }, last: 10 },
  { filter: { due: 'NEXT_7_DAYS' }, orderBy: { field: 'DUE', direction: 'DESC' } },
  { filter: { dueFrom: soon }, orderBy: { field: 'DUE', direction: 'ASC' } },
];

test('the plans of lists are kept, whoever reads them', async () => {
  const work = async () => {
    for (const variables of lists) await bob.run(TasksDocument, variables);
    const { tasks } = await alice.run(TasksDocument, { first: 10 });
    await alice.run(TasksDocument, { first: 10, after: tasks.pageInfo.endCursor });
    const assigneeId = encodeGlobalId('User', bob.viewer.userId);
    await bob.run(TasksDocument, { filter: { assigneeId } });
    await bob.run(TasksDocument, { filter: { projectId } });
    await bob.run(TasksDocument, { filter: { projectId, assigneeId, status: 'COMPLETED' } });
  };
  const { kept, planned } = await preparedBy(work);
  expect(planned).toEqual([]);
  expect(kept.filter((name) => name.startsWith('tasks-'))).toHaveLength(lists.length + 5);
});

test('so are those of changes and of reads by id', async () => {
  const work = async () => {
    const { createTask } = await bob.run(CreateTaskDocument, {
      input: { title: 'one', projectId },
      idempotencyKey: crypto.randomUUID(),
    });
    const { id } = createTask.task;
    await bob.run(UpdateTaskDocument, { input: { id, title: 'other' } });
    await bob.run(CompleteTaskDocument, { id });
    await bob.run<unknown, object>('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [id, projectId] });
  };
  const { kept, planned } = await preparedBy(work);
  expect(planned).toEqual([]);
  expect(kept).toEqual(
    expect.arrayContaining(['insert-task', 'save-task', 'append-events', 'lock-tasks', 'read-tasks']),
  );
});

test('and those of authentication, the log and what is claimed', async () => {
  const { app } = test_;
  const { token } = await insertPerson(app.db, { tenantId: tenant.id, role: 'MEMBER', tokenKey: app.tokenKey });
  const changes = await bob.subscribe(TaskChangedDocument, {});
  const work = async () => {
    await authenticate(app, { authorization: `Bearer ${token}`, tenant: undefined });
    const { createTask } = await bob.run(CreateTaskDocument, { input: { title: 'one' } });
    await changes.next();
    await runNow(test_, await submit(bob, [noop('a')]));
    const at = new Date(test_.clock.now().getTime() + minute).toISOString();
    const input = { taskId: createTask.task.id, trigger: 'ABSOLUTE', at, channel: 'IN_APP' } as const;
    await bob.run(CreateReminderDocument, { input });
    test_.clock.advance(minute);
    await deliverDue(app);
  };
  const { kept, planned } = await preparedBy(work);
  expect(planned).toEqual([]);
  const claims = ['claim-executions', 'read-due-reminders', 'save-each-reminder'];
  expect(kept).toEqual(expect.arrayContaining(['authenticate-token', 'log-page', ...claims]));
  await changes.return?.();
});
