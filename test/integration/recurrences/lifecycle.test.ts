import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CancelRecurrenceDocument,
  CompleteTaskDocument,
  CreateCommentDocument,
  CreateRecurrenceDocument,
  type CreateRecurrenceInput,
  CreateReminderDocument,
  CreateTaskDocument,
  DeleteTaskDocument,
  GenerateNextOccurrenceDocument,
  OccurrencesDocument,
  PauseRecurrenceDocument,
  RecurrenceDocument,
  RecurrenceOfTaskDocument,
  RecurrencesDocument,
  ReopenTaskDocument,
  RestoreTaskDocument,
  ResumeRecurrenceDocument,
  SkipOccurrenceDocument,
  TaskDocument,
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
// A Wednesday.
beforeEach(() => test_.clock.set('2026-02-04T10:00:00Z'));

const dayMs = 24 * 60 * 60 * 1000;
const create = async (input: CreateRecurrenceInput) =>
  (await alice.run(CreateRecurrenceDocument, { input })).createRecurrence;
const newTask = async (input: object = {}) =>
  (await alice.run(CreateTaskDocument, { input: { title: 'a', ...input } })).createTask.task;
const read = async (id: string) => (await alice.run(RecurrenceDocument, { id })).recurrence;
const dues = async (id: string) => (await openOf(alice, id)).map(({ due }) => due);
const date = (day: string) => ({ date: day });

async function eventsOf(objectId: string): Promise<string[]> {
  const uuid = Buffer.from(objectId, 'base64url').toString().split(':')[1];
  const { rows } = await test_.app.db.query('SELECT type FROM event WHERE "objectId" = $1 ORDER BY id', [uuid]);
  return rows.map((row) => row.type as string);
}

