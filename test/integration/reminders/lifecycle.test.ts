import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CancelReminderDocument,
  CompleteTaskDocument,
  CompleteTasksDocument,
  CreateReminderDocument,
  type CreateReminderInput,
  CreateTaskDocument,
  DeleteTaskDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
  RemindersDocument,
  ReopenTaskDocument,
  ReopenTasksDocument,
  RestoreTaskDocument,
  RetryReminderDocument,
  TaskRemindersDocument,
  UndoDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(() => test_.clock.set('2026-02-04T10:00:00Z'));

type TaskInput = Parameters<typeof alice.run>[1] & object;
const tomorrow = { at: '2026-02-05T17:00:00Z' };

async function task(input: TaskInput = { due: tomorrow }): Promise<string> {
  return (await alice.run(CreateTaskDocument, { input: { title: 'call mom', ...input } })).createTask.task.id;
}

async function remind(input: Omit<CreateReminderInput, 'trigger'> & Partial<CreateReminderInput>) {
  return (await alice.run(CreateReminderDocument, { input: { trigger: 'AT_DUE', ...input } })).createReminder;
}

async function read(id: string): Promise<ReminderFieldsFragment> {
  return (await alice.run(ReminderDocument, { id })).node as ReminderFieldsFragment;
}

async function eventsOf(id: string) {
  const uuid = Buffer.from(id, 'base64url').toString().split(':')[1];
  const { rows } = await test_.app.db.query('SELECT type, after FROM event WHERE "objectId" = $1 ORDER BY id', [uuid]);
  return rows as { type: string; after: Record<string, unknown> }[];
}

const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type);

