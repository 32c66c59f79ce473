import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reminderWork } from '../../../src/domain/reminders/work.ts';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { newId } from '../../../src/shared/ids.ts';
import {
  CancelReminderDocument,
  CompleteTaskDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
  RetryReminderDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { headerOf, type SmtpBehaviour, type SmtpServer, startSmtp } from '../../support/smtp.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { scanNow, workContext } from '../../support/work.ts';

let smtp: SmtpServer;
let test_: TestApp;
let workers: Workers;
let alice: Person;
beforeAll(async () => {
  smtp = await startSmtp();
  test_ = await createTestApp({ mail: { smtpUrl: smtp.url, from: 'Errand <errand@example.test>' } });
  workers = await startWorkers(test_.app);
  alice = (await test_.tenant()).alice;
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
  await smtp[Symbol.asyncDispose]();
});

const start = '2026-02-04T10:00:00Z';
const due = '2026-02-04T17:00:00Z';
beforeEach(() => {
  test_.clock.set(start);
  smtp.behave('accept');
});
// Nothing of one test is due in the next.
afterEach(() => test_.app.db.query('DELETE FROM reminder'));

async function remind(title = 'call mom', by: Person = alice): Promise<{ id: string; taskId: string; uuid: string }> {
  const { task } = (await by.run(CreateTaskDocument, { input: { title, due: { at: due } } })).createTask;
  const input = { taskId: task.id, trigger: 'AT_DUE' } as const;
  const { id } = (await by.run(CreateReminderDocument, { input })).createReminder.reminder;
  return { id, taskId: task.id, uuid: uuidOf(id) };
}

async function read(id: string): Promise<ReminderFieldsFragment> {
  return (await alice.run(ReminderDocument, { id })).node as ReminderFieldsFragment;
}

async function reaches(id: string, status: ReminderFieldsFragment['status'], attempts = 1) {
  const look = async () => {
    const reminder = await read(id);
    return reminder.status === status && reminder.attempts === attempts ? reminder : null;
  };
  // The schedule would come within a second.
  await scanNow(test_.app, reminderWork);
  return until(look, { what: `${status} after ${attempts} attempts` });
}

/** Two whole scans, and the end of whatever they found. */
async function twoScans(): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    await scanNow(test_.app, reminderWork);
    await until(async () => (await test_.app.queues.countOpen('reminders')) === 0);
  }
}

async function eventsOf(uuid: string) {
  const text = 'SELECT type, "actorId", "requestId" FROM event WHERE "objectId" = $1 ORDER BY id';
  return (await test_.app.db.query<{ type: string; actorId: string; requestId: string }>(text, [uuid])).rows;
}

function uuidOf(id: string): string {
  return Buffer.from(id, 'base64url').toString().split(':')[1] as string;
}

const mailsAbout = (title: string) =>
  smtp.accepted.filter((mail) => headerOf(mail, 'Subject') === `Reminder: ${title}`);

test('a reminder is sent at its moment, once, and not before', async () => {
  const { id, uuid } = await remind('water the plants');
  await twoScans();
  expect(await read(id)).toMatchObject({ status: 'PENDING', attempts: 0 });
  test_.clock.set(due);
  const sent = await reaches(id, 'SENT');
  expect(sent).toMatchObject({ sentAt: '2026-02-04T17:00:00.000Z', nextAttemptAt: null, lastError: null });
  await twoScans();
  expect(mailsAbout('water the plants')).toHaveLength(1);

  const events = await eventsOf(uuid);
  expect(events.map(({ type }) => type)).toEqual(['reminder.created', 'reminder.sending', 'reminder.sent']);
  expect(events.map(({ actorId }) => actorId)).toEqual([alice.viewer.userId, null, null]);
  expect(events[2]?.requestId).toContain(uuid);
});

test('the mail is to the one reminded, in text and HTML, marked as automatic, with an id of its own', async () => {
  const { id, uuid } = await remind('<b>bold</b>');
  test_.clock.set(due);
  await reaches(id, 'SENT');
  const [mail] = mailsAbout('<b>bold</b>') as [string];
  expect(headerOf(mail, 'Message-ID')).toBe(`<reminder-${uuid}-${Date.parse(due)}@example.test>`);
  expect(headerOf(mail, 'Auto-Submitted')).toBe('auto-generated');
  expect(headerOf(mail, 'From')).toBe('Errand <errand@example.test>');
  expect(headerOf(mail, 'To')).toMatch(/alice-[-0-9a-f]+@example\.test/);
  expect(mail).toContain('Content-Type: text/plain');
  // Long lines of the mail are broken up (quoted-printable).
  expect(mail.replaceAll('=\r\n', '')).toContain('&lt;b&gt;bold&lt;/b&gt;');
});