describe('a series', () => {
  test('is made of a task, which is its first occurrence', async () => {
    const task = await newTask({
      due: { atInZone: { at: '2026-02-05T16:00:00Z', timeZone: 'Europe/Berlin' } },
      tags: ['x'],
    });
    const { recurrence } = await create({ taskId: task.id, preset: 'WEEKLY', interval: 2 });
    expect(recurrence).toMatchObject({
      status: 'ACTIVE',
      title: 'a',
      tags: ['x'],
      preset: 'WEEKLY',
      interval: 2,
      count: null,
      rule: 'FREQ=WEEKLY;INTERVAL=2',
      start: '2026-02-05T17:00:00',
      isAllDay: false,
      timeZone: 'Europe/Berlin',
      basis: 'SCHEDULE',
      missed: 'ONE',
      monthEnd: 'CLAMP',
      skipWeekends: false,
      generateAhead: 0,
      occurrenceCount: 1,
      version: 1,
      openTasks: [{ id: task.id }],
    });
    expect((await alice.run(RecurrenceOfTaskDocument, { id: task.id })).task.recurrence).toEqual(recurrence);
  });

  test('is made with a new task, and without a due starts today or on the rule’s first day', async () => {
    const daily = await create({ task: { title: 'b' }, preset: 'DAILY' });
    expect(duesOf(daily.recurrence)).toEqual(['2026-02-04']);
    const mondays = await create({ task: { title: 'b' }, preset: 'CUSTOM', rule: 'FREQ=WEEKLY;BYDAY=MO' });
    expect(duesOf(mondays.recurrence)).toEqual(['2026-02-09']);
    await completeFirst(alice, mondays.recurrence.id);
    expect(await dues(mondays.recurrence.id)).toEqual(['2026-02-16']);
  });

  test('that skips weekends moves a template due on one', async () => {
    const { openTasks } = await makeSeries(alice, { due: date('2026-02-07'), skipWeekends: true });
    expect(duesOf({ openTasks })).toEqual(['2026-02-09']);
  });

  test('keeps the time on the wall clock when clocks change', async () => {
    const due = { atInZone: { at: '2026-03-28T08:00:00Z', timeZone: 'Europe/Berlin' } };
    const { openTasks } = await makeSeries(alice, { due, generateAhead: 1 });
    expect(duesOf({ openTasks })).toEqual(['2026-03-28T08:00:00.000Z', '2026-03-29T07:00:00.000Z']);
  });

  const rule = (text: string) => ({ preset: 'CUSTOM', rule: text }) as const;
  test.each<[string, Partial<CreateRecurrenceInput>, string]>([
    ['an interval of 0', { interval: 0 }, 'interval'],
    ['an interval of 366', { interval: 366 }, 'interval'],
    ['53 made ahead', { generateAhead: 53 }, 'generateAhead'],
    ['a count of 0', { count: 0 }, 'count'],
    ['both ends', { count: 3, until: '2026-03-01' }, 'until'],
    ['an end before its beginning', { until: '2026-02-01' }, 'until'],
    ['no rule', { preset: 'CUSTOM' }, 'rule'],
    ['a rule beside a preset', { rule: 'FREQ=DAILY' }, 'rule'],
    ['nonsense for a rule', rule('every day'), 'rule'],
    ['a rule finer than HOURLY', rule('FREQ=MINUTELY'), 'rule'],
    ['an hourly rule of whole days', rule('FREQ=HOURLY'), 'rule'],
    ['a rule that never occurs', { ...rule('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'), generateAhead: 1 }, 'rule'],
    ['a zone that is none', { timeZone: 'Nowhere' }, 'timeZone'],
  ])('with %s is refused, naming the field, and nothing is stored', async (_, input, field) => {
    const before = await countRows();
    const wanted = { task: { title: 'x', due: date('2026-02-05') }, preset: 'DAILY', ...input } as const;
    const error = await alice.refused(CreateRecurrenceDocument, { input: wanted });
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(error.fields?.[0]?.path).toEqual(['input', field]);
    expect(await countRows()).toEqual(before);
  });

  test('needs one template, and a task that is open and in no other', async () => {
    const { id: taskId } = await newTask();
    const task = { title: 'x' };
    for (const input of [{ preset: 'DAILY' }, { preset: 'DAILY', taskId, task }] as const) {
      expect(await alice.refused(CreateRecurrenceDocument, { input })).toMatchObject({ code: 'INVALID_INPUT' });
    }
    const input = { preset: 'DAILY', taskId } as const;
    const outcomes = await Promise.allSettled([1, 2].map(() => create(input)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await alice.run(CompleteTaskDocument, { id: taskId });
    expect(await alice.refused(CreateRecurrenceDocument, { input })).toMatchObject({ code: 'CONFLICT' });
  });
});

async function countRows() {
  const { rows } = await test_.app.db.query(
    `SELECT (SELECT count(*) FROM task) AS tasks, (SELECT count(*) FROM recurrence) AS recurrences,
       (SELECT count(*) FROM event) AS events`,
  );
  return rows[0];
}

describe('completing an occurrence makes the next', () => {
  const completing = async (id: string, times: number) => {
    const seen: unknown[] = [];
    for (let n = 0; n < times; n += 1) {
      await completeFirst(alice, id);
      seen.push((await dues(id))[0]);
    }
    return seen;
  };

  test('monthly from 31 January, clamped: 28 February, then 31 March', async () => {
    const { id } = await makeSeries(alice, {
      due: date('2026-01-31'),
      preset: 'MONTHLY',
      monthEnd: 'CLAMP',
      missed: 'ALL',
    });
    expect(await completing(id, 2)).toEqual(['2026-02-28', '2026-03-31']);
  });

  test('yearly from 29 February 2024, clamped', async () => {
    const input = { due: date('2024-02-29'), preset: 'YEARLY', monthEnd: 'CLAMP', missed: 'ALL' } as const;
    const { id } = await makeSeries(alice, input);
    expect(await completing(id, 4)).toEqual(['2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29']);
  });

  test('daily without weekends, done on Friday: one on Monday', async () => {
    test_.clock.set('2026-02-06T10:00:00Z');
    const { id } = await makeSeries(alice, { due: date('2026-02-06'), skipWeekends: true });
    expect(await completing(id, 2)).toEqual(['2026-02-09', '2026-02-10']);
  });

  test('count 3: the template and two more, then COMPLETED', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05'), count: 3 });
    expect(await completing(id, 2)).toEqual(['2026-02-06', '2026-02-07']);
    expect(await read(id)).toMatchObject({ status: 'ACTIVE', occurrenceCount: 3, count: 3 });
    expect(await completing(id, 1)).toEqual([undefined]);
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', occurrenceCount: 3 });
    expect(await eventsOf(id)).toEqual([
      'recurrence.created',
      'recurrence.advanced',
      'recurrence.advanced',
      'recurrence.completed',
    ]);
  });

  test('until a day, that day included', async () => {
    const { id } = await makeSeries(alice, { due: { at: '2026-02-05T23:30:00Z' }, until: '2026-02-06' });
    expect(await completing(id, 2)).toEqual(['2026-02-06T23:30:00.000Z', undefined]);
    expect(await read(id)).toMatchObject({ status: 'COMPLETED' });
  });

  test('counting from the day it was done, where the basis says so', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-04'), interval: 3, basis: 'COMPLETION', count: 3 });
    test_.clock.set('2026-02-10T10:00:00Z');
    expect(await completing(id, 1)).toEqual(['2026-02-13']);
    expect(await completing(id, 2)).toEqual(['2026-02-13', undefined]);
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', occurrenceCount: 3 });
  });

  test('not further out when it is done again on one day, ahead of its time', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-04'), interval: 3, basis: 'COMPLETION' });
    expect(await completing(id, 4)).toEqual(['2026-02-07', '2026-02-07', '2026-02-07', '2026-02-07']);
  });

  test('with what the series says, not what was changed of the one', async () => {
    const task = { title: 'water', notes: 'gently', tags: ['home'] };
    const due = date('2026-02-05');
    const { recurrence } = await create({ task: { ...task, due, priority: 'HIGH' }, preset: 'DAILY' });
    const only = { id: recurrence.openTasks[0]?.id ?? '', title: 'water twice', priority: null };
    await alice.run(UpdateTaskDocument, { input: only });
    const { id } = await completeFirst(alice, recurrence.id);
    const [next] = (await read(recurrence.id)).openTasks;
    expect(next).toMatchObject({ ...task, due: date('2026-02-06'), priority: 'HIGH', status: 'ACTIVE', version: 1 });
    expect(await eventsOf(next?.id ?? '')).toEqual(['task.created']);
    expect((await alice.run(TaskDocument, { id })).task).toMatchObject({ status: 'COMPLETED' });
  });

  test('in the same change, so that nothing can be lost between', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05') });
    const { changeId } = await completeFirst(alice, id);
    const { rows } = await test_.app.db.query('SELECT type FROM event WHERE "changeId" = $1 ORDER BY id', [changeId]);
    expect(rows.map(({ type }) => type)).toEqual(['task.completed', 'task.created', 'recurrence.advanced']);
  });

  test('four ahead: the current and four future ones, without doubles', async () => {
    const { id, openTasks } = await makeSeries(alice, { due: date('2026-02-05'), generateAhead: 4 });
    const days = (from: number) => Array.from({ length: 5 }, (_, n) => `2026-02-${String(from + n).padStart(2, '0')}`);
    expect(duesOf({ openTasks })).toEqual(days(5));
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(days(6));
    await alice.run(CompleteTaskDocument, { id: (await openOf(alice, id))[3]?.id ?? '' });
    expect(await dues(id)).toEqual(['2026-02-06', '2026-02-07', '2026-02-08', '2026-02-10', '2026-02-11']);
  });
});

