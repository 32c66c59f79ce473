import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliverDue } from '../../support/deliver-due.ts';
import {
  CompleteTaskDocument,
  CreateReminderDocument,
  GenerateNextOccurrenceDocument,
  PauseRecurrenceDocument,
  RecurrenceDocument,
  UpdateRecurrenceDocument,
} from '../../support/operations.ts';
import { catchUpAll, completeFirst, makeSeries, openOf } from '../../support/series.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  // A scan finds the series of every test.
  await test_.app.db.query(`UPDATE recurrence SET status = 'CANCELLED'`);
});

const due = { date: '2026-02-05' };
const days = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => `2026-02-${String(from + n).padStart(2, '0')}`);
const dues = async (id: string) => (await openOf(alice, id)).map((task) => task.due);

describe('ONE', () => {
  test('makes nothing until it is done, then the next after now', async () => {
    const { id } = await makeSeries(alice, { due });
    test_.clock.set('2026-02-09T10:00:00Z');
    expect(await catchUpAll(test_.app)).toBe(0);
    expect(await dues(id)).toEqual(['2026-02-05']);
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(['2026-02-10']);
  });

  test('is today’s, when its time is still to come', async () => {
    const { id } = await makeSeries(alice, { due: { at: '2026-02-05T17:00:00Z' } });
    test_.clock.set('2026-02-09T10:00:00Z');
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(['2026-02-09T17:00:00.000Z']);
  });
});

describe('ALL', () => {
  test('makes each date that comes, and nothing twice', async () => {
    const { id } = await makeSeries(alice, { due, missed: 'ALL' });
    expect(await catchUpAll(test_.app)).toBe(0);
    test_.clock.set('2026-02-09T00:00:00Z');
    expect(await catchUpAll(test_.app)).toBe(1);
    expect(await dues(id)).toEqual(days(5, 5));
    expect(await catchUpAll(test_.app)).toBe(0);
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(days(6, 4));
  });

  test('begins a day in the zone of the series', async () => {
    const zoned = { dateInZone: { ...due, timeZone: 'America/New_York' } };
    const { id } = await makeSeries(alice, { due: zoned, missed: 'ALL' });
    test_.clock.set('2026-02-06T04:59:59Z');
    expect(await catchUpAll(test_.app)).toBe(0);
    test_.clock.set('2026-02-06T05:00:00Z');
    await catchUpAll(test_.app);
    expect(await dues(id)).toEqual(days(5, 2));
  });

  test('makes a hundred at once, and the rest with the next scans', async () => {
    const at = '2026-02-04T11:00:00Z';
    const { id } = await makeSeries(alice, { due: { at }, preset: 'CUSTOM', rule: 'FREQ=HOURLY', missed: 'ALL' });
    test_.clock.set('2026-02-13T16:30:00Z');
    for (const count of [101, 201, 222]) {
      await catchUpAll(test_.app);
      expect((await alice.run(RecurrenceDocument, { id })).recurrence.occurrenceCount).toBe(count);
    }
    expect(await catchUpAll(test_.app)).toBe(0);
  });

  test('leaves alone what was made ahead, and ends with the count', async () => {
    const { id } = await makeSeries(alice, { due, missed: 'ALL', count: 4 });
    await alice.run(GenerateNextOccurrenceDocument, { id });
    await completeSecond(id);
    test_.clock.set('2026-02-20T10:00:00Z');
    await catchUpAll(test_.app);
    expect(await dues(id)).toEqual(['2026-02-05', '2026-02-07', '2026-02-08']);
    expect(await catchUpAll(test_.app)).toBe(0);
  });

  test('waits while the series is paused', async () => {
    const { id } = await makeSeries(alice, { due, missed: 'ALL' });
    await alice.run(PauseRecurrenceDocument, { id });
    test_.clock.set('2026-02-20T10:00:00Z');
    expect(await catchUpAll(test_.app)).toBe(0);
  });
});

async function completeSecond(id: string): Promise<void> {
  await alice.run(CompleteTaskDocument, { id: (await openOf(alice, id))[1]?.id ?? '' });
}

