import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CompleteTaskDocument,
  GenerateNextOccurrenceDocument,
  PauseRecurrenceDocument,
  RecurrenceDocument,
  SkipOccurrenceDocument,
  UpdateRecurrenceDocument,
} from '../../support/operations.ts';
import { catchUpAll, makeSeries, openOf } from '../../support/series.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(() => test_.clock.set('2026-02-04T10:00:00Z'));

const due = { date: '2026-02-05' };
const days = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => `2026-02-${String(from + n).padStart(2, '0')}`);

async function dues(id: string): Promise<unknown[]> {
  return (await openOf(alice, id)).map((task) => task.due);
}

function fulfilled(outcomes: readonly PromiseSettledResult<unknown>[]) {
  return outcomes.filter(({ status }) => status === 'fulfilled');
}

/** Every date has one task, and the series knows how many there are. */
async function expectNoDoubles(id: string): Promise<void> {
  const uuid = Buffer.from(id, 'base64url').toString().split(':')[1];
  const { rows } = await test_.app.db.query<{ tasks: number; dates: number; made: number }>(
    `SELECT count(*)::int AS tasks, count(DISTINCT "occurrenceAt")::int AS dates, min(made) AS made
     FROM task JOIN recurrence ON recurrence.id = "recurrenceId" WHERE "recurrenceId" = $1`,
    [uuid],
  );
  const [row] = rows;
  expect(row?.dates).toBe(row?.tasks);
  expect(row?.made).toBe(row?.tasks);
}

test('completing an occurrence many times at once makes one next', async () => {
  const { id, openTasks } = await makeSeries(alice, { due });
  const task = { id: openTasks[0]?.id ?? '' };
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(() => alice.run(CompleteTaskDocument, task)));
  expect(fulfilled(outcomes)).toHaveLength(1);
  expect(await dues(id)).toEqual(days(6, 1));
  await expectNoDoubles(id);
});

test('the same completion repeated with its idempotency key makes one next', async () => {
  const { id, openTasks } = await makeSeries(alice, { due });
  const variables = { id: openTasks[0]?.id ?? '', idempotencyKey: 'the only one' };
  const answers = await Promise.all([1, 2, 3].map(() => alice.run(CompleteTaskDocument, variables)));
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect(await dues(id)).toEqual(days(6, 1));
});

test('completing several occurrences at once keeps as many open', async () => {
  const { id, openTasks } = await makeSeries(alice, { due, generateAhead: 3 });
  await Promise.all(openTasks.map((task) => alice.run(CompleteTaskDocument, { id: task.id })));
  expect(await dues(id)).toEqual(days(9, 4));
  await expectNoDoubles(id);
});

test('completing and generating at once makes two successive dates', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { id, openTasks } = await makeSeries(alice, { due });
    await Promise.all([
      alice.run(CompleteTaskDocument, { id: openTasks[0]?.id ?? '' }),
      alice.run(GenerateNextOccurrenceDocument, { id }),
    ]);
    // Generated first, the one ahead is what completing needs; completed first, there is one more.
    const open = await dues(id);
    expect([days(6, 1), days(6, 2)]).toContainEqual(open);
    await expectNoDoubles(id);
  }
});

test('completing and skipping one at once is done by one of them', async () => {
  const { id, openTasks } = await makeSeries(alice, { due });
  const taskId = openTasks[0]?.id ?? '';
  const outcomes = await Promise.allSettled([
    alice.run(CompleteTaskDocument, { id: taskId }),
    alice.run(SkipOccurrenceDocument, { taskId }),
  ]);
  expect(fulfilled(outcomes)).toHaveLength(1);
  expect(await dues(id)).toEqual(days(6, 1));
});

test('completing and pausing at once leaves none or one open, and the rest follows', async () => {
  const { id, openTasks } = await makeSeries(alice, { due });
  await Promise.all([
    alice.run(CompleteTaskDocument, { id: openTasks[0]?.id ?? '' }),
    alice.run(PauseRecurrenceDocument, { id }),
  ]);
  const { recurrence } = await alice.run(RecurrenceDocument, { id });
  expect(recurrence.status).toBe('PAUSED');
  expect(await dues(id)).toHaveLength(recurrence.occurrenceCount - 1);
});

test('completing while the series is edited ends well for both', async () => {
  const { id, openTasks } = await makeSeries(alice, { due, generateAhead: 2 });
  await Promise.all([
    ...openTasks.map((task) => alice.run(CompleteTaskDocument, { id: task.id })),
    alice.run(UpdateRecurrenceDocument, { input: { id, title: 'renamed' } }),
  ]);
  const { recurrence } = await alice.run(RecurrenceDocument, { id });
  expect(recurrence.openTasks.map(({ title }) => title)).toEqual(['renamed', 'renamed', 'renamed']);
  await expectNoDoubles(id);
});

describe('catching up', () => {
  test('by several workers at once, and while one is completed, makes each date once', async () => {
    const { id, openTasks } = await makeSeries(alice, { due, missed: 'ALL' });
    test_.clock.set('2026-02-09T10:00:00Z');
    await Promise.all([
      catchUpAll(test_.app),
      catchUpAll(test_.app),
      alice.run(CompleteTaskDocument, { id: openTasks[0]?.id ?? '' }),
      alice.run(GenerateNextOccurrenceDocument, { id }),
    ]);
    await catchUpAll(test_.app);
    expect((await dues(id)).slice(0, 4)).toEqual(days(6, 4));
    await expectNoDoubles(id);
  });
});