describe('pausing', () => {
  test('has completions make nothing until it is resumed, which leaves out what passed', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05'), generateAhead: 2, missed: 'ALL' });
    const { recurrence } = (await alice.run(PauseRecurrenceDocument, { id })).pauseRecurrence;
    expect(recurrence).toMatchObject({ status: 'PAUSED', version: 3 });
    expect(await alice.refused(PauseRecurrenceDocument, { id })).toMatchObject({ code: 'CONFLICT' });
    expect(await alice.refused(GenerateNextOccurrenceDocument, { id })).toMatchObject({ code: 'CONFLICT' });
    await completeFirst(alice, id);
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(['2026-02-07']);
    test_.clock.advance(30 * dayMs);
    const { resumeRecurrence } = await alice.run(ResumeRecurrenceDocument, { id });
    expect(resumeRecurrence.recurrence).toMatchObject({ status: 'ACTIVE' });
    expect(duesOf(resumeRecurrence.recurrence)).toEqual(['2026-02-07', '2026-03-07', '2026-03-08']);
    expect(await alice.refused(ResumeRecurrenceDocument, { id })).toMatchObject({ code: 'CONFLICT' });
    expect((await eventsOf(id)).slice(-2)).toEqual(['recurrence.paused', 'recurrence.resumed']);
  });

  test('a series that is over by then completes it when resumed', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05'), count: 1 });
    await alice.run(PauseRecurrenceDocument, { id });
    await completeFirst(alice, id);
    const { recurrence } = (await alice.run(ResumeRecurrenceDocument, { id })).resumeRecurrence;
    expect(recurrence).toMatchObject({ status: 'COMPLETED' });
  });

  test('refuses an old version', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05') });
    const error = await alice.refused(PauseRecurrenceDocument, { id, expectedVersion: 7 });
    expect(error.code).toBe('PRECONDITION_FAILED');
  });
});