describe('LATEST', () => {
  test('moves the open one to the newest date', async () => {
    const { id, openTasks } = await makeSeries(alice, { due, missed: 'LATEST' });
    test_.clock.set('2026-02-09T10:00:00Z');
    expect(await catchUpAll(test_.app)).toBe(1);
    expect(await openOf(alice, id)).toEqual([{ id: openTasks[0]?.id, due: '2026-02-09' }]);
    expect(await catchUpAll(test_.app)).toBe(0);
    await completeFirst(alice, id);
    expect(await dues(id)).toEqual(['2026-02-10']);
  });

  test('drops those that a newer one stands for, and tops up', async () => {
    const { id } = await makeSeries(alice, { due, missed: 'LATEST', generateAhead: 2 });
    test_.clock.set('2026-02-06T10:00:00Z');
    await catchUpAll(test_.app);
    expect(await dues(id)).toEqual(days(6, 3));
    test_.clock.set('2026-02-20T10:00:00Z');
    await catchUpAll(test_.app);
    expect(await dues(id)).toEqual(days(20, 3));
    expect(await catchUpAll(test_.app)).toBe(0);
  });

  test('stays where it is when the newest date was done ahead of time', async () => {
    const { id } = await makeSeries(alice, { due, missed: 'LATEST' });
    await alice.run(GenerateNextOccurrenceDocument, { id });
    await completeSecond(id);
    test_.clock.set('2026-02-06T10:00:00Z');
    await catchUpAll(test_.app);
    expect(await dues(id)).toEqual(['2026-02-05']);
    expect(await catchUpAll(test_.app)).toBe(0);
    test_.clock.set('2026-02-07T10:00:00Z');
    await catchUpAll(test_.app);
    expect(await dues(id)).toEqual(['2026-02-07']);
  });
});

describe.each(['LATEST', 'ALL'] as const)('a timed daily series that keeps %s', (missed) => {
  test.each(['AT_DUE', 'BEFORE_1_HOUR'] as const)('reminds %s of every date, done or not', async (trigger) => {
    const { id, openTasks } = await makeSeries(alice, { due: { at: '2026-02-05T17:00:00Z' }, missed });
    const input = { taskId: openTasks[0]?.id ?? '', trigger, channel: 'IN_APP' } as const;
    await alice.run(CreateReminderDocument, { input });
    const moments: string[] = [];
    for (let day = 5; day <= 9; day += 1) {
      test_.clock.set(`2026-02-0${day}T17:00:00.500Z`);
      await catchUpAll(test_.app);
      await deliverDue(test_.app);
      const { rows } = await test_.app.db.query<{ at: Date }>(
        `SELECT "remindAt" AS at FROM reminder JOIN task ON task.id = "taskId" WHERE "recurrenceId" = $1 AND reminder.status = 'SENT'
         ORDER BY "remindAt" DESC LIMIT 1`,
        [Buffer.from(id, 'base64url').toString().split(':')[1]],
      );
      moments.push(rows[0]?.at.toISOString() ?? 'none');
    }
    const hour = trigger === 'AT_DUE' ? 17 : 16;
    expect(moments).toEqual([5, 6, 7, 8, 9].map((day) => `2026-02-0${day}T${hour}:00:00.000Z`));
  });
});

test('the policy can be changed, and what has passed is then judged by it', async () => {
  const { id } = await makeSeries(alice, { due });
  test_.clock.set('2026-02-08T10:00:00Z');
  await alice.run(UpdateRecurrenceDocument, { input: { id, missed: 'LATEST' } });
  test_.clock.set('2026-02-09T10:00:00Z');
  await catchUpAll(test_.app);
  expect(await dues(id)).toEqual(['2026-02-09']);
  await alice.run(UpdateRecurrenceDocument, { input: { id, missed: null } });
  test_.clock.set('2026-02-19T10:00:00Z');
  expect(await catchUpAll(test_.app)).toBe(0);
});

test('Errand itself is named by no actor, and what it changes is in the log', async () => {
  const { id } = await makeSeries(alice, { due, missed: 'ALL' });
  test_.clock.set('2026-02-06T10:00:00Z');
  await catchUpAll(test_.app);
  const uuid = Buffer.from(id, 'base64url').toString().split(':')[1];
  const { rows } = await test_.app.db.query(
    `SELECT type, "actorId" FROM event WHERE "changeId" = (
       SELECT "changeId" FROM event WHERE "objectId" = $1 ORDER BY id DESC LIMIT 1) ORDER BY id`,
    [uuid],
  );
  expect(rows).toEqual([
    { type: 'task.created', actorId: null },
    { type: 'recurrence.advanced', actorId: null },
  ]);
});
