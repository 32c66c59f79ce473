import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  CreateReminderDocument,
  CreateTaskDocument,
  type CreateTaskInput,
  MySettingsDocument,
  type ReminderInput,
  RemindersDocument,
  TaskRemindersDocument,
  UndoDocument,
  UpdateMySettingsDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  alice = (await test_.tenant()).alice;
});

const tomorrow = { at: '2026-02-05T17:00:00Z' };
const usual: ReminderInput[] = [
  { trigger: 'BEFORE_1_DAY', channel: 'IN_APP' },
  { trigger: 'CUSTOM', offsetMinutes: 90 },
];

const setDefaults = (defaultReminders: ReminderInput[]) =>
  alice.run(UpdateMySettingsDocument, { input: { defaultReminders } });

async function create(input: Partial<CreateTaskInput>) {
  return (await alice.run(CreateTaskDocument, { input: { title: 'x', ...input } })).createTask;
}

async function remindersOf(id: string) {
  const { reminders } = (await alice.run(TaskRemindersDocument, { id })).task;
  return reminders.map(({ trigger, channel, status, remindAt }) => `${trigger} ${channel} ${status} ${remindAt}`);
}

const expected = [
  'BEFORE_1_DAY IN_APP PENDING 2026-02-04T17:00:00.000Z',
  'CUSTOM EMAIL PENDING 2026-02-05T15:30:00.000Z',
];

test('nothing is made by default until a user wants it', async () => {
  expect((await alice.run(MySettingsDocument, {})).me).toMatchObject({
    defaultReminders: [],
    wantsReminderMails: true,
  });
  expect(await remindersOf((await create({ due: tomorrow })).task.id)).toEqual([]);
});

test('a task that is made with a due gets them, in the same change', async () => {
  const { updateMe } = await setDefaults(usual);
  expect(updateMe.me.defaultReminders).toEqual([
    { trigger: 'BEFORE_1_DAY', offsetMinutes: null, timeOfDay: null, channel: 'IN_APP' },
    { trigger: 'CUSTOM', offsetMinutes: 90, timeOfDay: null, channel: 'EMAIL' },
  ]);
  const { task, changeId } = await create({ due: tomorrow });
  expect(await remindersOf(task.id)).toEqual(expected);
  await alice.run(UndoDocument, { changeId });
  const { nodes } = (await alice.run(RemindersDocument, {})).reminders;
  expect(nodes.map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
});

test('but not one without a due, until it is given one', async () => {
  await setDefaults(usual);
  const { id } = (await create({})).task;
  expect(await remindersOf(id)).toEqual([]);
  await alice.run(UpdateTaskDocument, { input: { id, due: tomorrow } });
  expect(await remindersOf(id)).toEqual(expected);
  await alice.run(UpdateTaskDocument, { input: { id, due: { at: '2026-02-06T17:00:00Z' } } });
  expect(await remindersOf(id)).toHaveLength(2);
});

test('what is said of reminders takes their place, also when it is none', async () => {
  await setDefaults(usual);
  const said = await create({ due: tomorrow, reminders: [{ trigger: 'AT_DUE' }] });
  expect(await remindersOf(said.task.id)).toEqual(['AT_DUE EMAIL PENDING 2026-02-05T17:00:00.000Z']);
  expect(await remindersOf((await create({ due: tomorrow, reminders: [] })).task.id)).toEqual([]);

  const { id } = (await create({})).task;
  const at = '2026-02-05T08:00:00.000Z';
  await alice.run(CreateReminderDocument, { input: { taskId: id, trigger: 'ABSOLUTE', at } });
  await alice.run(UpdateTaskDocument, { input: { id, due: tomorrow } });
  expect(await remindersOf(id)).toEqual([`ABSOLUTE EMAIL PENDING ${at}`]);
});

test('those whose moment has passed, or that cannot reach the user, are left out', async () => {
  await setDefaults([...usual, { trigger: 'AT_DUE', channel: 'WEBHOOK' }]);
  await alice.run(UpdateMySettingsDocument, { input: { wantsReminderMails: false } });
  expect(await remindersOf((await create({ due: tomorrow })).task.id)).toEqual(expected.slice(0, 1));
  expect(await remindersOf((await create({ due: { at: '2026-02-04T11:00:00Z' } })).task.id)).toEqual([]);
});

test('a reminder that cannot be made is refused where it stands, and the task with it', async () => {
  const input = {
    title: 'x',
    due: tomorrow,
    reminders: [{ trigger: 'AT_DUE' }, { trigger: 'CUSTOM', offsetMinutes: 9_000 }],
  };
  const error = await alice.refused(CreateTaskDocument, { input: input as CreateTaskInput });
  expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', 'reminders', 1, 'trigger'] }] });
  expect((await alice.run(RemindersDocument, {})).reminders.nodes).toEqual([]);
});

test.each<[string, ReminderInput[], (string | number)[]]>([
  ['a moment of its own', [{ trigger: 'ABSOLUTE', at: '2026-02-05T08:00:00Z' }], [0, 'trigger']],
  ['an offset that is none', [{ trigger: 'AT_DUE' }, { trigger: 'CUSTOM' }], [1, 'offsetMinutes']],
  ['six', Array.from({ length: 6 }, () => ({ trigger: 'AT_DUE' as const })), []],
])('%s cannot be a default', async (_, defaultReminders, place) => {
  const error = await alice.refused(UpdateMySettingsDocument, { input: { defaultReminders } });
  expect(error).toMatchObject({
    code: 'INVALID_INPUT',
    fields: [{ path: ['input', 'defaultReminders', ...place] }],
  });
});
