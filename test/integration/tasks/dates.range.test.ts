import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recurrenceWork } from '../../../src/domain/recurrences/catch-up.ts';
import { firstDay, lastDay } from '../../../src/shared/date-range.ts';
import { newId } from '../../../src/shared/ids.ts';
import { calendarText } from '../../support/calendar-text.ts';
import {
  CompleteTaskDocument,
  CreateRecurrenceDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  type CreateTaskInput,
  DeleteTaskDocument,
  InterpretDocument,
  OccurrencesDocument,
  PreviewRecurrenceUpdateDocument,
  RecurrenceDocument,
  RemindersDocument,
  RestoreTaskDocument,
  SendMessageDocument,
  StartConversationDocument,
  TasksDocument,
  type TasksQuery,
  UndoDocument,
  UpdateRecurrenceDocument,
  type UpdateRecurrenceInput,
  UpdateTaskDocument,
  UpdateTasksDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { exportNow, importNow } from '../../support/transfer-fixture.ts';
import { workContext } from '../../support/work.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  tenant = await test_.tenant();
  alice = tenant.alice;
});

const create = async (input: Partial<CreateTaskInput>, person = alice) =>
  (await person.run(CreateTaskDocument, { input: { title: 'a task', ...input } })).createTask.task.id;
const feed = (person = alice) => calendarText({ app: test_.app, viewer: person.viewer, requestId: 'test' });

/** Everything that is done with a task in its life. */
async function live(person: Person, id: string): Promise<void> {
  const { changeId } = (await person.run(UpdateTaskDocument, { input: { id, title: 'changed' } })).updateTask;
  await person.run(UndoDocument, { changeId });
  await person.run(UpdateTaskDocument, { input: { id, tags: ['x'] } });
  await person.run(DeleteTaskDocument, { id });
  await person.run(RestoreTaskDocument, { id });
  for (const direction of ['ASC', 'DESC'] as const) await readInOrder(person, direction);
  await feed(person);
  for (const format of ['CSV', 'JSON'] as const) {
    const file = await exportNow(test_, person, { format });
    const { failed } = await importNow(test_, (await test_.tenant()).alice, { format, content: file });
    expect(failed).toBe(0);
  }
}

async function readInOrder(person: Person, direction: 'ASC' | 'DESC'): Promise<void> {
  for (let after: string | null = null, isMore = true; isMore; ) {
    const orderBy = { field: 'DUE', direction } as const;
    const { tasks }: TasksQuery = await person.run(TasksDocument, { orderBy, first: 1, after });
    ({ endCursor: after, hasNextPage: isMore } = tasks.pageInfo);
  }
}