describe('a reminder', () => {
  test('at the due waits for it', async () => {
    const { reminder } = await remind({ taskId: await task() });
    expect(reminder).toMatchObject({
      trigger: 'AT_DUE',
      channel: 'EMAIL',
      status: 'PENDING',
      remindAt: '2026-02-05T17:00:00.000Z',
      nextAttemptAt: '2026-02-05T17:00:00.000Z',
      attempts: 0,
      lastError: null,
    });
  });

  test('of a whole day waits for 09:00 in the zone of the due', async () => {
    const due = { dateInZone: { date: '2026-02-06', timeZone: 'Europe/Berlin' } };
    const { reminder } = await remind({ taskId: await task({ due }) });
    expect(reminder.remindAt).toBe('2026-02-06T08:00:00.000Z');
  });

  test.each<[Partial<CreateReminderInput>, string]>([
    [{ trigger: 'BEFORE_15_MIN' }, '2026-02-05T16:45:00.000Z'],
    [{ trigger: 'BEFORE_30_MIN' }, '2026-02-05T16:30:00.000Z'],
    [{ trigger: 'BEFORE_1_HOUR' }, '2026-02-05T16:00:00.000Z'],
    [{ trigger: 'BEFORE_1_DAY' }, '2026-02-04T17:00:00.000Z'],
    [{ trigger: 'CUSTOM', offsetMinutes: 100 }, '2026-02-05T15:20:00.000Z'],
  ])('%j is before the due, and moves with it', async (wanted, moment) => {
    const taskId = await task();
    const { reminder } = await remind({ taskId, ...wanted });
    expect(reminder).toMatchObject({ ...wanted, status: 'PENDING', remindAt: moment });
    await alice.run(UpdateTaskDocument, { input: { id: taskId, due: { at: '2026-02-06T17:00:00Z' } } });
    const moved = new Date(Date.parse(moment) + 24 * 3_600_000).toISOString();
    expect(await read(reminder.id)).toMatchObject({ remindAt: moved, nextAttemptAt: moved });
  });

  test('of a whole day waits for a time of its own when it has one', async () => {
    const due = { dateInZone: { date: '2026-02-06', timeZone: 'Europe/Berlin' } };
    const { reminder } = await remind({ taskId: await task({ due }), trigger: 'BEFORE_1_DAY', timeOfDay: '18:30' });
    expect(reminder).toMatchObject({ timeOfDay: '18:30', remindAt: '2026-02-05T17:30:00.000Z' });
  });

  test('says every mismatch of its fields at once', async () => {
    const input = { taskId: await task(), trigger: 'AT_DUE', at: '2026-02-05T10:00:00Z', offsetMinutes: 5 } as const;
    const { fields } = await alice.refused(CreateReminderDocument, { input });
    expect(fields?.map(({ path }) => path.at(-1))).toEqual(['at', 'offsetMinutes']);
  });

  test('moves when the due is given in another zone, as its day is another then', async () => {
    const at = '2026-03-30T12:00:00Z';
    const taskId = await task({ due: { atInZone: { at, timeZone: 'UTC' } } });
    const { reminder } = await remind({ taskId, trigger: 'BEFORE_1_DAY' });
    expect(reminder.remindAt).toBe('2026-03-29T12:00:00.000Z');
    await alice.run(UpdateTaskDocument, {
      input: { id: taskId, due: { atInZone: { at: '2026-03-29T12:00:00Z', timeZone: 'Europe/Berlin' } } },
    });
    expect((await read(reminder.id)).remindAt).toBe('2026-03-28T13:00:00.000Z');
  });

  test('at a moment of its own needs no due', async () => {
    const at = '2026-02-04T10:00:01.000Z';
    const { reminder } = await remind({ taskId: await task({}), trigger: 'ABSOLUTE', at });
    expect(reminder.remindAt).toBe(at);
  });

  test.each<[string, TaskInput, Partial<CreateReminderInput>, string, RegExp]>([
    ['the task has no due', {}, {}, 'trigger', /no due/],
    ['the due has passed', { due: { at: '2026-02-04T10:00:00Z' } }, {}, 'trigger', /has passed/],
    ['09:00 of the day has passed', { due: { date: '2026-02-04' } }, {}, 'trigger', /has passed/],
    ['the moment has passed', {}, { trigger: 'ABSOLUTE', at: '2026-02-04T10:00:00Z' }, 'at', /has passed/],
    ['ABSOLUTE has no moment', {}, { trigger: 'ABSOLUTE' }, 'at', /required for ABSOLUTE/],
    ['AT_DUE has a moment', { due: tomorrow }, { at: '2026-02-05T10:00:00Z' }, 'at', /allowed only for ABSOLUTE/],
    ['CUSTOM has no offset', { due: tomorrow }, { trigger: 'CUSTOM' }, 'offsetMinutes', /required for CUSTOM/],
    [
      'BEFORE_1_DAY has an offset',
      { due: tomorrow },
      { trigger: 'BEFORE_1_DAY', offsetMinutes: 5 },
      'offsetMinutes',
      /allowed only for CUSTOM/,
    ],
    ['the offset is 0', { due: tomorrow }, { trigger: 'CUSTOM', offsetMinutes: 0 }, 'offsetMinutes', /at least 1/],
    [
      'it is over a week',
      { due: tomorrow },
      { trigger: 'CUSTOM', offsetMinutes: 10_081 },
      'offsetMinutes',
      /at most 10,080/,
    ],
    [
      'the offset leads into the past',
      { due: tomorrow },
      { trigger: 'CUSTOM', offsetMinutes: 1_861 },
      'trigger',
      /has passed/,
    ],
    [
      'the day before has passed',
      { due: { at: '2026-02-05T09:59:00Z' } },
      { trigger: 'BEFORE_1_DAY' },
      'trigger',
      /has passed/,
    ],
    ['an offset has no due', {}, { trigger: 'CUSTOM', offsetMinutes: 5 }, 'trigger', /no due/],
    ['a time is none', { due: { date: '2026-02-06' } }, { timeOfDay: '24:00' }, 'timeOfDay', /not a time/],
    [
      'ABSOLUTE has a time',
      {},
      { trigger: 'ABSOLUTE', at: '2026-02-05T10:00:00Z', timeOfDay: '08:00' },
      'timeOfDay',
      /ABSOLUTE/,
    ],
    ['there is no webhook', { due: tomorrow }, { channel: 'WEBHOOK' }, 'channel', /createWebhook/],
  ])('is refused when %s, naming the field', async (_, taskInput, input, field, message) => {
    const taskId = await task(taskInput);
    const error = await alice.refused(CreateReminderDocument, { input: { taskId, trigger: 'AT_DUE', ...input } });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', field] }] });
    expect(error.message).toMatch(message);
    expect((await alice.run(TaskRemindersDocument, { id: taskId })).task.reminders).toEqual([]);
  });

  test('of a done or deleted task, or the twenty-first, is a CONFLICT', async () => {
    const done = await task();
    await alice.run(CompleteTaskDocument, { id: done });
    const deleted = await task();
    await alice.run(DeleteTaskDocument, { id: deleted });
    const full = await task();
    for (let n = 0; n < 20; n += 1) await remind({ taskId: full });
    for (const taskId of [done, deleted, full]) {
      const input = { taskId, trigger: 'AT_DUE' } as const;
      expect(await alice.refused(CreateReminderDocument, { input })).toMatchObject({ code: 'CONFLICT' });
    }
  });

  test('is made once per idempotency key', async () => {
    const variables = { input: { taskId: await task(), trigger: 'AT_DUE' }, idempotencyKey: 'once' } as const;
    const first = await alice.run(CreateReminderDocument, variables);
    expect(await alice.run(CreateReminderDocument, variables)).toEqual(first);
  });

  test('is cancelled once', async () => {
    const { reminder } = await remind({ taskId: await task() });
    const { cancelReminder } = await alice.run(CancelReminderDocument, { id: reminder.id });
    expect(cancelReminder.reminder).toMatchObject({ status: 'CANCELLED', nextAttemptAt: null });
    expect(await alice.refused(CancelReminderDocument, { id: reminder.id })).toMatchObject({ code: 'CONFLICT' });
    expect(await typesOf(reminder.id)).toEqual(['reminder.created', 'reminder.cancelled']);
  });

  test('that has not failed is not retried', async () => {
    const { reminder } = await remind({ taskId: await task() });
    expect(await alice.refused(RetryReminderDocument, { id: reminder.id })).toMatchObject({ code: 'CONFLICT' });
  });

  test('says in the log nothing of its lease', async () => {
    const { reminder } = await remind({ taskId: await task() });
    const [created] = await eventsOf(reminder.id);
    expect(created?.after).toMatchObject({ status: 'PENDING', version: 1 });
    expect(created?.after).not.toHaveProperty('leaseExpiresAt');
  });
});

