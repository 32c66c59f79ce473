import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CreateCommentDocument,
  CreateRecurrenceDocument,
  type CreateRecurrenceInput,
  CreateReminderDocument,
  CreateTaskDocument,
  DeleteRecurrenceDocument,
  OccurrencesDocument,
  PreviewRecurrenceDocument,
  type PreviewRecurrenceInput,
  PreviewRecurrenceUpdateDocument,
  RecurrenceDocument,
  TaskDocument,
  TaskRemindersDocument,
  UndoDocument,
  UpdateRecurrenceDocument,
  type UpdateRecurrenceInput,
  UpdateTaskDocument,
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

const dues = async (id: string) => (await openOf(alice, id)).map(({ due }) => due);
const read = async (id: string) => (await alice.run(RecurrenceDocument, { id })).recurrence;
const update = async (input: UpdateRecurrenceInput) =>
  (await alice.run(UpdateRecurrenceDocument, { input })).updateRecurrence;
const toCome = async (id: string, first = 3) =>
  (await alice.run(OccurrencesDocument, { id, first })).occurrences.nodes.map(({ date, at }) => date ?? at);

describe('a series', () => {
  test('of whole days becomes timed, without a day twice', async () => {
    const { id } = await makeSeries(alice, { due: { date: '2026-02-04' }, generateAhead: 1 });
    await completeFirst(alice, id);
    await update({ id, due: { at: '2026-02-05T17:00:00Z' } });
    expect(await dues(id)).toEqual(['2026-02-05T17:00:00.000Z', '2026-02-06T17:00:00.000Z']);
    expect(await read(id)).toMatchObject({ isAllDay: false, start: '2026-02-05T17:00:00' });
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(['2026-02-06T17:00:00.000Z', '2026-02-07T17:00:00.000Z']);
  });

  test('of times becomes one of whole days, and keeps the day that it ends on', async () => {
    const { id } = await makeSeries(alice, { due: { at: '2026-02-04T17:00:00Z' }, until: '2026-02-07' });
    await update({ id, due: { date: '2026-02-04' } });
    expect(await dues(id)).toEqual(['2026-02-04']);
    expect(await toCome(id, 10)).toEqual(['2026-02-05', '2026-02-06', '2026-02-07']);
    await update({ id, due: { at: '2026-02-04T23:00:00Z' } });
    expect((await toCome(id, 10)).at(-1)).toBe('2026-02-07T23:00:00.000Z');
  });

  test('moves its reminders along, each time', async () => {
    const { id, openTasks } = await makeSeries(alice, { due: { at: '2026-02-04T17:00:00Z' } });
    const taskId = openTasks[0]?.id ?? '';
    await alice.run(CreateReminderDocument, { input: { taskId, trigger: 'BEFORE_1_HOUR', channel: 'IN_APP' } });
    for (const hour of [18, 20, 12, 15, 21]) {
      await update({ id, due: { at: `2026-02-04T${hour}:00:00Z` } });
      const reminders = (await alice.run(TaskRemindersDocument, { id: taskId })).task?.reminders;
      expect(reminders).toMatchObject([{ status: 'PENDING', remindAt: `2026-02-04T${hour - 1}:00:00.000Z` }]);
      expect(await toCome(id, 1)).toEqual([`2026-02-05T${hour}:00:00.000Z`]);
    }
  });

  test.each([
    ['WEEKLY', undefined, '2026-02-12'],
    ['CUSTOM', 'FREQ=WEEKLY;BYDAY=WE', '2026-02-12'],
    ['CUSTOM', 'FREQ=MONTHLY;BYMONTHDAY=4', '2026-03-05'],
    ['CUSTOM', 'FREQ=MONTHLY;BYDAY=1WE', '2026-03-05'],
    ['YEARLY', undefined, '2027-02-05'],
  ] as const)('%s %s keeps to the day that it was moved to', async (preset, rule, next) => {
    const { id } = await makeSeries(alice, { due: { date: '2026-02-04' }, preset, rule });
    await update({ id, due: { date: '2026-02-05' } });
    expect([await dues(id), await toCome(id, 1)]).toEqual([['2026-02-05'], [next]]);
    expect(await read(id)).toMatchObject({ startsOffRule: false });
  });

  test('that names several days keeps them, and says that it starts off its rule', async () => {
    const { id } = await makeSeries(alice, {
      due: { date: '2026-02-04' },
      preset: 'CUSTOM',
      rule: 'FREQ=WEEKLY;BYDAY=MO,WE',
    });
    await update({ id, due: { date: '2026-02-05' } });
    expect([await dues(id), await toCome(id, 2)]).toEqual([['2026-02-05'], ['2026-02-09', '2026-02-11']]);
    expect(await read(id)).toMatchObject({ startsOffRule: true });
  });

  test('keeps its local time in another zone, also where clocks change', async () => {
    const { id } = await makeSeries(alice, { due: { at: '2026-03-27T09:00:00Z' } });
    await update({ id, timeZone: 'Europe/Berlin' });
    expect(await dues(id)).toEqual(['2026-03-27T08:00:00.000Z']);
    expect(await toCome(id, 2)).toEqual(['2026-03-28T08:00:00.000Z', '2026-03-29T07:00:00.000Z']);
  });

  test('ends after as many as before, wherever it was moved', async () => {
    const { id } = await makeSeries(alice, { due: { date: '2026-02-04' }, count: 4 });
    await completeFirst(alice, id);
    await update({ id, due: { date: '2026-02-10' } });
    expect(await read(id)).toMatchObject({ count: 4, occurrenceCount: 2 });
    expect(await toCome(id, 10)).toEqual(['2026-02-11', '2026-02-12']);
    for (let left = 3; left > 0; left -= 1) await completeFirst(alice, id);
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', occurrenceCount: 4 });
  });

  test('that counts from completion goes on from where it was moved', async () => {
    const { id } = await makeSeries(alice, { due: { date: '2026-02-04' }, interval: 3, basis: 'COMPLETION' });
    await update({ id, due: { date: '2026-02-06' } });
    test_.clock.set('2026-02-08T10:00:00Z');
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(['2026-02-11']);
  });

  test('is not moved onto a date that is done, nor to no date at all', async () => {
    const { id } = await makeSeries(alice, { due: { date: '2026-02-04' } });
    await completeFirst(alice, id);
    expect(await alice.refused(UpdateRecurrenceDocument, { input: { id, due: { date: '2026-02-04' } } })).toMatchObject(
      {
        code: 'CONFLICT',
      },
    );
    expect(await alice.refused(UpdateRecurrenceDocument, { input: { id, due: null } })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: ['input', 'due'] }],
    });
    expect(await dues(id)).toEqual(['2026-02-05']);
  });

  test('is moved back by undo, with what was made', async () => {
    const { id } = await makeSeries(alice, { due: { date: '2026-02-04' }, generateAhead: 2 });
    const before = await dues(id);
    for (let time = 1; time <= 2; time += 1) {
      const { changeId } = await update({ id, due: { at: '2026-02-10T17:00:00Z' } });
      expect(await dues(id)).toEqual([10, 11, 12].map((day) => `2026-02-${day}T17:00:00.000Z`));
      await alice.run(UndoDocument, { changeId });
      expect(await dues(id)).toEqual(before);
      expect(await read(id)).toMatchObject({ isAllDay: true, start: '2026-02-04' });
    }
  });
});

