import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliverDue } from '../../support/deliver-due.ts';
import {
  CancelReminderDocument,
  CompleteTaskDocument,
  CompleteTasksDocument,
  CreateReminderDocument,
  type CreateReminderInput,
  CreateTaskDocument,
  DeleteTaskDocument,
  DeleteTasksDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
  ReopenTaskDocument,
  ReopenTasksDocument,
  RestoreTaskDocument,
  RestoreTasksDocument,
  TaskRemindersDocument,
  UndoDocument,
  UpdateTaskDocument,
  UpdateTasksDocument,
} from '../../support/operations.ts';
import { makeSeries, openOf } from '../../support/series.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(() => test_.clock.set('2026-02-04T10:00:00Z'));

const tomorrow = '2026-02-05T17:00:00.000Z';
const nextWeek = '2026-02-12T17:00:00.000Z';

async function create(input: object = {}): Promise<string> {
  const task = { title: 'call mom', due: { at: tomorrow }, ...input };
  return (await alice.run(CreateTaskDocument, { input: task })).createTask.task.id;
}

async function remind(taskId: string, input: Partial<CreateReminderInput> = {}): Promise<ReminderFieldsFragment> {
  const wanted = { taskId, trigger: 'AT_DUE' as const, channel: 'IN_APP' as const, ...input };
  return (await alice.run(CreateReminderDocument, { input: wanted })).createReminder.reminder;
}

const read = async (id: string) => (await alice.run(ReminderDocument, { id })).node as ReminderFieldsFragment;
const undo = async (changeId: string) => (await alice.run(UndoDocument, { changeId })).undo;
const move = async (id: string, at: string | null) =>
  (await alice.run(UpdateTaskDocument, { input: { id, due: at ? { at } : null } })).updateTask.changeId;
const remindersOf = async (id: string) => (await alice.run(TaskRemindersDocument, { id })).task.reminders;

async function sent(taskId: string, input: Partial<CreateReminderInput> = {}): Promise<ReminderFieldsFragment> {
  const { id } = await remind(taskId, input);
  test_.clock.set(tomorrow);
  await deliverDue(test_.app);
  const reminder = await read(id);
  expect(reminder).toMatchObject({ status: 'SENT', sentAt: tomorrow });
  return reminder;
}