describe('a reminder follows its task', () => {
  test('by a day when the due moves by a day, in the same change', async () => {
    const taskId = await task();
    const { reminder } = await remind({ taskId });
    const due = { at: '2026-02-06T17:00:00Z' };
    const { changeId } = (await alice.run(UpdateTaskDocument, { input: { id: taskId, due } })).updateTask;
    expect(await read(reminder.id)).toMatchObject({
      status: 'PENDING',
      remindAt: '2026-02-06T17:00:00.000Z',
      nextAttemptAt: '2026-02-06T17:00:00.000Z',
    });
    const { rows } = await test_.app.db.query('SELECT type FROM event WHERE "changeId" = $1 ORDER BY id', [changeId]);
    expect(rows.map(({ type }) => type)).toEqual(['task.updated', 'reminder.moved']);
  });

  test('from a time to a whole day', async () => {
    const taskId = await task();
    const { reminder } = await remind({ taskId });
    await alice.run(UpdateTaskDocument, { input: { id: taskId, due: { date: '2026-02-09' } } });
    expect((await read(reminder.id)).remindAt).toBe('2026-02-09T09:00:00.000Z');
  });

  test('but not an ABSOLUTE one, nor when something else changes', async () => {
    const taskId = await task();
    const { reminder: absolute } = await remind({ taskId, trigger: 'ABSOLUTE', at: '2026-02-05T08:00:00Z' });
    const { reminder: relative } = await remind({ taskId });
    await alice.run(UpdateTaskDocument, { input: { id: taskId, title: 'call dad' } });
    expect(await read(relative.id)).toEqual(relative);
    await alice.run(UpdateTaskDocument, { input: { id: taskId, due: { at: '2026-02-07T17:00:00Z' } } });
    expect(await read(absolute.id)).toEqual(absolute);
  });

  test('into EXPIRED when the due is moved into the past, is CANCELLED when it is cleared, and is PENDING for a new one', async () => {
    const taskId = await task();
    const { id } = (await remind({ taskId })).reminder;
    const move = (due: { at: string } | null) => alice.run(UpdateTaskDocument, { input: { id: taskId, due } });
    for (let time = 1; time <= 3; time += 1) {
      await move({ at: '2026-02-03T17:00:00Z' });
      expect(await read(id)).toMatchObject({
        status: 'EXPIRED',
        lastError: expect.stringContaining('the time of this reminder has passed'),
      });
      await move(tomorrow);
      expect(await read(id)).toMatchObject({
        status: 'PENDING',
        nextAttemptAt: '2026-02-05T17:00:00.000Z',
        lastError: null,
      });
      await move(null);
      expect(await read(id)).toMatchObject({ status: 'CANCELLED' });
      await move({ at: '2026-02-07T17:00:00Z' });
      expect(await read(id)).toMatchObject({ status: 'PENDING', remindAt: '2026-02-07T17:00:00.000Z' });
    }
  });

  test.each([
    ['completing', (id: string) => alice.run(CompleteTaskDocument, { id })],
    ['deleting', (id: string) => alice.run(DeleteTaskDocument, { id })],
  ])('%s the task cancels every kind', async (_, end) => {
    const taskId = await task();
    const made = [await remind({ taskId }), await remind({ taskId, trigger: 'ABSOLUTE', at: '2026-02-05T08:00:00Z' })];
    await end(taskId);
    for (const { reminder } of made) expect(await read(reminder.id)).toMatchObject({ status: 'CANCELLED' });
  });

  const endings = {
    completed: {
      end: (id: string) => alice.run(CompleteTaskDocument, { id }),
      back: (id: string) => alice.run(ReopenTaskDocument, { id }),
    },
    deleted: {
      end: (id: string) => alice.run(DeleteTaskDocument, { id }),
      back: (id: string) => alice.run(RestoreTaskDocument, { id }),
    },
    'completed with others': {
      end: (id: string) => alice.run(CompleteTasksDocument, { target: { ids: [id] } }),
      back: (id: string) => alice.run(ReopenTasksDocument, { target: { ids: [id] } }),
    },
  };

  test.each(Object.entries(endings))(
    'comes back with a task that was %s, as often as that happens',
    async (_, { end, back }) => {
      const taskId = await task();
      const relative = (await remind({ taskId })).reminder;
      const absolute = (await remind({ taskId, trigger: 'ABSOLUTE', at: '2026-02-05T08:00:00Z' })).reminder;
      const cancelled = (await remind({ taskId, trigger: 'BEFORE_1_HOUR' })).reminder;
      await alice.run(CancelReminderDocument, { id: cancelled.id });
      for (let time = 1; time <= 5; time += 1) {
        await end(taskId);
        expect((await read(relative.id)).status).toBe('CANCELLED');
        await back(taskId);
        for (const { id, remindAt } of [relative, absolute]) {
          expect(await read(id)).toMatchObject({ status: 'PENDING', remindAt, nextAttemptAt: remindAt });
        }
        expect(await read(cancelled.id)).toMatchObject({ status: 'CANCELLED' });
      }
    },
  );

  test('does not come back when its moment has passed meanwhile', async () => {
    const taskId = await task();
    const { id } = (await remind({ taskId })).reminder;
    await alice.run(CompleteTaskDocument, { id: taskId });
    test_.clock.set('2026-02-06T10:00:00Z');
    await alice.run(ReopenTaskDocument, { id: taskId });
    expect(await read(id)).toMatchObject({ status: 'CANCELLED' });
  });

  test('that a user cancelled stays so when the due is moved or set again', async () => {
    const taskId = await task();
    const { id } = (await remind({ taskId })).reminder;
    await alice.run(CancelReminderDocument, { id });
    for (const due of [{ at: '2026-02-09T17:00:00Z' }, null, tomorrow]) {
      await alice.run(UpdateTaskDocument, { input: { id: taskId, due } });
      expect(await read(id)).toMatchObject({ status: 'CANCELLED' });
    }
  });
});

