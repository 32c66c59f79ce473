import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reminderWork } from '../../../src/domain/reminders/work.ts';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { startHttp } from '../../../src/server/http.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import { callApi } from '../../support/api.ts';
import {
  CompleteTaskDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  DeleteTaskDocument,
  EventAppendedDocument,
  EventCursorDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
  RestoreTaskDocument,
  RetryReminderDocument,
  TasksDocument,
  UndoDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { headerOf, type SmtpServer, startSmtp } from '../../support/smtp.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { scanNow } from '../../support/work.ts';

/** What is promised of tasks and proved in a file of its own: the promise, the file, and its test. */
const provedElsewhere: [string, string, string][] = [
  [
    'faults of a task name their field, and nothing is stored',
    '../tasks/lifecycle',
    'refuses %j, naming the field, and stores nothing',
  ],
  ['completing twice is a conflict and one event', '../tasks/lifecycle', 'twice is a conflict and one event'],
  [
    'a deleted task is hidden until it is restored',
    '../tasks/lifecycle',
    'a deleted task is hidden until it is restored with the status it had',
  ],
  [
    'what others own is NOT_FOUND, by every operation',
    '../isolation/isolation',
    'an id of an object that one may not see is NOT_FOUND, and nothing is changed',
  ],
  ['a query shows nothing of others', '../isolation/isolation', 'a query without ids gives nothing that others made'],
  [
    'a reminder without a due or in the past is INVALID_INPUT with the reason',
    '../reminders/lifecycle',
    'is refused when %s, naming the field',
  ],
  [
    'a reminder moves with its due',
    '../reminders/lifecycle',
    'by a day when the due moves by a day, in the same change',
  ],
  [
    'a completed task’s reminder is never delivered',
    '../reminders/delivery',
    'when it was cancelled, or its task was completed, before its moment',
  ],
  [
    'a mail that fails is tried after 1, 5 and 15 minutes',
    '../reminders/delivery',
    'and %s is tried again after 1, 5 and 15 minutes, then it has FAILED',
  ],
  ['a sent reminder cannot be cancelled', '../reminders/delivery', 'a sent reminder cannot be cancelled'],
  ['the same reminder job twice is one mail', '../reminders/delivery', 'the same job many times at once is one mail'],
  [
    'HTML in a title is escaped in the mail',
    '../reminders/delivery',
    'the mail is to the one reminded, in text and HTML, marked as automatic, with an id of its own',
  ],
  [
    'monthly from 31 January is clamped',
    '../recurrences/lifecycle',
    'monthly from 31 January, clamped: 28 February, then 31 March',
  ],
  ['yearly from 29 February is clamped', '../recurrences/lifecycle', 'yearly from 29 February 2024, clamped'],
  [
    'daily without weekends, done on Friday, is one on Monday',
    '../recurrences/lifecycle',
    'daily without weekends, done on Friday: one on Monday',
  ],
  [
    'count 3 is the template and two more',
    '../recurrences/lifecycle',
    'count 3: the template and two more, then COMPLETED',
  ],
  [
    'a completion while paused makes nothing until it is resumed',
    '../recurrences/lifecycle',
    'has completions make nothing until it is resumed, which leaves out what passed',
  ],
  [
    'four ahead are the current and four future ones',
    '../recurrences/lifecycle',
    'four ahead: the current and four future ones, without doubles',
  ],
  ['generating twice is two successive dates', '../recurrences/lifecycle', 'twice gives two successive dates'],
  [
    'the same completion twice is one next occurrence',
    '../recurrences/races',
    'the same completion repeated with its idempotency key makes one next',
  ],
  [
    'another process’s subscriber sees a change at once',
    '../../e2e/delivery',
    'what happens on one process to a subscriber of the other, each change before the next is made',
  ],
  [
    'another user’s subscriber sees nothing',
    '../isolation/isolation',
    'a subscription delivers nothing of others, but what is one’s own',
  ],
  ['a silent socket is dropped', '../server/websocket', 'a silent socket is dropped'],
  [
    'a reconnecting socket continues from its cursor',
    '../resume/resume',
    'continues after each of six cuts, with what happened meanwhile',
  ],
];

test('every promise that is proved elsewhere names a test that is there', async () => {
  const isThere = async ([, file, name]: (typeof provedElsewhere)[number]) =>
    (await readFile(new URL(`${file}.test.ts`, import.meta.url), 'utf8')).includes(`'${name}'`);
  const found = await Promise.all(provedElsewhere.map(isThere));
  expect(provedElsewhere.filter((_, index) => !found[index])).toEqual([]);
});

const start = '2026-02-04T10:00:00Z';
const due = '2026-02-04T17:00:00Z';

let smtp: SmtpServer;
let test_: TestApp;
let server: RunningServer;
let workers: Workers;
let alice: Person;
beforeAll(async () => {
  smtp = await startSmtp();
  test_ = await createTestApp({ mail: { smtpUrl: smtp.url, from: 'Errand <errand@example.test>' } });
  [server, workers] = await Promise.all([startHttp(test_.app), startWorkers(test_.app)]);
  alice = (await test_.tenant()).alice;
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
  await smtp[Symbol.asyncDispose]();
});
beforeEach(() => {
  test_.clock.set(start);
  smtp.behave('accept');
});
// Nothing of one test is due in the next.
afterEach(() => test_.app.db.query('DELETE FROM reminder'));

async function remind(title: string) {
  const { task } = (await alice.run(CreateTaskDocument, { input: { title, due: { at: due } } })).createTask;
  const input = { taskId: task.id, trigger: 'AT_DUE' } as const;
  return { taskId: task.id, id: (await alice.run(CreateReminderDocument, { input })).createReminder.reminder.id };
}

async function reaches(id: string, status: ReminderFieldsFragment['status'], attempts: number) {
  const look = async () => {
    const reminder = (await alice.run(ReminderDocument, { id })).node as ReminderFieldsFragment;
    return reminder.status === status && reminder.attempts === attempts ? reminder : null;
  };
  // The schedule would come within a second.
  await scanNow(test_.app, reminderWork);
  return until(look, { what: `${status} after ${attempts} attempts` });
}

const mailsAbout = (title: string) =>
  smtp.accepted.filter((mail) => headerOf(mail, 'Subject') === `Reminder: ${title}`);

test('a bad priority is INVALID_INPUT over HTTP, naming the field, and nothing is stored', async () => {
  const { createToken } = await alice.run<{ createToken: { token: string } }, never>(
    'mutation { createToken(input: { name: "a script" }) { token } }',
  );
  const text = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { task { id } } }';
  const variables = { input: { title: 'never stored', priority: 'DRINGEND' } };
  const { errors } = await callApi(server.url, createToken.token, text, variables);
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', fields: [{ path: ['input', 'priority'] }] } }]);
  const { tasks } = await alice.run(TasksDocument, { filter: { text: 'never stored' } });
  expect(tasks.nodes).toEqual([]);
});

