import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CancelRecurrenceDocument,
  CompleteTaskDocument,
  CreateCommentDocument,
  CreateRecurrenceDocument,
  CreateReminderDocument,
  PauseRecurrenceDocument,
  RecurrenceDocument,
  ReopenTaskDocument,
  ResumeRecurrenceDocument,
  TaskRemindersDocument,
  UndoDocument,
  UpdateRecurrenceDocument,
} from '../../support/operations.ts';
import { completeFirst, makeSeries, openOf } from '../../support/series.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());
// A Wednesday.
beforeEach(() => test_.clock.set('2026-02-04T10:00:00Z'));

const due = { date: '2026-02-04' };
const minuteMs = 60_000;
const dues = async (id: string) => (await openOf(alice, id)).map((task) => task.due);
const reopen = (id: string) => alice.run(ReopenTaskDocument, { id });
const read = async (id: string) => (await alice.run(RecurrenceDocument, { id })).recurrence;
const undo = (changeId: string) => alice.run(UndoDocument, { changeId });
const pause = (id: string) =>
  alice.run<{ pauseRecurrence: { changeId: string } }, object>(
    'mutation ($id: ID!) { pauseRecurrence(id: $id) { changeId } }',
    { id },
  );

/** Completes the earliest open occurrence, a minute later than what was done before. */
async function completeLater(id: string) {
  test_.clock.advance(minuteMs);
  return completeFirst(alice, id);
}

describe('occurrences that are opened again', () => {
  test.each([0, 2])(
    'one after another, the last one first, leave as many open as before, with %i ahead',
    async (ahead) => {
      const { id } = await makeSeries(alice, { due, generateAhead: ahead });
      for (let time = 1; time <= 3; time += 1) {
        const before = await dues(id);
        const done = [await completeLater(id), await completeLater(id), await completeLater(id)];
        for (const one of done.reverse()) await reopen(one.id);
        expect(await dues(id)).toEqual(before);
      }
    },
  );

  test('take the place of what was made for them while the series is paused, too', async () => {
    const { id } = await makeSeries(alice, { due });
    const done = await completeLater(id);
    await alice.run(PauseRecurrenceDocument, { id });
    await reopen(done.id);
    expect(await dues(id)).toEqual(['2026-02-04']);
    await alice.run(ResumeRecurrenceDocument, { id });
    expect(await dues(id)).toEqual(['2026-02-04']);
  });

  test('take its place also when the whole series was renamed meanwhile', async () => {
    const { id } = await makeSeries(alice, { due });
    const done = await completeLater(id);
    await alice.run(UpdateRecurrenceDocument, { input: { id, title: 'water the plants', tags: ['home'] } });
    await reopen(done.id);
    expect(await dues(id)).toEqual(['2026-02-04']);
  });
});

describe('an undo that makes a series active', () => {
  test('makes what it lacks: its occurrence was completed while it was paused', async () => {
    const { id } = await makeSeries(alice, { due });
    const { changeId } = (await pause(id)).pauseRecurrence;
    await completeLater(id);
    expect(await dues(id)).toEqual([]);
    await undo(changeId);
    expect(await read(id)).toMatchObject({ status: 'ACTIVE' });
    expect(await dues(id)).toEqual(['2026-02-05']);
  });

  test('makes what it lacks: its occurrence went to another series', async () => {
    const { id, openTasks } = await makeSeries(alice, { due });
    const taskId = openTasks[0]?.id ?? '';
    const { changeId } = (await alice.run(CancelRecurrenceDocument, { id })).cancelRecurrence;
    const other = await alice.run(CreateRecurrenceDocument, { input: { taskId, preset: 'WEEKLY' } });
    await undo(changeId);
    expect(await read(id)).toMatchObject({ status: 'ACTIVE' });
    expect(await dues(id)).toEqual(['2026-02-05']);
    expect(await dues(other.createRecurrence.recurrence.id)).toEqual(['2026-02-04']);
  });
});

describe('a reminder whose moment has passed when the next occurrence is made', () => {
  const pending = async (taskId: string) =>
    (await alice.run(TaskRemindersDocument, { id: taskId })).task.reminders
      .filter(({ status }) => status === 'PENDING')
      .map(({ remindAt }) => remindAt);

  test('is there again for the ones after it', async () => {
    const { id, openTasks } = await makeSeries(alice, { due: { at: '2026-02-06T09:00:00Z' } });
    const taskId = openTasks[0]?.id ?? '';
    await alice.run(CreateReminderDocument, { input: { taskId, trigger: 'BEFORE_1_DAY', channel: 'IN_APP' } });
    await alice.run(CreateReminderDocument, { input: { taskId, trigger: 'AT_DUE', channel: 'IN_APP' } });
    test_.clock.set('2026-02-06T10:00:00Z');
    await completeFirst(alice, id);
    expect(await pending((await openOf(alice, id))[0]?.id ?? '')).toEqual(['2026-02-07T09:00:00.000Z']);
    test_.clock.set('2026-02-07T08:00:00Z');
    await completeFirst(alice, id);
    expect((await pending((await openOf(alice, id))[0]?.id ?? '')).sort()).toEqual([
      '2026-02-07T09:00:00.000Z',
      '2026-02-08T09:00:00.000Z',
    ]);
  });
});