describe('undo', () => {
  test('of completing a task brings its reminders back, and can itself be undone, again and again', async () => {
    const taskId = await task();
    const { reminder } = await remind({ taskId });
    let { changeId } = (await alice.run(CompleteTaskDocument, { id: taskId })).completeTask;
    for (const [task, status] of [
      ['ACTIVE', 'PENDING'],
      ['COMPLETED', 'CANCELLED'],
      ['ACTIVE', 'PENDING'],
    ]) {
      const { undo } = await alice.run(UndoDocument, { changeId });
      expect(undo).toMatchObject({ tasks: [{ status: task }], reminders: [{ id: reminder.id, status }] });
      expect(await read(reminder.id)).toMatchObject({ status });
      changeId = undo.changeId;
    }
    expect(await read(reminder.id)).toMatchObject({ remindAt: reminder.remindAt, nextAttemptAt: reminder.remindAt });
  });

  test('of moving a due moves the reminder back', async () => {
    const taskId = await task();
    const { reminder } = await remind({ taskId });
    const due = { at: '2026-02-09T17:00:00Z' };
    const { changeId } = (await alice.run(UpdateTaskDocument, { input: { id: taskId, due } })).updateTask;
    await alice.run(UndoDocument, { changeId });
    expect(await read(reminder.id)).toMatchObject({ status: 'PENDING', remindAt: reminder.remindAt });
  });

  test('moves also a reminder that was made since, and that the change did not touch', async () => {
    const taskId = await task();
    const due = { at: '2026-02-09T17:00:00Z' };
    const { changeId } = (await alice.run(UpdateTaskDocument, { input: { id: taskId, due } })).updateTask;
    const { reminder } = await remind({ taskId });
    await alice.run(UndoDocument, { changeId });
    expect(await read(reminder.id)).toMatchObject({ status: 'PENDING', remindAt: '2026-02-05T17:00:00.000Z' });
  });

  test('of making a reminder cancels it, of cancelling restores it', async () => {
    const { reminder, changeId } = await remind({ taskId: await task() });
    const { undo } = await alice.run(UndoDocument, { changeId });
    expect(undo).toMatchObject({ tasks: [], reminders: [{ status: 'CANCELLED' }] });
    const again = await alice.run(UndoDocument, { changeId: undo.changeId });
    expect(again.undo.reminders).toMatchObject([{ id: reminder.id, status: 'PENDING', remindAt: reminder.remindAt }]);
  });

  test('of making a task cancels the reminders that it has since', async () => {
    const { createTask } = await alice.run(CreateTaskDocument, { input: { title: 'x', due: tomorrow } });
    const { reminder } = await remind({ taskId: createTask.task.id });
    await alice.run(UndoDocument, { changeId: createTask.changeId });
    expect(await read(reminder.id)).toMatchObject({ status: 'CANCELLED' });
  });

  test('refuses whole when a reminder was changed since', async () => {
    const taskId = await task();
    const { reminder } = await remind({ taskId });
    const due = { at: '2026-02-09T17:00:00Z' };
    const { changeId } = (await alice.run(UpdateTaskDocument, { input: { id: taskId, due } })).updateTask;
    await alice.run(CancelReminderDocument, { id: reminder.id });
    expect(await alice.refused(UndoDocument, { changeId })).toMatchObject({ code: 'CONFLICT' });
    expect(await read(reminder.id)).toMatchObject({ status: 'CANCELLED', remindAt: '2026-02-09T17:00:00.000Z' });
  });
});