test('a completion repeated with its key gives the first answer, without it a conflict, and one event in all', async () => {
  const { eventCursor } = await alice.run(EventCursorDocument);
  const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'file taxes' } })).createTask;
  const once = { id: task.id, idempotencyKey: 'file taxes once' };
  const first = await alice.run(CompleteTaskDocument, once);
  expect(await alice.run(CompleteTaskDocument, once)).toEqual(first);
  expect(await alice.refused(CompleteTaskDocument, { id: task.id })).toMatchObject({ code: 'CONFLICT' });
  await alice.run(DeleteTaskDocument, { id: task.id });

  const types = ['TASK_CREATED', 'TASK_COMPLETED', 'TASK_DELETED'] as const;
  const log = await alice.subscribe(EventAppendedDocument, { types: [...types], after: eventCursor });
  const next = async () => (await log.next()).value?.eventAppended;
  expect(await next()).toMatchObject({ __typename: 'StreamReady' });
  expect([await next(), await next(), await next()]).toMatchObject(types.map((type) => ({ type })));
  await log.return?.();
});

test('an active task that is deleted and restored is active again', async () => {
  const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'sort the attic' } })).createTask;
  const found = async () => (await alice.run(TasksDocument, { filter: { text: 'attic' } })).tasks.nodes;
  await alice.run(DeleteTaskDocument, { id: task.id });
  expect(await found()).toEqual([]);
  await alice.run(RestoreTaskDocument, { id: task.id });
  expect(await found()).toMatchObject([{ id: task.id, status: 'ACTIVE', deletedAt: null }]);
});

describe('a reminder', () => {
  test('that was moved by a day arrives then; one whose task was deleted never', async () => {
    const moved = await remind('water the plants');
    const deleted = await remind('buy a boat');
    const tomorrow = '2026-02-05T17:00:00.000Z';
    await alice.run(UpdateTaskDocument, { input: { id: moved.taskId, due: { at: tomorrow } } });
    await alice.run(DeleteTaskDocument, { id: deleted.taskId });
    const other = await remind('feed the cat');
    test_.clock.set(due);
    // When it has come, a scan has looked at that moment.
    await reaches(other.id, 'SENT', 1);
    expect([...mailsAbout('water the plants'), ...mailsAbout('buy a boat')]).toEqual([]);
    test_.clock.set(tomorrow);
    expect(await reaches(moved.id, 'SENT', 1)).toMatchObject({ remindAt: tomorrow, sentAt: tomorrow });
    expect(mailsAbout('water the plants')).toHaveLength(1);
    expect(mailsAbout('buy a boat')).toEqual([]);
  });

  test('whose attempts are used up has FAILED with the reason, and a retry has all of them again', async () => {
    smtp.behave('defer');
    const { id } = await remind('call the plumber');
    test_.clock.set(due);
    for (const [attempts, minutes] of [1, 5, 15].entries()) {
      await reaches(id, 'PENDING', attempts + 1);
      test_.clock.advance(minutes * 60_000);
    }
    expect(await reaches(id, 'FAILED', 4)).toMatchObject({ lastError: expect.stringContaining('451 Greylisted') });
    smtp.behave('defer', 'accept');
    const { retryReminder } = await alice.run(RetryReminderDocument, { id });
    expect(retryReminder.reminder).toMatchObject({ status: 'PENDING', attempts: 0, lastError: null });
    await reaches(id, 'PENDING', 1);
    test_.clock.advance(60_000);
    await reaches(id, 'SENT', 2);
    expect(mailsAbout('call the plumber')).toHaveLength(1);
  });

  test('comes back when the completion that cancelled it is undone', async () => {
    const { id, taskId } = await remind('return the books');
    const { completeTask } = await alice.run(CompleteTaskDocument, { id: taskId });
    await reaches(id, 'CANCELLED', 0);
    await alice.run(UndoDocument, { changeId: completeTask.changeId });
    test_.clock.set(due);
    await reaches(id, 'SENT', 1);
    expect(mailsAbout('return the books')).toHaveLength(1);
  });
});
