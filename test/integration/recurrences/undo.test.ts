import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CancelRecurrenceDocument,
  CancelReminderDocument,
  CompleteTaskDocument,
  CreateRecurrenceDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  PauseRecurrenceDocument,
  RecurrenceDocument,
  RecurrenceOfTaskDocument,
  ResumeRecurrenceDocument,
  SkipOccurrenceDocument,
  TaskDocument,
  TaskRemindersDocument,
  UndoDocument,
  UpdateRecurrenceDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { completeFirst, duesOf, makeSeries, openOf } from '../../support/series.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(() => test_.clock.set('2026-02-04T10:00:00Z'));

const due = { at: '2026-02-05T17:00:00Z' };
const minuteMs = 60_000;
const dues = async (id: string) => (await openOf(alice, id)).map((task) => task.due);
const read = async (id: string) => (await alice.run(RecurrenceDocument, { id })).recurrence;
const undo = async (changeId: string) => (await alice.run(UndoDocument, { changeId })).undo;
const remind = async (taskId: string, input: object = {}) =>
  (await alice.run(CreateReminderDocument, { input: { taskId, trigger: 'AT_DUE', ...input } })).createReminder.reminder;
const remindersOf = async (id: string) => (await alice.run(TaskRemindersDocument, { id })).task.reminders;

describe('reminders', () => {
  test('are copied to the next occurrence, each at its place beside the due', async () => {
    const { id, openTasks } = await makeSeries(alice, { due });
    const taskId = openTasks[0]?.id ?? '';
    await remind(taskId);
    await remind(taskId, { trigger: 'ABSOLUTE', at: '2026-02-05T08:00:00Z' });
    test_.clock.advance(minuteMs);
    await completeFirst(alice, id);
    expect(await remindersOf(taskId)).toMatchObject([{ status: 'CANCELLED' }, { status: 'CANCELLED' }]);
    const [next] = await openOf(alice, id);
    expect(await remindersOf(next?.id ?? '')).toMatchObject([
      { trigger: 'ABSOLUTE', status: 'PENDING', remindAt: '2026-02-06T08:00:00.000Z', attempts: 0, version: 1 },
      { trigger: 'AT_DUE', status: 'PENDING', remindAt: '2026-02-06T17:00:00.000Z' },
    ]);
  });

  test('keep to the wall clock when clocks change', async () => {
    const berlin = { atInZone: { at: '2026-03-28T16:00:00Z', timeZone: 'Europe/Berlin' } };
    const { id, openTasks } = await makeSeries(alice, { due: berlin });
    await remind(openTasks[0]?.id ?? '', { trigger: 'ABSOLUTE', at: '2026-03-28T08:00:00Z' });
    await completeFirst(alice, id);
    const [next] = await openOf(alice, id);
    expect(await remindersOf(next?.id ?? '')).toMatchObject([{ remindAt: '2026-03-29T07:00:00.000Z' }]);
  });

  test('that a user had cancelled are not copied, and one whose moment has passed is not sent', async () => {
    const { id, openTasks } = await makeSeries(alice, { due });
    const taskId = openTasks[0]?.id ?? '';
    const cancelled = await remind(taskId);
    await remind(taskId, { trigger: 'ABSOLUTE', at: '2026-02-04T10:30:00Z' });
    await alice.run(CancelReminderDocument, { id: cancelled.id });
    test_.clock.set('2026-02-05T11:00:00Z');
    await completeFirst(alice, id);
    const [next] = await openOf(alice, id);
    expect(await remindersOf(next?.id ?? '')).toMatchObject([{ trigger: 'ABSOLUTE', status: 'EXPIRED' }]);
  });

  test('are copied also when the series was paused in between', async () => {
    const { id, openTasks } = await makeSeries(alice, { due });
    await remind(openTasks[0]?.id ?? '');
    await alice.run(PauseRecurrenceDocument, { id });
    test_.clock.advance(minuteMs);
    await completeFirst(alice, id);
    test_.clock.advance(minuteMs);
    const { recurrence } = (await alice.run(ResumeRecurrenceDocument, { id })).resumeRecurrence;
    expect(await remindersOf(recurrence.openTasks[0]?.id ?? '')).toMatchObject([{ status: 'PENDING' }]);
  });
});

