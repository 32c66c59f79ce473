import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CreateRecurrenceDocument,
  type CreateRecurrenceInput,
  CreateTaskDocument,
  UpdateRecurrenceDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const task = { title: 'water plants', due: { at: '2099-01-05T10:00:00Z' } };
const firstOccurrence = { task };
const daily = { every: { unit: 'DAY', interval: 1 } } as const;

const create = async (input: CreateRecurrenceInput) =>
  (await alice.run(CreateRecurrenceDocument, { input })).createRecurrence.recurrence;
const faultsOf = async (input: object) => {
  const { code, fields } = await alice.refused(CreateRecurrenceDocument, { input: input as CreateRecurrenceInput });
  return [code, fields?.map(({ path }) => path)];
};

test.each([
  [{ repeat: daily }, { preset: 'DAILY', interval: 1 }],
  [{ repeat: { every: { unit: 'WEEK', interval: 2 } } }, { preset: 'WEEKLY', interval: 2 }],
  [{ repeat: { every: { unit: 'MONTH', interval: 1 } } }, { preset: 'MONTHLY' }],
  [{ repeat: { every: { unit: 'YEAR', interval: 1 } } }, { preset: 'YEARLY' }],
  [{ repeat: { rrule: 'FREQ=WEEKLY;BYDAY=MO,WE' } }, { preset: 'CUSTOM', rule: 'FREQ=WEEKLY;BYDAY=MO,WE' }],
  [
    { repeat: daily, end: { count: 3 } },
    { preset: 'DAILY', count: 3 },
  ],
  [
    { repeat: daily, end: { until: '2099-02-01' } },
    { preset: 'DAILY', until: '2099-02-01' },
  ],
] as [CreateRecurrenceInput, CreateRecurrenceInput][])('%j is the same recurrence as %j', async (given, flat) => {
  const { rule, preset, interval, count } = await create({ firstOccurrence, ...given });
  expect(await create({ task, ...flat })).toMatchObject({ rule, preset, interval, count });
});

test('an existing task can be the first occurrence', async () => {
  const { createTask } = await alice.run(CreateTaskDocument, { input: task });
  const { openTasks } = await create({ firstOccurrence: { taskId: createTask.task.id }, repeat: daily });
  expect(openTasks).toMatchObject([{ id: createTask.task.id }]);
});

describe('a fault is at the field that was given', () => {
  const occurrence = ['input', 'firstOccurrence'];
  const repeat = ['input', 'repeat'];
  test.each([
    [{ firstOccurrence, repeat: { every: { unit: 'DAY', interval: 0 } } }, [...repeat, 'every', 'interval']],
    [{ firstOccurrence, repeat: { rrule: 'nonsense' } }, [...repeat, 'rrule']],
    [{ firstOccurrence, repeat: daily, end: { until: '2000-01-01' } }, ['input', 'end', 'until']],
    [{ firstOccurrence, repeat: daily, end: { count: 0 } }, ['input', 'end', 'count']],
    [{ firstOccurrence: { taskId: 'nonsense' }, repeat: daily }, [...occurrence, 'taskId']],
    [{ firstOccurrence: { task: { title: '' } }, repeat: daily }, [...occurrence, 'task', 'title']],
    [
      { firstOccurrence: { task: { title: 'a', assigneeId: 'x' } }, repeat: daily },
      [...occurrence, 'task', 'assigneeId'],
    ],
    [{ task: { title: '' }, repeat: daily }, ['input', 'task', 'title']],
    [{ firstOccurrence }, repeat],
    [{ firstOccurrence, repeat: daily, preset: 'DAILY' }, repeat],
    [{ firstOccurrence, repeat: daily, end: { count: 3 }, until: '2099-02-01' }, ['input', 'end']],
    [{ firstOccurrence, repeat: daily, task }, occurrence],
    [{ repeat: daily }, ['input']],
  ])('%j', async (input, path) => {
    expect(await faultsOf(input)).toEqual(['INVALID_INPUT', [path]]);
  });
});

test('one end replaces the other, null removes it, and an update without an end keeps it', async () => {
  const { id } = await create({ firstOccurrence, repeat: daily, end: { count: 3 } });
  const ruleAfter = async (input: object) =>
    (await alice.run(UpdateRecurrenceDocument, { input: { id, ...input } })).updateRecurrence.recurrence.rule;
  expect(await ruleAfter({ end: { until: '2099-02-01' } })).toMatch(/^FREQ=DAILY;UNTIL=209902/);
  expect(await ruleAfter({ repeat: { every: { unit: 'DAY', interval: 2 } } })).toMatch(
    /^FREQ=DAILY;INTERVAL=2;UNTIL=209902/,
  );
  expect(await ruleAfter({ end: { count: 5 } })).toBe('FREQ=DAILY;INTERVAL=2;COUNT=5');
  expect(await ruleAfter({ end: null })).toBe('FREQ=DAILY;INTERVAL=2');
});

test('a preview takes the same rule and end', async () => {
  const preview = 'query ($input: PreviewRecurrenceInput!) { previewRecurrence(input: $input) { date } }';
  const due = { date: '2099-01-05' };
  const rule = { repeat: { every: { unit: 'WEEK', interval: 1 } }, end: { count: 2 } };
  expect(await alice.run(preview, { input: { due, ...rule } })).toEqual({
    previewRecurrence: [{ date: '2099-01-05' }, { date: '2099-01-12' }],
  });
  expect(await alice.refused(preview, { input: { due, end: { count: 2 } } })).toMatchObject({
    fields: [{ path: ['input', 'repeat'] }],
  });
});
