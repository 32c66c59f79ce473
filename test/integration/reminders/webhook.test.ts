import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reminderWork } from '../../../src/domain/reminders/work.ts';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { type HttpTarget, type ReceivedRequest, startHttpTarget } from '../../support/execution-http.ts';
import {
  CompleteTaskDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  CreateWebhookDocument,
  DeleteWebhookDocument,
  MySettingsDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
  RetryReminderDocument,
  UndoDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { scanNow, workContext } from '../../support/work.ts';

let target: HttpTarget;
let test_: TestApp;
let workers: Workers;
let alice: Person;
let secret: string;
beforeAll(async () => {
  target = await startHttpTarget();
  test_ = await createTestApp();
  workers = await startWorkers(test_.app);
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

const due = '2026-02-04T17:00:00Z';
beforeEach(async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  target.received.length = 0;
  target.answerWith();
  alice = (await test_.tenant()).alice;
  secret = await connect(`${target.url}/hook?key=1`);
});
// Nothing of one test is due in the next.
afterEach(() => test_.app.db.query('DELETE FROM reminder'));

async function connect(url: string): Promise<string> {
  return (await alice.run(CreateWebhookDocument, { input: { url } })).createWebhook.secret;
}

async function disconnect(): Promise<void> {
  const { webhook } = (await alice.run(MySettingsDocument, {})).me;
  await alice.run(DeleteWebhookDocument, { id: webhook?.id ?? '' });
}

async function remind(title = 'call mom') {
  const { task } = (await alice.run(CreateTaskDocument, { input: { title, due: { at: due } } })).createTask;
  const input = { taskId: task.id, trigger: 'AT_DUE', channel: 'WEBHOOK' } as const;
  const { id } = (await alice.run(CreateReminderDocument, { input })).createReminder.reminder;
  return { id, taskId: task.id, uuid: Buffer.from(id, 'base64url').toString().split(':')[1] as string };
}

async function reaches(id: string, status: ReminderFieldsFragment['status'], attempts = 1) {
  const look = async () => {
    const reminder = (await alice.run(ReminderDocument, { id })).node as ReminderFieldsFragment;
    return reminder.status === status && reminder.attempts === attempts ? reminder : null;
  };
  // The schedule would come within a second.
  await scanNow(test_.app, reminderWork);
  return until(look, { what: `${status} after ${attempts} attempts` });
}

/** As a receiver would: Standard Webhooks 1.0. */
function isSigned({ headers, body }: ReceivedRequest, by: string): boolean {
  const key = Buffer.from(by.replace('whsec_', ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

test('a reminder is posted at its moment, once, signed, with what it is about', async () => {
  const { id, uuid, taskId } = await remind('<b>tea</b>');
  test_.clock.set(due);
  await reaches(id, 'SENT');
  const [request] = target.received as [ReceivedRequest];
  expect(target.received).toHaveLength(1);
  expect(request).toMatchObject({ method: 'POST', path: '/hook?key=1' });
  expect(request.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': expect.stringMatching(new RegExp(`^${uuid}-\\d+$`)),
    'webhook-timestamp': String(Date.parse(due) / 1000),
  });
  expect(isSigned(request, secret)).toBe(true);
  expect(isSigned({ ...request, body: `${request.body} ` }, secret)).toBe(false);
  expect(JSON.parse(request.body)).toEqual({
    type: 'reminder.due',
    timestamp: '2026-02-04T17:00:00.000Z',
    data: {
      reminder: { id, remindAt: '2026-02-04T17:00:00.000Z' },
      task: {
        id: taskId,
        title: '<b>tea</b>',
        due: { date: null, at: '2026-02-04T17:00:00.000Z', timeZone: 'UTC' },
        url: expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:0/task/${taskId}$`)),
      },
    },
  });
});

test.each([408, 425, 429, 500, 503])(
  'an answer of %i is tried again after 1, 5, 15 minutes, then it has FAILED',
  async (status) => {
    target.answerWith(status, status, status, status);
    const { id } = await remind();
    test_.clock.set(due);
    for (const [attempts, minutes] of [
      [1, 1],
      [2, 5],
      [3, 15],
    ] as const) {
      const deferred = await reaches(id, 'PENDING', attempts);
      expect(deferred.nextAttemptAt).toBe(new Date(test_.clock.now().getTime() + minutes * 60_000).toISOString());
      test_.clock.advance(minutes * 60_000);
    }
    expect(await reaches(id, 'FAILED', 4)).toMatchObject({
      lastError: `The webhook returned ${status}.`,
    });
    expect(new Set(target.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    expect(target.received.every((request) => isSigned(request, secret))).toBe(true);
  },
);

test.each([301, 400, 404, 410])('an answer of %i has the last word; a retry starts over', async (status) => {
  target.answerWith(status);
  const { id } = await remind();
  test_.clock.set(due);
  expect((await reaches(id, 'FAILED')).lastError).toContain(`returned ${status}.`);
  expect(target.received).toHaveLength(1);
  await alice.run(RetryReminderDocument, { id });
  await reaches(id, 'SENT');
});

test('a receiver that is not there is tried again', async () => {
  await disconnect();
  await connect('http://127.0.0.1:1/');
  const { id } = await remind();
  test_.clock.set(due);
  expect((await reaches(id, 'PENDING')).lastError).toContain('it refused the connection');
});

test('the same job many times at once is one request', async () => {
  const { id, uuid } = await remind();
  test_.clock.set(due);
  await Promise.all(
    Array.from({ length: 8 }, () => reminderWork.attempt(workContext(test_.app), { id: uuid, version: 1 })),
  );
  await reaches(id, 'SENT');
  expect(target.received).toHaveLength(1);
});

test('a receiver that does not answer delays neither mails nor what is shown', async () => {
  target.answerWith(...Array.from({ length: 60 }, () => 'hold' as const));
  const waiting = await Promise.all(Array.from({ length: 10 }, () => remind()));
  const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'tea', due: { at: due } } })).createTask;
  const input = { taskId: task.id, trigger: 'AT_DUE', channel: 'IN_APP' } as const;
  const { reminder } = (await alice.run(CreateReminderDocument, { input })).createReminder;
  test_.clock.set(due);
  await until(() => target.held === waiting.length);
  await reaches(reminder.id, 'SENT');
  expect(target.held).toBe(waiting.length);
  target.release();
  for (const { id } of waiting) await reaches(id, 'SENT');
});

test('completing the task cancels it, and an undo brings it back', async () => {
  const { id, taskId } = await remind();
  const { changeId } = (await alice.run(CompleteTaskDocument, { id: taskId })).completeTask;
  await reaches(id, 'CANCELLED', 0);
  await alice.run(UndoDocument, { changeId });
  test_.clock.set(due);
  await reaches(id, 'SENT');
});

describe('where requests may go', () => {
  test.each([
    'http://127.0.0.2:9/',
    'http://[::1]:9/',
    'http://0x7f000002/',
    'http://169.254.169.254/latest',
    'http://10.0.0.1/',
  ])('%s is refused where it is said', async (url) => {
    await disconnect();
    const error = await alice.refused(CreateWebhookDocument, { input: { url } });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', 'url'] }] });
  });

  test.each(['ftp://example.com/', 'nonsense', 'https://user:password@example.com/', 'https://:password@example.com/'])(
    '%s is no address',
    async (url) => {
      expect(await alice.refused(CreateWebhookDocument, { input: { url } })).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path: ['input', 'url'] }],
      });
    },
  );

  test('a name that resolves to a private address is refused when it is used, for good', async () => {
    await using strict = await createTestApp({ egressAllow: [] });
    await using _workers = await startWorkers(strict.app);
    strict.clock.set('2026-02-04T10:00:00Z');
    alice = (await strict.tenant()).alice;
    await connect(target.url.replace('127.0.0.1', 'localhost'));
    const { id } = await remind();
    strict.clock.set(due);
    const refusal = 'The server is not on the public internet, and the operator has not allowed its address.';
    expect((await reaches(id, 'FAILED')).lastError).toBe(refusal);
    expect(target.received).toHaveLength(0);
  });
});

describe('a webhook', () => {
  test('is one for each member; its secret is said once, and is another one after it was made anew', async () => {
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    const again = await alice.refused(CreateWebhookDocument, { input: { url: target.url } });
    expect(again).toMatchObject({ code: 'CONFLICT' });
    await disconnect();
    const call = { input: { url: target.url }, idempotencyKey: 'mine' };
    const { createWebhook } = await alice.run(CreateWebhookDocument, call);
    expect(createWebhook.secret).not.toBe(secret);
    expect(await alice.run(CreateWebhookDocument, call)).toEqual({ createWebhook });
  });

  test('leaves neither its secret nor its address in events, results or jobs', async () => {
    const { id } = await remind();
    test_.clock.set(due);
    await reaches(id, 'SENT');
    const { rows } = await test_.app.db.query<{ text: string }>(
      'SELECT row_to_json(event)::text AS text FROM event UNION ALL SELECT row_to_json(i)::text FROM idempotency_key i',
    );
    const kept = rows.map(({ text }) => text).join('\n');
    expect(kept).toContain('webhook.created');
    expect(kept).not.toContain(secret.slice(6, -1));
    expect(kept).not.toContain('/hook?key=1');
  });

  test('that was deleted fails what waits for it, until there is another', async () => {
    const { id } = await remind();
    await disconnect();
    test_.clock.set(due);
    expect((await reaches(id, 'FAILED', 0)).lastError).toBe('The recipient has no webhook.');
    await connect(`${target.url}/other`);
    await alice.run(RetryReminderDocument, { id });
    await reaches(id, 'SENT');
    expect(target.received.map(({ path }) => path)).toEqual(['/other']);
  });
});

describe('a reminder that ended is posted for the new moment of its due, under another id', () => {
  const dayMs = 24 * 60 * 60_000;

  async function ended(as: 'SENT' | 'FAILED' | 'EXPIRED'): Promise<{ id: string; taskId: string }> {
    if (as === 'FAILED') target.answerWith(400);
    const made = await remind();
    test_.clock.set(new Date(Date.parse(due) + (as === 'EXPIRED' ? 2 * dayMs : 0)).toISOString());
    await reaches(made.id, as, as === 'EXPIRED' ? 0 : 1);
    return made;
  }

  test.each(['SENT', 'FAILED', 'EXPIRED'] as const)('once it was %s, and again', async (status) => {
    const { id, taskId } = await ended(status);
    target.answerWith(204);
    const before = target.received.length;
    for (let time = 1; time <= 3; time += 1) {
      const at = new Date(test_.clock.now().getTime() + dayMs).toISOString();
      await alice.run(UpdateTaskDocument, { input: { id: taskId, due: { at } } });
      await reaches(id, 'PENDING', 0);
      test_.clock.set(at);
      await reaches(id, 'SENT');
      expect(JSON.parse(target.received.at(-1)?.body ?? '').data.reminder).toEqual({ id, remindAt: at });
    }
    const ids = target.received.map(({ headers }) => headers['webhook-id']);
    expect(target.received).toHaveLength(before + 3);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