test('cancelling ends a series and leaves its open occurrences', async () => {
  const { id } = await makeSeries(alice, { due: date('2026-02-05') });
  const { cancelRecurrence } = await alice.run(CancelRecurrenceDocument, { id });
  expect(cancelRecurrence.recurrence).toMatchObject({ status: 'CANCELLED', openTasks: [{}] });
  await completeFirst(alice, id);
  expect(await dues(id)).toEqual([]);
  for (const document of [CancelRecurrenceDocument, PauseRecurrenceDocument, ResumeRecurrenceDocument]) {
    expect(await alice.refused(document as typeof CancelRecurrenceDocument, { id })).toMatchObject({
      code: 'CONFLICT',
    });
  }
});

describe('skipping', () => {
  test('puts the occurrence into the trash and makes the next', async () => {
    const { id, openTasks } = await makeSeries(alice, { due: date('2026-02-05') });
    const taskId = openTasks[0]?.id ?? '';
    const { skipOccurrence } = await alice.run(SkipOccurrenceDocument, { taskId });
    expect(skipOccurrence.task.deletedAt).not.toBeNull();
    expect(skipOccurrence.recurrence && duesOf(skipOccurrence.recurrence)).toEqual(['2026-02-06']);
    expect(await alice.refused(SkipOccurrenceDocument, { taskId })).toMatchObject({ code: 'CONFLICT' });
    expect(await dues(id)).toEqual(['2026-02-06']);
  });

  test('is what deleting one does too', async () => {
    const { id, openTasks } = await makeSeries(alice, { due: date('2026-02-05'), basis: 'COMPLETION', interval: 2 });
    await alice.run(DeleteTaskDocument, { id: openTasks[0]?.id ?? '' });
    expect(await dues(id)).toEqual(['2026-02-07']);
  });

  test('a task of no series, or a done one, is a CONFLICT', async () => {
    expect(await alice.refused(SkipOccurrenceDocument, { taskId: (await newTask()).id })).toMatchObject({
      code: 'CONFLICT',
    });
    const { id } = await makeSeries(alice, { due: date('2026-02-05') });
    const done = await completeFirst(alice, id);
    expect(await alice.refused(SkipOccurrenceDocument, { taskId: done.id })).toMatchObject({ code: 'CONFLICT' });
  });
});