describe('who sees a reminder', () => {
  test('those who see its task, and nobody else, by no operation', async () => {
    const tenant = await test_.tenant();
    const [bob, eve] = [await tenant.person('bob'), await tenant.person('eve')];
    const stranger = (await test_.tenant()).alice;
    const assigneeId = Buffer.from(`User:${bob.viewer.userId}`).toString('base64url');
    const input = { title: 'x', due: tomorrow, assigneeId };
    const { id: taskId } = (await tenant.alice.run(CreateTaskDocument, { input })).createTask.task;
    const asked = { input: { taskId, trigger: 'AT_DUE' } } as const;
    const { id } = (await tenant.alice.run(CreateReminderDocument, asked)).createReminder.reminder;

    expect((await bob.run(ReminderDocument, { id })).node).toMatchObject({ id });
    expect((await bob.run(TaskRemindersDocument, { id: taskId })).task.reminders).toMatchObject([{ id }]);
    expect((await bob.run(RemindersDocument, {})).reminders.nodes).toEqual([]);
    for (const person of [eve, stranger]) {
      expect(await person.refused(ReminderDocument, { id })).toMatchObject({ code: 'NOT_FOUND' });
      expect(await person.refused(CancelReminderDocument, { id })).toMatchObject({ code: 'NOT_FOUND' });
      expect(await person.refused(RetryReminderDocument, { id })).toMatchObject({ code: 'NOT_FOUND' });
      expect(await person.refused(CreateReminderDocument, asked)).toMatchObject({ code: 'NOT_FOUND' });
      expect((await person.run(RemindersDocument, {})).reminders.nodes).toEqual([]);
    }
  });

  test('a viewer role makes none', async () => {
    const viewer = await (await test_.tenant()).person('vic', 'VIEWER');
    const input = { taskId: await task(), trigger: 'AT_DUE' } as const;
    expect(await viewer.refused(CreateReminderDocument, { input })).toMatchObject({ code: 'FORBIDDEN' });
  });
});