describe('of five open occurrences', () => {
  const fiveOpen = async () => {
    const { id, openTasks } = await makeSeries(alice, { due: { date: '2026-02-04' }, generateAhead: 4 });
    return { id, taskId: openTasks[2]?.id ?? '' };
  };

  test('THIS moves and renames one, and the series stays', async () => {
    const { id, taskId } = await fiveOpen();
    await update({ id, taskId, scope: 'THIS', due: { date: '2026-02-20' }, title: 'once' });
    expect(await dues(id)).toEqual(['2026-02-04', '2026-02-05', '2026-02-07', '2026-02-08', '2026-02-20']);
    expect(await read(id)).toMatchObject({ title: 'water plants', start: '2026-02-04' });
    expect((await alice.run(TaskDocument, { id: taskId })).task).toMatchObject({ title: 'once' });
    const refusal = await alice.refused(UpdateRecurrenceDocument, {
      input: { id, taskId, scope: 'THIS', preset: 'WEEKLY' },
    });
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', 'preset'] }] });
  });

  test('THIS_AND_FOLLOWING leaves the earlier ones', async () => {
    const { id, taskId } = await fiveOpen();
    await update({ id, taskId, due: { date: '2026-02-16' }, title: 'later' });
    expect(await dues(id)).toEqual(['2026-02-04', '2026-02-05', '2026-02-16', '2026-02-17', '2026-02-18']);
    expect((await openTitles(id)).filter((title) => title === 'later')).toHaveLength(3);
  });

  test('ALL moves the earlier ones as far', async () => {
    const { id, taskId } = await fiveOpen();
    await update({ id, taskId, scope: 'ALL', due: { at: '2026-02-16T17:00:00Z' }, title: 'all' });
    expect(await dues(id)).toEqual([14, 15, 16, 17, 18].map((day) => `2026-02-${day}T17:00:00.000Z`));
    expect(new Set(await openTitles(id))).toEqual(new Set(['all']));
  });

  test('another series’ occurrence is none of these', async () => {
    const { id } = await fiveOpen();
    const { taskId } = await fiveOpen();
    expect(await alice.refused(UpdateRecurrenceDocument, { input: { id, taskId, title: 'x' } })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

const openTitles = async (id: string) => ((await read(id))?.openTasks ?? []).map(({ title }) => title);

describe('occurrences that were made ahead', () => {
  const detailsQuery = `query ($id: ID!) {
    task(id: $id) { title due { date at } comments(first: 9) { nodes { text } } subtasks { title }
      reminders { status remindAt } }
  }`;
  type Details = { task: { due: { date: string | null; at: string | null } } };

  test('keep what was written, asked and planned on them when the series moves', async () => {
    const { id, openTasks } = await makeSeries(alice, { due: { at: '2026-02-04T17:00:00Z' }, generateAhead: 2 });
    const taskId = openTasks[1]?.id ?? '';
    await alice.run(UpdateTaskDocument, { input: { id: taskId, title: 'water the orchids' } });
    await alice.run(CreateCommentDocument, { input: { taskId, text: 'with rain water' } });
    await alice.run(CreateTaskDocument, { input: { title: 'fetch the can', parentId: taskId } });
    await alice.run(CreateReminderDocument, { input: { taskId, trigger: 'BEFORE_1_HOUR', channel: 'IN_APP' } });
    for (const hour of [18, 19, 16]) {
      await update({ id, due: { at: `2026-02-04T${hour}:00:00Z` } });
      const { task } = await alice.run<Details, object>(detailsQuery, { id: taskId });
      expect(task).toMatchObject({
        title: 'water the orchids',
        due: { at: `2026-02-05T${hour}:00:00.000Z` },
        comments: { nodes: [{ text: 'with rain water' }] },
        subtasks: [{ title: 'fetch the can' }],
        reminders: [{ status: 'PENDING', remindAt: `2026-02-05T${hour - 1}:00:00.000Z` }],
      });
    }
  });

  test('are the same tasks on other days, one step further or back', async () => {
    const { id, openTasks } = await makeSeries(alice, { due: { date: '2026-02-04' }, generateAhead: 3 });
    const ids = async () => (await openOf(alice, id)).map((task) => task.id);
    const made = openTasks.map((task) => task.id);
    const changes = [];
    for (const day of [5, 6, 4, 3]) {
      changes.push((await update({ id, due: { date: `2026-02-0${day}` } })).changeId);
      expect(await dues(id)).toEqual([0, 1, 2, 3].map((n) => `2026-02-0${day + n}`));
      expect(await ids()).toEqual(made);
    }
    for (const changeId of changes.reverse()) await alice.run(UndoDocument, { changeId });
    expect([await dues(id), await ids()]).toEqual([[4, 5, 6, 7].map((day) => `2026-02-0${day}`), made]);
  });

  test('come back by undo on days that the changed series had too', async () => {
    const { id } = await makeSeries(alice, { due: { date: '2026-02-04' }, generateAhead: 4 });
    const before = await dues(id);
    for (const input of [
      { interval: 2 },
      { preset: 'CUSTOM', rule: 'FREQ=DAILY;BYDAY=WE,FR' } as const,
      { count: 2 },
    ]) {
      const { changeId } = await update({ id, ...input });
      await alice.run(UndoDocument, { changeId });
      expect(await dues(id)).toEqual(before);
    }
  });
});

describe('deleting a series', () => {
  test('puts its open occurrences into the trash, leaves the done one, and can be undone', async () => {
    const { id } = await makeSeries(alice, { due: { date: '2026-02-04' }, generateAhead: 2 });
    const done = await completeFirst(alice, id);
    const open = await dues(id);
    const { deleteRecurrence } = await alice.run(DeleteRecurrenceDocument, { id });
    expect(deleteRecurrence).toMatchObject({ recurrence: { status: 'CANCELLED' } });
    expect(deleteRecurrence.tasks).toHaveLength(3);
    expect(await dues(id)).toEqual([]);
    expect((await alice.run(TaskDocument, { id: done.id })).task).toMatchObject({
      status: 'COMPLETED',
      deletedAt: null,
    });
    expect(await alice.refused(DeleteRecurrenceDocument, { id })).toMatchObject({ code: 'CONFLICT' });
    await alice.run(UndoDocument, { changeId: deleteRecurrence.changeId });
    expect(await dues(id)).toEqual(open);
    expect(await read(id)).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('a preview', () => {
  const days = fc
    .integer({ min: 0, max: 60 })
    .map((n) => new Date(Date.UTC(2026, 1, 4 + n)).toISOString().slice(0, 10));
  const due = fc.oneof(
    days.map((date) => ({ date })),
    days.map((day) => ({ at: `${day}T17:30:00Z` })),
    days.map((day) => ({ atInZone: { at: `${day}T06:30:00Z`, timeZone: 'America/New_York' } })),
  );
  const rule = fc.oneof(
    fc.record({
      preset: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY' as const),
      interval: fc.constantFrom(1, 2, 3),
    }),
    fc.record({
      preset: fc.constant('CUSTOM' as const),
      rule: fc.constantFrom(
        'FREQ=WEEKLY;BYDAY=MO',
        'FREQ=WEEKLY;BYDAY=TU,TH',
        'FREQ=MONTHLY;BYMONTHDAY=31',
        'FREQ=MONTHLY;BYDAY=-1FR',
      ),
    }),
  );
  const policies = fc.record({
    skipWeekends: fc.boolean(),
    monthEnd: fc.constantFrom('SKIP', 'CLAMP' as const),
    generateAhead: fc.constantFrom(0, 2),
    basis: fc.constantFrom('SCHEDULE', 'COMPLETION' as const),
    count: fc.constantFrom(undefined, 6),
  });

  /** The open occurrences and what follows them, as far as a preview goes. */
  async function stored(id: string, first: number) {
    const open = await dues(id);
    return [...open, ...(await toCome(id, first))].slice(0, first);
  }
  const shown = (dates: { date?: string | null; at?: string | null }[]) => dates.map(({ date, at }) => date ?? at);

  test('says what is stored then, of a new series and of a changed one', async () => {
    const seed = Number(process.env.SEED ?? 20260204);
    const series = fc.record({
      due,
      rule,
      policies,
      moved: due,
      scope: fc.constantFrom('ALL', 'THIS_AND_FOLLOWING' as const),
    });
    await fc.assert(
      fc.asyncProperty(series, async ({ due, rule, policies, moved, scope }) => {
        const input = { task: { title: 'previewed', due }, ...rule, ...policies } as CreateRecurrenceInput;
        const { generateAhead: _, ...dates } = policies;
        const asked = { due, ...rule, ...dates } as PreviewRecurrenceInput;
        const preview = shown(
          (await alice.run(PreviewRecurrenceDocument, { input: asked, first: 8 })).previewRecurrence,
        );
        const { id } = (await alice.run(CreateRecurrenceDocument, { input })).createRecurrence.recurrence;
        expect(await stored(id, 8)).toEqual(preview);

        const changes = { id, scope, due: moved } as UpdateRecurrenceInput;
        const before = await stored(id, 8);
        const expected = shown(
          (await alice.run(PreviewRecurrenceUpdateDocument, { input: changes, first: 8 })).previewRecurrenceUpdate,
        );
        expect(await stored(id, 8)).toEqual(before);
        await update(changes);
        expect(await stored(id, 8)).toEqual(expected);
      }),
      { seed, numRuns: Number(process.env.RUNS ?? 12) },
    );
  });

  test('refuses what making or changing the series would refuse', async () => {
    const input = { preset: 'CUSTOM', rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' } as const;
    expect(await alice.refused(PreviewRecurrenceDocument, { input })).toMatchObject({ code: 'INVALID_INPUT' });
    expect(
      await alice.refused(PreviewRecurrenceDocument, { input: { ...input, rule: 'FREQ=DAILY' }, first: 101 }),
    ).toMatchObject({
      fields: [{ path: ['first'] }],
    });
    const stranger = (await test_.tenant()).alice;
    const { id } = await makeSeries(alice, { due: { date: '2026-02-04' } });
    expect(await stranger.refused(PreviewRecurrenceUpdateDocument, { input: { id, interval: 2 } })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