describe('a series of weekdays that counts from completion', () => {
  test('is not pushed further out, nor back, when it is done again and again on one day', async () => {
    const { id } = await makeSeries(alice, {
      due: { date: '2026-02-09' },
      preset: 'CUSTOM',
      rule: 'FREQ=WEEKLY;BYDAY=MO',
      basis: 'COMPLETION',
    });
    const seen = [];
    for (let time = 1; time <= 4; time += 1) {
      await completeLater(id);
      seen.push(...(await dues(id)));
    }
    expect(seen).toEqual(['2026-02-16', '2026-02-16', '2026-02-16', '2026-02-16']);
  });
});

test('scope THIS of a series with no open occurrence is refused', async () => {
  const { id } = await makeSeries(alice, { due });
  await alice.run(PauseRecurrenceDocument, { id });
  await completeLater(id);
  const input = { id, scope: 'THIS', title: 'nothing to rename' } as const;
  expect(await alice.refused(UpdateRecurrenceDocument, { input })).toMatchObject({ code: 'CONFLICT' });
});

test('completing five times and opening again five times ends where it began', async () => {
  const { id, openTasks } = await makeSeries(alice, { due, generateAhead: 1, basis: 'COMPLETION', interval: 3 });
  const before = await dues(id);
  const taskId = openTasks[0]?.id ?? '';
  for (let time = 1; time <= 5; time += 1) {
    test_.clock.advance(minuteMs);
    await alice.run(CompleteTaskDocument, { id: taskId });
    await reopen(taskId);
  }
  expect(await dues(id)).toEqual(before);
});

test('keeping fewer open takes back those too many, the latest first, but none that somebody has touched', async () => {
  const { id, openTasks } = await makeSeries(alice, { due, generateAhead: 4 });
  const touched = { taskId: openTasks[3]?.id ?? '', text: 'bring the can' };
  await alice.run(CreateCommentDocument, { input: touched });
  await alice.run(UpdateRecurrenceDocument, { input: { id, generateAhead: 2 } });
  expect(await dues(id)).toEqual(['2026-02-04', '2026-02-05', '2026-02-07']);
  await alice.run(UpdateRecurrenceDocument, { input: { id, generateAhead: 0 } });
  expect(await dues(id)).toEqual(['2026-02-04', '2026-02-07']);
  await completeLater(id);
  await completeLater(id);
  expect(await dues(id)).toEqual(['2026-02-08']);
});

test.each([{ count: 2 }, { until: '2026-02-05' }])(
  'a series that had its last one, by %j, goes on when that is opened again',
  async (end) => {
    const { id } = await makeSeries(alice, { due, ...end });
    await completeLater(id);
    const last = await completeLater(id);
    for (let time = 1; time <= 3; time += 1) {
      expect(await read(id)).toMatchObject({ status: 'COMPLETED', occurrenceCount: 2 });
      await reopen(last.id);
      expect(await read(id)).toMatchObject({ status: 'ACTIVE', occurrenceCount: 2 });
      expect(await dues(id)).toEqual(['2026-02-05']);
      await completeLater(id);
    }
  },
);

test('a new end before the current occurrence is refused, naming the field', async () => {
  const { id } = await makeSeries(alice, { due });
  await completeLater(id);
  for (const [input, field] of [
    [{ until: '2026-02-04' }, 'until'],
    [{ count: 1 }, 'count'],
  ] as const) {
    expect(await alice.refused(UpdateRecurrenceDocument, { input: { id, ...input } })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: ['input', field] }],
    });
  }
  const custom = await makeSeries(alice, { due, preset: 'CUSTOM', rule: 'FREQ=DAILY' });
  expect(await alice.refused(UpdateRecurrenceDocument, { input: { id: custom.id, interval: 2 } })).toMatchObject({
    fields: [{ path: ['input', 'interval'] }],
  });
  await alice.run(UpdateRecurrenceDocument, { input: { id, until: '2026-02-05' } });
  expect(await dues(id)).toEqual(['2026-02-05']);
});