describe('generating ahead of time', () => {
  test('twice gives two successive dates', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05') });
    const next = async () => (await alice.run(GenerateNextOccurrenceDocument, { id })).generateNextOccurrence;
    expect((await next()).task?.due).toMatchObject({ date: '2026-02-06' });
    expect((await next()).task?.due).toMatchObject({ date: '2026-02-07' });
    expect(await dues(id)).toEqual(['2026-02-05', '2026-02-06', '2026-02-07']);
  });

  test('beyond the last date is a CONFLICT', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05'), count: 2 });
    await alice.run(GenerateNextOccurrenceDocument, { id });
    expect(await alice.refused(GenerateNextOccurrenceDocument, { id })).toMatchObject({ code: 'CONFLICT' });
    expect(await read(id)).toMatchObject({ status: 'ACTIVE', occurrenceCount: 2 });
  });
});

describe('updating a series', () => {
  const update = async (input: { id: string }) =>
    (await alice.run(UpdateRecurrenceDocument, { input })).updateRecurrence.recurrence;

  test('changes its open occurrences and those to come, but no done one', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05'), generateAhead: 1 });
    const done = await completeFirst(alice, id);
    const changed = await update({ id, title: 'b', tags: ['y'], priority: 'LOW' } as { id: string });
    expect(changed).toMatchObject({ title: 'b', openTasks: [{ title: 'b', tags: ['y'] }, { priority: 'LOW' }] });
    await completeFirst(alice, id);
    expect((await read(id)).openTasks.map(({ title }) => title)).toEqual(['b', 'b']);
    expect((await alice.run(TaskDocument, { id: done.id })).task.title).toBe('water plants');
  });

  test('with another rule replaces what was made ahead of the current one', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05'), generateAhead: 2 });
    await completeFirst(alice, id);
    const weekly = await update({ id, preset: 'WEEKLY' } as { id: string });
    expect(weekly).toMatchObject({ rule: 'FREQ=WEEKLY', start: '2026-02-06', preset: 'WEEKLY' });
    expect(duesOf(weekly)).toEqual(['2026-02-06', '2026-02-13', '2026-02-20']);
    const again = await update({ id, preset: 'DAILY' } as { id: string });
    expect(duesOf(again)).toEqual(['2026-02-06', '2026-02-07', '2026-02-08']);
  });

  test('with another end or fewer ahead keeps its anchor', async () => {
    const input = { due: date('2026-01-31'), preset: 'MONTHLY', monthEnd: 'CLAMP', generateAhead: 2 } as const;
    const { id } = await makeSeries(alice, input);
    expect(await dues(id)).toEqual(['2026-01-31', '2026-02-28', '2026-03-31']);
    const ended = await update({ id, count: 3 } as { id: string });
    expect(ended).toMatchObject({ count: 3, start: '2026-01-31', occurrenceCount: 3 });
    expect(duesOf(ended)).toEqual(['2026-01-31', '2026-02-28', '2026-03-31']);
    const shortened = await update({ id, count: null, until: '2026-03-01', generateAhead: null } as { id: string });
    expect(duesOf(shortened)).toEqual(['2026-01-31']);
  });

  test('names the field at fault, and is refused when the series is over', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05') });
    for (const [input, path] of [
      [{ interval: 0 }, ['input', 'interval']],
      [{ rule: 'FREQ=SECONDLY' }, ['input', 'rule']],
      [{ title: null }, ['input', 'title']],
    ] as const) {
      const error = await alice.refused(UpdateRecurrenceDocument, { input: { id, ...input } });
      expect(error.fields?.[0]?.path).toEqual(path);
    }
    await alice.run(CancelRecurrenceDocument, { id });
    const error = await alice.refused(UpdateRecurrenceDocument, { input: { id, title: 'x' } });
    expect(error.code).toBe('CONFLICT');
  });
});