describe('a reminder that was sent', () => {
  test('is pending again when the dues of many are moved by days', async () => {
    const ids = [await create(), await create()];
    const reminders = [await remind(ids[0] ?? ''), await remind(ids[1] ?? '')];
    test_.clock.set(tomorrow);
    for (let day = 6; day <= 10; day += 1) {
      await deliverDue(test_.app);
      for (const { id } of reminders) expect((await read(id)).status).toBe('SENT');
      await alice.run(UpdateTasksDocument, { target: { ids }, changes: { moveDueByDays: 1 } });
      const moment = new Date(Date.parse(tomorrow) + (day - 5) * 24 * 3_600_000).toISOString();
      for (const { id } of reminders) expect(await read(id)).toMatchObject({ status: 'PENDING', remindAt: moment });
      test_.clock.set(moment);
    }
  });

  test('does not block the undo of an earlier change of its task, and is pending for the due that is back', async () => {
    const taskId = await create({ due: { at: nextWeek } });
    const { id } = await remind(taskId);
    const changeId = await move(taskId, tomorrow);
    test_.clock.set(tomorrow);
    await deliverDue(test_.app);
    expect((await read(id)).status).toBe('SENT');
    const undone = await undo(changeId);
    expect(await read(id)).toMatchObject({ status: 'PENDING', remindAt: nextWeek, sentAt: tomorrow });
    await undo(undone.changeId);
    expect((await read(id)).status).not.toBe('PENDING');
  });

  test('goes to the trash with a task whose creation is undone', async () => {
    const reminders = [{ trigger: 'AT_DUE' as const, channel: 'IN_APP' as const }];
    const input = { title: 'a', due: { at: tomorrow }, reminders };
    const { createTask } = await alice.run(CreateTaskDocument, { input });
    test_.clock.set(tomorrow);
    await deliverDue(test_.app);
    expect((await undo(createTask.changeId)).tasks).toMatchObject([{ deletedAt: expect.any(String) }]);
  });

  test('cannot be taken back by undoing its creation', async () => {
    const taskId = await create();
    const input = { taskId, trigger: 'AT_DUE' as const, channel: 'IN_APP' as const };
    const { changeId } = (await alice.run(CreateReminderDocument, { input })).createReminder;
    test_.clock.set(tomorrow);
    await deliverDue(test_.app);
    expect((await alice.refused(UndoDocument, { changeId })).code).toBe('CONFLICT');
  });

  test('comes back once where several of one user would come at the same moment', async () => {
    const taskId = await create();
    await sent(taskId);
    test_.clock.set('2026-02-05T18:00:00Z');
    await move(taskId, nextWeek);
    await alice.run(UpdateTaskDocument, { input: { id: taskId, due: { at: '2026-02-05T12:00:00Z' } } });
    await move(taskId, null);
    await remind(taskId, { trigger: 'ABSOLUTE', at: nextWeek });
    await move(taskId, nextWeek);
    const pending = (await remindersOf(taskId)).filter(({ status }) => status === 'PENDING');
    expect(pending).toMatchObject([{ trigger: 'ABSOLUTE', remindAt: nextWeek }]);
  });

  test('comes back with others only as far as a task may have open reminders', async () => {
    const taskId = await create();
    for (let minute = 1; minute <= 20; minute += 1) {
      await remind(taskId, { trigger: 'CUSTOM', offsetMinutes: minute });
    }
    test_.clock.set(tomorrow);
    await deliverDue(test_.app);
    await move(taskId, nextWeek);
    await move(taskId, tomorrow);
    test_.clock.set('2026-02-05T10:00:00Z');
    for (let hour = 1; hour <= 15; hour += 1) {
      await remind(taskId, { trigger: 'ABSOLUTE', at: `2026-02-20T10:${hour + 10}:00Z` });
    }
    await move(taskId, nextWeek);
    expect((await remindersOf(taskId)).filter(({ status }) => status === 'PENDING')).toHaveLength(20);
  });

  test('of a default comes back for a new due instead of a second one', async () => {
    const mutation = `mutation { updateMe(input: { defaultReminders: [{ trigger: AT_DUE, channel: IN_APP }] }) { changeId } }`;
    const bob = await (await test_.tenant()).person('bob');
    await bob.run(mutation);
    const { task } = (await bob.run(CreateTaskDocument, { input: { title: 'a', due: { at: tomorrow } } })).createTask;
    test_.clock.set(tomorrow);
    await deliverDue(test_.app);
    for (const due of [null, { at: nextWeek }]) await bob.run(UpdateTaskDocument, { input: { id: task.id, due } });
    const { reminders } = (await bob.run(TaskRemindersDocument, { id: task.id })).task;
    expect(reminders).toMatchObject([{ status: 'PENDING', remindAt: nextWeek, sentAt: tomorrow }]);
  });
});

