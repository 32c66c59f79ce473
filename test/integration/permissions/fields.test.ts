import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Permission } from '../../../src/auth/permissions.ts';
import type { AppError } from '../../../src/shared/errors.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { scopedPerson } from '../../support/scoped-person.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

// What a token of few scopes cannot do: each of these was possible with a scope that does not say so.

let server: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  server = await createTestApp();
  server.clock.set('2026-02-04T10:00:00Z');
  tenant = await server.tenant();
  alice = tenant.alice;
});
afterAll(() => server[Symbol.asyncDispose]());

const tokenOf = (person: Person, ...scopes: Permission[]) => scopedPerson(server.app, person, scopes);

async function refusalsOf(person: Person, document: string, variables: object = {}): Promise<string[]> {
  const { errors = [] } = await person.answer(document, variables);
  return errors.map((error) => `${(error.originalError as AppError | undefined)?.code}: ${error.message}`);
}

const lacking = (what: string, permission: Permission) => [
  `FORBIDDEN: ${what} requires the permission ${permission}, which your role or token does not grant.`,
];

const createTask = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { changeId task { id title } } }';
type Created = { createTask: { changeId: string; task: { id: string } } };
const newTask = async (input: object) => (await alice.run<Created, object>(createTask, { input })).createTask;

test.each([
  ['the name', 'mutation { updateMe(input: { name: "Mallory" }) { changeId } }', 'user:write'],
  ['whether mails are sent', 'mutation { updateMe(input: { wantsReminderMails: false }) { changeId } }', 'user:write'],
  ['a filter', 'mutation { createSavedFilter(input: { name: "mine", filter: {} }) { changeId } }', 'filter:write'],
] as const)('task:read does not change %s', async (_, document, permission) => {
  const reader = await tokenOf(alice, 'task:read');
  expect(await refusalsOf(reader, document)).toEqual(lacking('This operation', permission));
});

test('task:read reads the name of a creator, and not the e-mail address', async () => {
  const bob = await tenant.person('bob');
  const assigneeId = encodeGlobalId('User', bob.viewer.userId);
  const { task } = await newTask({ title: 'ours', assigneeId });
  const read = 'query ($id: ID!) { task(id: $id) { title creator { name email timeZone } } }';
  const { data, errors } = await (await tokenOf(bob, 'task:read')).answer(read, { id: task.id });
  expect(data).toEqual({ task: { title: 'ours', creator: { name: expect.any(String), email: null, timeZone: null } } });
  expect(errors?.map(({ message }) => message)).toEqual([
    expect.stringContaining('The field User.email requires the permission member:read'),
    expect.stringContaining('The field User.timeZone requires the permission member:read'),
  ]);
  expect(await refusalsOf(await tokenOf(alice, 'task:read'), read, { id: task.id })).toEqual([]);
  expect(await refusalsOf(await tokenOf(bob, 'task:read', 'member:read'), read, { id: task.id })).toEqual([]);
});

test('task:write does not undo a change of a reminder', async () => {
  const { task } = await newTask({ title: 'call mom', due: { at: '2026-02-05T17:00:00Z' } });
  type Reminded = { createReminder: { changeId: string } };
  const { createReminder } = await alice.run<Reminded, object>(
    `mutation ($taskId: ID!) {
      createReminder(input: { taskId: $taskId, trigger: ABSOLUTE, at: "2026-02-05T12:00:00Z" }) { changeId }
    }`,
    { taskId: task.id },
  );
  const undo = 'mutation ($changeId: ID!) { undo(changeId: $changeId) { changeId } }';
  const variables = { changeId: createReminder.changeId };
  expect(await refusalsOf(await tokenOf(alice, 'task:write'), undo, variables)).toEqual(
    lacking('Undoing this change', 'reminder:write'),
  );
  expect(await refusalsOf(await tokenOf(alice, 'reminder:write'), undo, variables)).toEqual([]);
});

test('nothing is changed if its caller may not read what is selected of it', async () => {
  const writer = await tokenOf(alice, 'task:write');
  const input = { title: 'never made' };
  const [refusal] = await refusalsOf(writer, createTask, { input });
  expect(refusal).toMatch(/^FORBIDDEN: The field .* requires the permission task:read/);
  const { rows } = await server.app.db.query('SELECT FROM task WHERE title = $1', [input.title]);
  expect(rows).toEqual([]);
  const blind = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { changeId } }';
  expect(await refusalsOf(writer, blind, { input: { title: 'made' } })).toEqual([]);
});

test('an export needs the permission to read members, because it has their e-mail addresses', async () => {
  const start = 'mutation { startExport(input: { format: CSV }) { changeId } }';
  expect(await refusalsOf(await tokenOf(alice, 'task:read'), start)).toEqual(lacking('This operation', 'member:read'));
});

test('why a reminder was not delivered is shown to its recipient alone', async () => {
  const carol = await tenant.person('carol');
  const reminders = [{ trigger: 'ABSOLUTE', at: '2026-02-05T12:00:00Z' }];
  const assigneeId = encodeGlobalId('User', carol.viewer.userId);
  const { task } = await newTask({ title: 'shared', due: { at: '2026-02-05T17:00:00Z' }, assigneeId, reminders });
  await server.app.db.query('UPDATE reminder SET "lastError" = $1 WHERE "tenantId" = $2', [
    'The webhook returned 500.',
    tenant.id,
  ]);
  const read = 'query ($id: ID!) { task(id: $id) { reminders { lastError } } }';
  type Read = { task: { reminders: { lastError: string | null }[] } };
  const seenBy = async (person: Person) => (await person.run<Read, object>(read, { id: task.id })).task.reminders;
  expect(await seenBy(alice)).toEqual([{ lastError: 'The webhook returned 500.' }]);
  expect(await seenBy(carol)).toEqual([{ lastError: null }]);
});