test('the list is in the order of the moments, in pages either way, and filtered', async () => {
  const { alice: carol } = await test_.tenant();
  const titled = async (title: string) =>
    (await carol.run(CreateTaskDocument, { input: { title } })).createTask.task.id;
  const [first, second] = [await titled('first'), await titled('second')];
  const at = (hour: number) => `2026-02-05T0${hour}:00:00.000Z`;
  const made: string[] = [];
  for (const [taskId, hour] of [
    [first, 3],
    [second, 1],
    [first, 2],
    [second, 1],
  ] as const) {
    const input = { taskId, trigger: 'ABSOLUTE', at: at(hour) } as const;
    made.push((await carol.run(CreateReminderDocument, { input })).createReminder.reminder.id);
  }
  const inOrder = [made[1], made[3], made[2], made[0]];
  const page = async (variables: object) => (await carol.run(RemindersDocument, variables)).reminders;
  const ids = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => id);

  const start = await page({ first: 3 });
  expect(ids(start.nodes)).toEqual(inOrder.slice(0, 3));
  expect(start.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  const rest = await page({ first: 3, after: start.pageInfo.endCursor });
  expect(ids(rest.nodes)).toEqual(inOrder.slice(3));
  expect(ids((await page({ last: 2, before: rest.pageInfo.startCursor })).nodes)).toEqual(inOrder.slice(1, 3));
  expect(ids((await page({ filter: { taskId: first } })).nodes)).toEqual(inOrder.slice(2));

  await carol.run(CancelReminderDocument, { id: made[0] as string });
  expect(ids((await page({ filter: { statuses: ['CANCELLED'] } })).nodes)).toEqual([made[0]]);
  const nonsense = await carol.refused(RemindersDocument, { after: 'nonsense' });
  expect(nonsense).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['after'] }] });
});