describe('a reminder comes back', () => {
  const target = (id: string) => ({ target: { ids: [id] } });
  type Answer = Record<string, { changeId: string }>;
  const pairs: Record<string, [(id: string) => Promise<Answer>, (id: string) => Promise<Answer>]> = {
    completed: [(id) => alice.run(CompleteTaskDocument, { id }), (id) => alice.run(ReopenTaskDocument, { id })],
    deleted: [(id) => alice.run(DeleteTaskDocument, { id }), (id) => alice.run(RestoreTaskDocument, { id })],
    'completed with others': [
      (id) => alice.run(CompleteTasksDocument, target(id)),
      (id) => alice.run(ReopenTasksDocument, target(id)),
    ],
    'deleted with others': [
      (id) => alice.run(DeleteTasksDocument, target(id)),
      (id) => alice.run(RestoreTasksDocument, target(id)),
    ],
    'left without its due': [
      async (id) => ({ updateTask: { changeId: await move(id, null) } }),
      async (id) => ({ updateTask: { changeId: await move(id, tomorrow) } }),
    ],
  };
  const idOf = (answer: Answer) => Object.values(answer)[0]?.changeId ?? '';

  test.each(Object.entries(pairs))(
    'when a task that was %s is back, and by undo, and both can be redone',
    async (_, [end, back]) => {
      const taskId = await create();
      const { id } = await remind(taskId);
      const withdrawn = await remind(taskId, { trigger: 'BEFORE_1_HOUR' });
      await alice.run(CancelReminderDocument, { id: withdrawn.id });
      const status = async () => {
        expect((await read(withdrawn.id)).status).toBe('CANCELLED');
        return (await read(id)).status;
      };
      for (let time = 1; time <= 2; time += 1) {
        const ended = idOf(await end(taskId));
        expect(await status()).toBe('CANCELLED');
        const returned = idOf(await back(taskId));
        expect(await status()).toBe('PENDING');
        const returnUndone = (await undo(returned)).changeId;
        expect(await status()).toBe('CANCELLED');
        const endUndone = (await undo(ended)).changeId;
        expect(await status()).toBe('PENDING');
        await undo(endUndone);
        expect(await status()).toBe('CANCELLED');
        await undo(returnUndone);
        expect(await status()).toBe('PENDING');
      }
    },
  );

  test('when the task of which its own was taken along comes back', async () => {
    const parentId = await create();
    const taskId = await create({ parentId });
    const { id } = await remind(taskId);
    await alice.run(DeleteTaskDocument, { id: parentId });
    expect((await read(id)).status).toBe('CANCELLED');
    await alice.run(RestoreTaskDocument, { id: parentId });
    expect((await read(id)).status).toBe('PENDING');
    const done = await alice.run(CompleteTaskDocument, { id: parentId, subtasks: 'COMPLETE' });
    expect((await read(id)).status).toBe('CANCELLED');
    await undo(done.completeTask.changeId);
    expect((await read(id)).status).toBe('PENDING');
  });

  test('when the occurrence of a series that was completed is opened again', async () => {
    const { id: seriesId, openTasks } = await makeSeries(alice, { due: { at: tomorrow } });
    const taskId = openTasks[0]?.id ?? '';
    const { id } = await remind(taskId);
    for (let time = 1; time <= 2; time += 1) {
      await alice.run(CompleteTaskDocument, { id: taskId });
      await alice.run(ReopenTaskDocument, { id: taskId });
      expect((await read(id)).status).toBe('PENDING');
      expect(await openOf(alice, seriesId)).toMatchObject([{ id: taskId }]);
    }
  });
});

describe('undoing the cancellation of a reminder', () => {
  test('gives it the moment that its task has by now', async () => {
    const taskId = await create();
    const { id } = await remind(taskId);
    const { changeId } = (await alice.run(CancelReminderDocument, { id })).cancelReminder;
    await move(taskId, nextWeek);
    expect((await undo(changeId)).reminders).toMatchObject([{ status: 'PENDING', remindAt: nextWeek }]);
    expect(await read(id)).toMatchObject({ status: 'PENDING', remindAt: nextWeek, nextAttemptAt: nextWeek });
  });

  test('keeps it cancelled while its task is done, and it comes back with that', async () => {
    const taskId = await create();
    const { id } = await remind(taskId);
    const { changeId } = (await alice.run(CancelReminderDocument, { id })).cancelReminder;
    await alice.run(CompleteTaskDocument, { id: taskId });
    await undo(changeId);
    expect((await read(id)).status).toBe('CANCELLED');
    await alice.run(ReopenTaskDocument, { id: taskId });
    expect((await read(id)).status).toBe('PENDING');
  });
});