describe('the preview', () => {
  const preview = async (variables: { id: string; first?: number; after?: string | null }) =>
    (await alice.run(OccurrencesDocument, variables)).occurrences;

  test('goes through the dates to come in pages, and stores nothing', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05'), count: 5 });
    const before = await countRows();
    const start = await preview({ id, first: 3 });
    expect(start.nodes.map((one) => one.date)).toEqual(['2026-02-06', '2026-02-07', '2026-02-08']);
    expect(start.pageInfo.hasNextPage).toBe(true);
    const rest = await preview({ id, first: 3, after: start.pageInfo.endCursor });
    expect(rest).toMatchObject({ nodes: [{ date: '2026-02-09', at: null }], pageInfo: { hasNextPage: false } });
    expect(await countRows()).toEqual(before);
  });

  test('says for basis COMPLETION what comes when each is done on its day, and ends with the count', async () => {
    const input = { due: { at: '2026-02-05T09:00:00Z' }, interval: 3, basis: 'COMPLETION', count: 3 } as const;
    const { id } = await makeSeries(alice, input);
    const { nodes } = await preview({ id });
    expect(nodes).toMatchObject([
      { at: '2026-02-08T09:00:00.000Z', date: null, timeZone: 'UTC' },
      { at: '2026-02-11T09:00:00.000Z' },
    ]);
    expect(nodes).toHaveLength(2);
  });

  test('is empty when the series is over, and reads forward only', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-02-05') });
    const error = await alice.refused(OccurrencesDocument, { id, last: 3 });
    expect(error.fields?.[0]?.path).toEqual(['last']);
    await alice.run(CancelRecurrenceDocument, { id });
    expect((await preview({ id })).nodes).toEqual([]);
  });
});

test('the list is newest first, in pages either way, and filtered', async () => {
  const { alice: carol } = await test_.tenant();
  const made: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    test_.clock.advance(1_000);
    made.unshift((await makeSeries(carol, { due: date('2026-02-05') })).id);
  }
  const page = async (variables: object) => (await carol.run(RecurrencesDocument, variables)).recurrences;
  const ids = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => id);
  const start = await page({ first: 2 });
  expect(ids(start.nodes)).toEqual(made.slice(0, 2));
  const rest = await page({ first: 2, after: start.pageInfo.endCursor });
  expect(ids(rest.nodes)).toEqual(made.slice(2));
  expect(ids((await page({ last: 1, before: rest.pageInfo.startCursor })).nodes)).toEqual([made[1]]);
  await carol.run(PauseRecurrenceDocument, { id: made[1] as string });
  expect(ids((await page({ filter: { statuses: ['PAUSED'] } })).nodes)).toEqual([made[1]]);
  const [task] = await openOf(carol, made[0] as string);
  expect(ids((await page({ filter: { taskId: task?.id } })).nodes)).toEqual([made[0]]);
});