describe('undo of a completion', () => {
  test('puts the occurrence it made into the trash, and brings the reminders back', async () => {
    const { id, openTasks } = await makeSeries(alice, { due });
    const taskId = openTasks[0]?.id ?? '';
    const reminder = await remind(taskId);
    test_.clock.advance(minuteMs);
    const { changeId } = await completeFirst(alice, id);
    const [next] = await openOf(alice, id);
    const undone = await undo(changeId);
    expect(undone.tasks).toHaveLength(2);
    expect(await dues(id)).toEqual(['2026-02-05T17:00:00.000Z']);
    expect(await remindersOf(taskId)).toMatchObject([{ id: reminder.id, status: 'PENDING' }]);
    expect((await alice.run(TaskDocument, { id: next?.id ?? '' })).task.deletedAt).not.toBeNull();
    expect(await remindersOf(next?.id ?? '')).toMatchObject([{ status: 'CANCELLED' }]);
    expect(await read(id)).toMatchObject({ status: 'ACTIVE', occurrenceCount: 1 });
  });

  test('lets it be completed again, which makes the same date once more', async () => {
    const { id } = await makeSeries(alice, { due, generateAhead: 1 });
    for (let round = 0; round < 3; round += 1) {
      const { changeId } = await completeFirst(alice, id);
      expect(await dues(id)).toEqual(['2026-02-06T17:00:00.000Z', '2026-02-07T17:00:00.000Z']);
      await undo(changeId);
      expect(await dues(id)).toEqual(['2026-02-05T17:00:00.000Z', '2026-02-06T17:00:00.000Z']);
    }
  });

  test('can itself be undone', async () => {
    const { id } = await makeSeries(alice, { due });
    const { changeId } = await completeFirst(alice, id);
    const { tasks, changeId: undoId } = await undo(changeId);
    expect(tasks).toHaveLength(2);
    await undo(undoId);
    expect(await dues(id)).toEqual(['2026-02-06T17:00:00.000Z']);
    expect(await read(id)).toMatchObject({ occurrenceCount: 2 });
  });

  test('brings a series that was over back', async () => {
    const { id } = await makeSeries(alice, { due, count: 1 });
    const { changeId } = await completeFirst(alice, id);
    expect(await read(id)).toMatchObject({ status: 'COMPLETED' });
    await undo(changeId);
    expect(await read(id)).toMatchObject({ status: 'ACTIVE' });
  });

  test('is refused whole when the occurrence it made was changed since', async () => {
    const { id } = await makeSeries(alice, { due });
    const { id: taskId, changeId } = await completeFirst(alice, id);
    const [next] = await openOf(alice, id);
    await alice.run(UpdateTaskDocument, { input: { id: next?.id ?? '', title: 'mine' } });
    expect(await alice.refused(UndoDocument, { changeId })).toMatchObject({ code: 'CONFLICT' });
    expect((await alice.run(TaskDocument, { id: taskId })).task.status).toBe('COMPLETED');
    expect(await dues(id)).toEqual(['2026-02-06T17:00:00.000Z']);
  });
});

describe('undo', () => {
  test('of making a series frees its template, takes back what was made ahead, and ends it', async () => {
    const { createTask } = await alice.run(CreateTaskDocument, { input: { title: 'a', due } });
    const taskId = createTask.task.id;
    const input = { taskId, preset: 'DAILY', generateAhead: 2 } as const;
    const { createRecurrence } = await alice.run(CreateRecurrenceDocument, { input });
    const { id } = createRecurrence.recurrence;
    await undo(createRecurrence.changeId);
    expect(await dues(id)).toEqual([]);
    expect(await read(id)).toMatchObject({ status: 'CANCELLED' });
    expect((await alice.run(RecurrenceOfTaskDocument, { id: taskId })).task.recurrence).toBeNull();
    expect((await alice.run(TaskDocument, { id: taskId })).task).toMatchObject({ status: 'ACTIVE', deletedAt: null });
    await alice.run(CompleteTaskDocument, { id: taskId });
    const again = await alice.run(CreateRecurrenceDocument, { input: { task: { title: 'b' }, preset: 'DAILY' } });
    expect(again.createRecurrence.recurrence.status).toBe('ACTIVE');
  });

  test('of skipping, editing and cancelling gives back the state before', async () => {
    const { id, openTasks } = await makeSeries(alice, { due, generateAhead: 1 });
    const before = await read(id);
    const taskId = openTasks[0]?.id ?? '';
    const changes = [
      async () => (await alice.run(SkipOccurrenceDocument, { taskId })).skipOccurrence,
      async () =>
        (await alice.run(UpdateRecurrenceDocument, { input: { id, title: 'b', preset: 'WEEKLY' } })).updateRecurrence,
      async () => (await alice.run(CancelRecurrenceDocument, { id })).cancelRecurrence,
    ];
    for (const change of changes) {
      await undo((await change()).changeId);
      const { openTasks: open, version: _, ...after } = await read(id);
      expect(before).toMatchObject(after);
      expect(duesOf({ openTasks: open })).toEqual(duesOf(before));
      expect(open.map(({ title }) => title)).toEqual(['water plants', 'water plants']);
    }
  });
});