describe('a server that does not take it', () => {
  test.each<[string, SmtpBehaviour, RegExp]>([
    ['says 4xx', 'defer', /451 Greylisted/],
    ['breaks off in the middle', 'drop', /closed|reset|ECONN/i],
  ])('and %s is tried again after 1, 5 and 15 minutes, then it has FAILED', async (_, behaviour, message) => {
    smtp.behave(behaviour);
    const { id } = await remind();
    let now = Date.parse(due);
    for (const [attempts, minutes] of [
      [1, 1],
      [2, 5],
      [3, 15],
    ] as const) {
      test_.clock.set(new Date(now).toISOString());
      const deferred = await reaches(id, 'PENDING', attempts);
      expect(deferred.lastError).toMatch(message);
      expect(deferred.nextAttemptAt).toBe(new Date(now + minutes * 60_000).toISOString());
      now += minutes * 60_000;
    }
    test_.clock.set(new Date(now).toISOString());
    expect(await reaches(id, 'FAILED', 4)).toMatchObject({
      lastError: expect.stringMatching(message),
      nextAttemptAt: null,
    });
  });

  test('and says 5xx has the last word; a retry starts over', async () => {
    smtp.behave('refuse', 'accept');
    const { id, uuid } = await remind('final');
    test_.clock.set(due);
    const failed = await reaches(id, 'FAILED');
    expect(failed.lastError).toContain('550 No such mailbox here');
    const { retryReminder } = await alice.run(RetryReminderDocument, { id });
    expect(retryReminder.reminder).toMatchObject({ status: 'PENDING', attempts: 0, lastError: null });
    await reaches(id, 'SENT');
    expect(mailsAbout('final')).toHaveLength(1);
    expect((await eventsOf(uuid)).map(({ type }) => type.split('.')[1])).toEqual([
      'created',
      'sending',
      'failed',
      'retried',
      'sending',
      'sent',
    ]);
  });

  test('and never answers is given up and tried again', async () => {
    smtp.behave('hang', 'accept');
    const { id } = await remind('silence');
    test_.clock.set(due);
    const deferred = await reaches(id, 'PENDING');
    expect(deferred.lastError).toMatch(/timeout/i);
    test_.clock.advance(60_000);
    await reaches(id, 'SENT', 2);
    expect(mailsAbout('silence')).toHaveLength(1);
  });

  test('and is not there at all is tried again', async () => {
    await using elsewhere = await createTestApp({
      mail: { smtpUrl: 'smtp://127.0.0.1:1', from: 'errand@example.test' },
    });
    await using _workers = await startWorkers(elsewhere.app);
    elsewhere.clock.set(start);
    const { alice: dora } = await elsewhere.tenant();
    const { id } = await remind('nobody there', dora);
    elsewhere.clock.set(due);
    const look = async () => (await dora.run(ReminderDocument, { id })).node as ReminderFieldsFragment;
    const deferred = await until(async () => [await look()].find(({ lastError }) => lastError !== null));
    expect(deferred).toMatchObject({ status: 'PENDING', lastError: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('is not sent', () => {
  test('when it was cancelled, or its task was completed, before its moment', async () => {
    const cancelled = await remind('cancelled');
    await alice.run(CancelReminderDocument, { id: cancelled.id });
    const completed = await remind('completed');
    await alice.run(CompleteTaskDocument, { id: completed.taskId });
    test_.clock.set(due);
    await twoScans();
    for (const { id } of [cancelled, completed]) expect(await read(id)).toMatchObject({ status: 'CANCELLED' });
    expect([...mailsAbout('cancelled'), ...mailsAbout('completed')]).toEqual([]);
  });

  test('again when its task is completed between two attempts', async () => {
    smtp.behave('defer', 'accept');
    const { id, taskId } = await remind('twice');
    test_.clock.set(due);
    await reaches(id, 'PENDING');
    await alice.run(CompleteTaskDocument, { id: taskId });
    test_.clock.advance(60_000);
    await twoScans();
    expect(await read(id)).toMatchObject({ status: 'CANCELLED' });
    expect(mailsAbout('twice')).toEqual([]);
  });

  test('at the old moment when the due was moved', async () => {
    const { id, taskId } = await remind('moved');
    await alice.run(UpdateTaskDocument, { input: { id: taskId, due: { at: '2026-02-05T17:00:00Z' } } });
    test_.clock.set(due);
    await twoScans();
    expect(await read(id)).toMatchObject({ status: 'PENDING', attempts: 0 });
    test_.clock.set('2026-02-05T17:00:00Z');
    await reaches(id, 'SENT');
  });

  test('more than a day late', async () => {
    const { id } = await remind('stale');
    test_.clock.set('2026-02-05T17:00:01Z');
    expect(await reaches(id, 'EXPIRED', 0)).toMatchObject({ lastError: expect.stringContaining('within one day') });
    expect(mailsAbout('stale')).toEqual([]);
  });

  test('to somebody who is no longer a member', async () => {
    const bob = await (await test_.tenant()).person('bob');
    const { uuid } = await remind('gone', bob);
    const text = 'UPDATE membership SET "removedAt" = now() WHERE "userId" = $1';
    await test_.app.db.query(text, [bob.viewer.userId]);
    test_.clock.set(due);
    await until(async () => (await eventsOf(uuid)).some(({ type }) => type === 'reminder.cancelled'));
    expect(mailsAbout('gone')).toEqual([]);
  });
});

test('a mail that is on its way when the task is completed is seen to its end', async () => {
  smtp.behave('hold');
  const { id, taskId } = await remind('thinking');
  test_.clock.set(due);
  await until(() => smtp.held === 1);
  await alice.run(CompleteTaskDocument, { id: taskId });
  expect(await read(id)).toMatchObject({ status: 'SENDING' });
  expect(await alice.refused(CancelReminderDocument, { id })).toMatchObject({ code: 'CONFLICT' });
  smtp.release();
  await reaches(id, 'SENT');
});

test('a sent reminder cannot be cancelled', async () => {
  const { id } = await remind();
  test_.clock.set(due);
  await reaches(id, 'SENT');
  expect(await alice.refused(CancelReminderDocument, { id })).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('already delivered'),
  });
});

test('the same job many times at once is one mail', async () => {
  const { id, uuid } = await remind('duplicate');
  test_.clock.set(due);
  const word = { id: uuid, version: 1 };
  await Promise.all(Array.from({ length: 8 }, () => reminderWork.attempt(workContext(test_.app), word)));
  await reaches(id, 'SENT');
  await reminderWork.attempt(workContext(test_.app), word);
  expect(mailsAbout('duplicate')).toHaveLength(1);
});

test('a burst is delivered whole, each once, over few connections', async () => {
  const titles = Array.from({ length: 60 }, (_, n) => `burst ${n}`);
  for (const title of titles) await remind(title);
  const connections = smtp.connections;
  test_.clock.set(due);
  await until(() => titles.every((title) => mailsAbout(title).length > 0));
  await twoScans();
  expect(titles.map((title) => mailsAbout(title).length)).toEqual(titles.map(() => 1));
  expect(smtp.connections - connections).toBeLessThanOrEqual(20);
});

describe('a reminder that was sent', () => {
  const moveTo = (taskId: string, at: string) => alice.run(UpdateTaskDocument, { input: { id: taskId, due: { at } } });

  test('is sent again for each later moment that its due is moved to, and keeps when it was last sent', async () => {
    const title = `moved ${newId()}`;
    const { id, taskId } = await remind(title);
    const sent = () => mailsAbout(title);
    for (let day = 4; day <= 8; day += 1) {
      test_.clock.set(`2026-02-0${day}T17:00:00Z`);
      await reaches(id, 'SENT');
      expect(sent()).toHaveLength(day - 3);
      await moveTo(taskId, `2026-02-0${day + 1}T17:00:00Z`);
      expect(await read(id)).toMatchObject({
        status: 'PENDING',
        remindAt: `2026-02-0${day + 1}T17:00:00.000Z`,
        sentAt: expect.any(String),
        attempts: 0,
      });
    }
    expect(new Set(sent().map((mail) => headerOf(mail, 'Message-ID'))).size).toBe(5);
    const query = 'query ($id: ID!) { node(id: $id) { ... on Reminder { deliveries { remindAt sentAt } } } }';
    const { node } = await alice.run<{ node: { deliveries: object[] } }, object>(query, { id });
    const moments = [4, 5, 6, 7, 8].map((day) => `2026-02-0${day}T17:00:00.000Z`);
    expect(node.deliveries).toEqual(moments.map((at) => ({ remindAt: at, sentAt: at })));
  });

  test('stays sent when its due is moved into the past, or by nothing', async () => {
    const { id, taskId } = await remind();
    test_.clock.set(due);
    const { version } = await reaches(id, 'SENT');
    await moveTo(taskId, '2026-02-04T16:00:00Z');
    await alice.run(UpdateTaskDocument, { input: { id: taskId, title: 'call dad' } });
    expect(await read(id)).toMatchObject({ status: 'SENT', version });
  });

  test('is pending again when its due was moved while it was being sent', async () => {
    smtp.behave('hold');
    const { id, taskId } = await remind();
    test_.clock.set(due);
    await until(() => smtp.held === 1, { what: 'the mail to be on its way' });
    await moveTo(taskId, '2026-02-06T17:00:00Z');
    expect((await read(id)).status).toBe('SENDING');
    smtp.release();
    await until(async () => (await read(id)).status === 'PENDING', { what: 'PENDING' });
    expect(await read(id)).toMatchObject({ remindAt: '2026-02-06T17:00:00.000Z', sentAt: '2026-02-04T17:00:00.000Z' });
  });
});