const days = fc.oneof(
  fc.constantFrom(firstDay, '1900-01-02', lastDay, '9999-12-29'),
  fc
    .date({ min: new Date(`${firstDay}T00:00:00Z`), max: new Date(`${lastDay}T00:00:00Z`), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
);
const zones = fc.constantFrom('UTC', 'Etc/GMT+12', 'Pacific/Kiritimati', 'Africa/Monrovia', 'Europe/Berlin');
const times = fc.constantFrom('00:00:00Z', '23:59:59.999Z', '12:30:00Z');
const dues = fc.record({ timeZone: zones, day: days, time: fc.option(times) }).map(({ timeZone, day, time }) => {
  return time === null ? { dateInZone: { timeZone, date: day } } : { atInZone: { timeZone, at: `${day}T${time}` } };
});

test('whatever is taken as a due can be read, changed, undone, sorted, fed to a calendar, exported and imported', async () => {
  await fc.assert(
    fc.asyncProperty(dues, dues, async (due, other) => {
      const person = (await test_.tenant()).alice;
      const id = await create({ due }, person);
      await person.run(UpdateTaskDocument, { input: { id, due: other } });
      await create({ due }, person);
      await live(person, id);
    }),
    { numRuns: 15 },
  );
});

const lateStarts = fc.constantFrom('9999-12-30', '9999-12-29', '9999-12-01', '9990-02-28', '9900-01-31', firstDay);
const rules = fc.constantFrom<object>(
  { preset: 'DAILY' },
  { preset: 'DAILY', interval: 365 },
  { preset: 'WEEKLY', skipWeekends: true },
  { preset: 'MONTHLY', interval: 240, monthEnd: 'CLAMP' },
  { preset: 'YEARLY', interval: 30 },
  { preset: 'YEARLY', basis: 'COMPLETION' },
  { preset: 'DAILY', until: lastDay },
  { preset: 'WEEKLY', count: 400 },
  { preset: 'DAILY', generateAhead: 52 },
  { preset: 'DAILY', missed: 'LATEST' },
  { preset: 'CUSTOM', rule: 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31' },
  { preset: 'CUSTOM', rule: 'FREQ=HOURLY;INTERVAL=5000' },
);

const someMoves = fc.array(fc.record({ scope: fc.constantFrom('THIS', 'THIS_AND_FOLLOWING', 'ALL'), due: dues }), {
  maxLength: 2,
});

test('a series goes on up to the last day and is over there', async () => {
  await fc.assert(
    fc.asyncProperty(lateStarts, zones, fc.boolean(), rules, someMoves, async (day, timeZone, isTimed, rule, moves) => {
      const person = (await test_.tenant()).alice;
      const due = isTimed
        ? { atInZone: { at: `${day}T23:59:59Z`, timeZone } }
        : { dateInZone: { date: day, timeZone } };
      const input = { task: { title: 'again', due }, ...rule } as never;
      const { data, errors } = await person.answer(CreateRecurrenceDocument, { input });
      const { id } = (data as never as { createRecurrence: { recurrence: { id: string } } } | null)?.createRecurrence
        ?.recurrence ?? { id: null };
      // An all-day series has no hours.
      if (id === null) return void expect(errors?.[0]?.originalError).toMatchObject({ code: 'INVALID_INPUT' });
      await person.run(OccurrencesDocument, { id, first: 5 });
      for (const { scope, due: newDue } of moves) {
        const input = { id, scope, due: newDue } as UpdateRecurrenceInput;
        const answers = [
          await person.answer(PreviewRecurrenceUpdateDocument, { input }),
          await person.answer(UpdateRecurrenceDocument, { input }),
        ];
        for (const refusal of answers.flatMap((one) => one.errors ?? [])) {
          expect(refusal.originalError).toMatchObject({ code: 'INVALID_INPUT' });
        }
        await readInOrder(person, 'DESC');
      }
      for (let done = 0; done < 3; done += 1) {
        const { recurrence } = await person.run(RecurrenceDocument, { id });
        const open = recurrence.openTasks[0];
        if (!open) break;
        await person.run(CompleteTaskDocument, { id: open.id });
      }
      const { recurrence } = await person.run(RecurrenceDocument, { id });
      await recurrenceWork.attempt(workContext(test_.app), { id: uuidOf(id), version: recurrence.version });
      await readInOrder(person, 'ASC');
      await feed(person);
      await exportNow(test_, person, { format: 'CSV' });
    }),
    { numRuns: 30 },
  );
});

function uuidOf(id: string): string {
  return Buffer.from(id, 'base64url').toString().split(':')[1] as string;
}

describe('a computed date beyond the range is refused, naming the field', () => {
  test.each([
    [{ date: '9999-12-30' }, 1],
    [{ at: '9999-12-30T23:00:00Z' }, 3_650],
    [{ date: '1900-01-01' }, -1],
    [{ at: '1900-01-01T01:00:00Z' }, -1],
  ])('moveDueByDays of %j by %i', async (due, moveDueByDays) => {
    const id = await create({ due });
    const { updateTasks } = await alice.run(UpdateTasksDocument, { target: { ids: [id] }, changes: { moveDueByDays } });
    expect(updateTasks.isApplied).toBe(false);
    expect(updateTasks.results[0]?.refusal).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('changes.moveDueByDays'),
    });
    await readInOrder(alice, 'ASC');
  });

  test.each(['20261231T000000Z', '99991231', '99991231T235959Z', '00000101'])('UNTIL=%s of a rule', async (until) => {
    const rule = `FREQ=DAILY;UNTIL=${until}`;
    const at = until.includes('T') ? { at: '2026-03-01T10:00:00Z' } : { date: '2026-03-01' };
    const input = { task: { title: 'a', due: at }, preset: 'CUSTOM', rule } as const;
    if (until.startsWith('2026')) return void (await alice.run(CreateRecurrenceDocument, { input }));
    const error = await alice.refused(CreateRecurrenceDocument, { input });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', 'rule'] }] });
  });

  test('of a message', async () => {
    const { conversation } = (await alice.run(StartConversationDocument)).startConversation;
    const texts = ['Buy milk on 9999-12-31', 'Buy milk on 0000-01-01', 'Buy milk in 9000000 days'];
    const asked = [
      'show tasks due before 9999-12-31',
      'show tasks due on 0000-01-01',
      'list tasks from 0000-01-01 to 9999-12-31',
    ];
    for (const text of [...texts, ...asked]) {
      const { errors } = await alice.answer(SendMessageDocument, { conversationId: conversation.id, text });
      if (errors) expect(errors[0]?.originalError).toMatchObject({ code: 'INVALID_INPUT' });
    }
    await readInOrder(alice, 'ASC');
    expect(await feed()).toContain('END:VCALENDAR');
  });
});

describe('an import takes no date beyond the range', () => {
  test.each([
    ['due', '9999-12-31'],
    ['due', '0000-01-01'],
    ['due', '9999-12-31T23:59:59-14:00'],
    ['due', '9999-12-31T12:00'],
    ['completedAt', '0000-01-01'],
    ['completedAt', '1899-12-31T00:00:00Z'],
  ])('%s %s', async (column, text) => {
    const csv = await importNow(test_, alice, { format: 'CSV', content: `title,${column}\na task,${text}\n` });
    const json = await importNow(test_, alice, {
      format: 'JSON',
      content: JSON.stringify([{ title: 'a task', [column]: text }]),
    });
    for (const { failed, rowErrors } of [csv, json]) {
      expect(failed).toBe(1);
      expect(rowErrors.nodes[0]?.faults).toMatchObject([{ column, message: expect.stringContaining('9999-12-30') }]);
    }
    await readInOrder(alice, 'ASC');
  });
});

test('a message is understood whenever it is said, up to the ends of the range', async () => {
  const texts = [
    'Buy milk tomorrow at 5pm',
    'Buy milk next year',
    'Buy milk in 3 weeks',
    'tasks due this month',
    'Water plants every day until next month, remind me 2 days before',
    'Buy milk on 31 december',
    'move it by 9999999 years',
    'tasks from 0000-01-01 to 9999-12-31',
    'yesterday',
    'in 99999999 hours',
  ];
  for (const text of texts) {
    for (const now of ['1900-01-01T00:00:00Z', '9999-12-30T23:59:59Z', '2026-02-04T10:00:00Z']) {
      for (const timeZone of ['Etc/GMT+12', 'Pacific/Kiritimati']) {
        const { errors } = await alice.answer(InterpretDocument, { text, now, timeZone });
        expect([text, now, errors]).toEqual([text, now, undefined]);
      }
    }
  }
});

test('a reminder at the end of the range is listed', async () => {
  const taskId = await create({ due: { date: lastDay } });
  const input = { taskId, trigger: 'ABSOLUTE', at: '9999-12-30T23:59:59Z' } as const;
  await alice.run(CreateReminderDocument, { input });
  const { reminders } = await alice.run(RemindersDocument, { first: 1 });
  await alice.run(RemindersDocument, { first: 1, after: reminders.pageInfo.endCursor });
});

test('a forged cursor with a date that cannot be kept is refused', async () => {
  const after = Buffer.from(`tasks DUE ASC\n0000-01-01T00:00:00Z\n${newId()}`).toString('base64url');
  const error = await alice.refused(TasksDocument, { orderBy: { field: 'DUE', direction: 'ASC' }, after });
  expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['after'] }] });
});