describe('who sees a series', () => {
  test('those who see one of its tasks, and nobody else', async () => {
    const tenant = await test_.tenant();
    const [bob, eve] = [await tenant.person('bob'), await tenant.person('eve')];
    const stranger = (await test_.tenant()).alice;
    const assigneeId = Buffer.from(`User:${bob.viewer.userId}`).toString('base64url');
    const task = { title: 'x', due: date('2026-02-05'), assigneeId };
    const input = { task, preset: 'DAILY', generateAhead: 1 } as const;
    const { id } = (await tenant.alice.run(CreateRecurrenceDocument, { input })).createRecurrence.recurrence;
    expect((await bob.run(RecurrenceDocument, { id })).recurrence.openTasks).toHaveLength(2);
    await completeFirst(bob, id);
    expect((await tenant.alice.run(RecurrenceDocument, { id })).recurrence).toMatchObject({ occurrenceCount: 3 });
    for (const person of [eve, stranger]) {
      expect(await person.refused(RecurrenceDocument, { id })).toMatchObject({ code: 'NOT_FOUND' });
      expect(await person.refused(PauseRecurrenceDocument, { id })).toMatchObject({ code: 'NOT_FOUND' });
      expect(await person.refused(OccurrencesDocument, { id })).toMatchObject({ code: 'NOT_FOUND' });
      expect((await person.run(RecurrencesDocument, {})).recurrences.nodes).toEqual([]);
    }
  });

  test('nobody who has left the tenant is assigned to what comes', async () => {
    const tenant = await test_.tenant();
    const bob = await tenant.person('bob');
    const assigneeId = Buffer.from(`User:${bob.viewer.userId}`).toString('base64url');
    const input = { task: { title: 'x', due: date('2026-02-05'), assigneeId }, preset: 'DAILY' } as const;
    const { id } = (await tenant.alice.run(CreateRecurrenceDocument, { input })).createRecurrence.recurrence;
    const assignees = async () => {
      const query = 'query ($id: ID!) { recurrence(id: $id) { openTasks { assignee { id } } } }';
      type Read = { recurrence: { openTasks: { assignee: { id: string } | null }[] } };
      const { recurrence } = await tenant.alice.run<Read, object>(query, { id });
      return recurrence.openTasks.map(({ assignee }) => assignee?.id ?? null);
    };
    await completeFirst(tenant.alice, id);
    expect(await assignees()).toEqual([assigneeId]);
    await test_.app.db.query('UPDATE membership SET "removedAt" = now() WHERE "userId" = $1', [bob.viewer.userId]);
    await completeFirst(tenant.alice, id);
    expect(await assignees()).toEqual([null]);
  });

  test('a viewer role makes none', async () => {
    const viewer = await (await test_.tenant()).person('vic', 'VIEWER');
    const input = { task: { title: 'x' }, preset: 'DAILY' } as const;
    expect(await viewer.refused(CreateRecurrenceDocument, { input })).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('an occurrence that is opened again', () => {
  const endings = {
    completed: {
      end: (id: string) => alice.run(CompleteTaskDocument, { id }),
      back: (id: string) => alice.run(ReopenTaskDocument, { id }),
    },
    deleted: {
      end: (id: string) => alice.run(DeleteTaskDocument, { id }),
      back: (id: string) => alice.run(RestoreTaskDocument, { id }),
    },
  };

  describe.each(Object.entries(endings))('after it was %s', (_, { end, back }) => {
    test.each([
      ['SCHEDULE', 0],
      ['SCHEDULE', 3],
      ['COMPLETION', 0],
      ['COMPLETION', 2],
    ] as const)(
      'takes the place of what was made for it, by %s with %i ahead, each time',
      async (basis, generateAhead) => {
        const { id, openTasks } = await makeSeries(alice, {
          due: date('2026-02-04'),
          interval: 3,
          basis,
          generateAhead,
        });
        const taskId = openTasks[0]?.id ?? '';
        const input = { taskId, trigger: 'BEFORE_1_DAY', channel: 'IN_APP' } as const;
        await alice.run(UpdateTaskDocument, { input: { id: taskId, due: date('2026-02-07') } });
        await alice.run(CreateReminderDocument, { input });
        const before = await dues(id);
        const count = (await read(id))?.occurrenceCount;
        await end(taskId);
        const ended = await dues(id);
        for (let time = 1; time <= 5; time += 1) {
          await back(taskId);
          expect(await dues(id)).toEqual(before);
          expect(await read(id)).toMatchObject({ occurrenceCount: count, status: 'ACTIVE' });
          await end(taskId);
          expect(await dues(id)).toEqual(ended);
        }
      },
    );
  });

  test('leaves alone what somebody has touched meanwhile', async () => {
    const { id, openTasks } = await makeSeries(alice, { due: date('2026-02-04') });
    await completeFirst(alice, id);
    const next = (await openOf(alice, id))[0]?.id ?? '';
    await alice.run(CreateCommentDocument, { input: { taskId: next, text: 'I will bring the can' } });
    await alice.run(ReopenTaskDocument, { id: openTasks[0]?.id ?? '' });
    expect(await dues(id)).toEqual(['2026-02-04', '2026-02-05']);
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(['2026-02-05']);
  });

  test('leaves alone what was made ahead by hand', async () => {
    const { id, openTasks } = await makeSeries(alice, { due: date('2026-02-04') });
    test_.clock.advance(60_000);
    await alice.run(GenerateNextOccurrenceDocument, { id });
    test_.clock.advance(60_000);
    await completeFirst(alice, id);
    await alice.run(ReopenTaskDocument, { id: openTasks[0]?.id ?? '' });
    expect(await dues(id)).toEqual(['2026-02-04', '2026-02-05']);
  });
});

test('a series that has ended leaves its task to a new one', async () => {
  const { openTasks } = await makeSeries(alice, { due: date('2026-02-04') });
  const taskId = openTasks[0]?.id ?? '';
  expect(await alice.refused(CreateRecurrenceDocument, { input: { taskId, preset: 'WEEKLY' } })).toMatchObject({
    code: 'CONFLICT',
  });
  for (let time = 1; time <= 3; time += 1) {
    const current = (await alice.run(RecurrencesDocument, { filter: { taskId } })).recurrences.nodes[0]?.id ?? '';
    await alice.run(CancelRecurrenceDocument, { id: current });
    const { recurrence } = await create({ taskId, preset: 'WEEKLY' });
    expect(recurrence.openTasks.map((task) => task.id)).toEqual([taskId]);
  }
});

describe('a rule', () => {
  const due = { at: '2026-02-04T17:00:00Z' };
  test.each([undefined, due, date('2026-02-04')])(
    'that never occurs is refused, also with the first due %j',
    async (first) => {
      for (const monthEnd of [undefined, 'SKIP', 'CLAMP'] as const) {
        const rule = 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30';
        const task = { title: 'never', ...(first && { due: first }) };
        const refusal = await alice.refused(CreateRecurrenceDocument, {
          input: { task, preset: 'CUSTOM', rule, monthEnd },
        });
        expect(refusal).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', 'rule'] }] });
      }
    },
  );

  test('that does not name the first due says so, and decides what follows', async () => {
    const input = { preset: 'CUSTOM', rule: 'FREQ=WEEKLY;BYDAY=MO' } as const;
    const { recurrence } = await create({ ...input, task: { title: 'off', due: date('2026-02-04') } });
    expect(recurrence).toMatchObject({ startsOffRule: true });
    await completeFirst(alice, recurrence.id);
    expect(await dues(recurrence.id)).toEqual(['2026-02-09']);
    const on = await create({ ...input, task: { title: 'on', due: { at: '2026-02-09T17:00:00Z' } } });
    expect(on.recurrence).toMatchObject({ startsOffRule: false });
  });

  test('of a day that a month lacks takes its last one unless asked otherwise', async () => {
    const { id } = await makeSeries(alice, { due: date('2026-01-31'), preset: 'MONTHLY', missed: 'ALL' });
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(['2026-02-28']);
    await alice.run(UpdateRecurrenceDocument, { input: { id, monthEnd: 'SKIP' } });
    expect(await read(id)).toMatchObject({ monthEnd: 'SKIP' });
    await alice.run(UpdateRecurrenceDocument, { input: { id, monthEnd: null } });
    expect(await read(id)).toMatchObject({ monthEnd: 'CLAMP' });
  });
});
