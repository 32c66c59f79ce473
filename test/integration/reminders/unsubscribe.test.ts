import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { startHttp } from '../../../src/server/http.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import {
  CreateReminderDocument,
  CreateTaskDocument,
  MySettingsDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
  UpdateMySettingsDocument,
} from '../../support/operations.ts';
import { headerOf, type SmtpServer, startSmtp } from '../../support/smtp.ts';
import { createTestApp, type Person, type TestApp, testConfig } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

const origin = 'https://errand.example';
let smtp: SmtpServer;
let test_: TestApp;
let server: RunningServer;
let workers: Workers;
let alice: Person;
beforeAll(async () => {
  smtp = await startSmtp();
  const { http } = testConfig('postgres://localhost/unused');
  test_ = await createTestApp({
    http: { ...http, host: '127.0.0.1', publicUrl: origin },
    mail: { smtpUrl: smtp.url, from: 'errand@example.test' },
  });
  server = await startHttp(test_.app);
  workers = await startWorkers(test_.app);
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
  await smtp[Symbol.asyncDispose]();
});
beforeEach(async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  alice = (await test_.tenant()).alice;
});

async function remind(title: string): Promise<string> {
  const { task } = (await alice.run(CreateTaskDocument, { input: { title } })).createTask;
  const at = new Date(test_.clock.now().getTime() + 60_000).toISOString();
  const input = { taskId: task.id, trigger: 'ABSOLUTE', at } as const;
  return (await alice.run(CreateReminderDocument, { input })).createReminder.reminder.id;
}

/** Long headers are folded (RFC 5322, 2.2.3). */
const unfolded = () => smtp.accepted.map((mail) => mail.replace(/\r\n[ \t]+/g, ' '));

const mailAbout = (title: string) =>
  until(() => unfolded().find((mail) => headerOf(mail, 'Subject')?.startsWith(`Reminder: ${title}`)));

async function mailOf(title: string): Promise<string> {
  await remind(title);
  test_.clock.advance(60_000);
  return mailAbout(title.split('\r')[0] as string);
}

/** The link of a mail, at the server as it is reached here. */
async function linkOf(title: string): Promise<string> {
  const url = /^<(https:[^<>\s]+)>$/.exec(headerOf(await mailOf(title), 'List-Unsubscribe') ?? '')?.[1] ?? '';
  expect(url).toContain(`${origin}/unsubscribe/`);
  return url.replace(origin, server.url);
}

const wantsMails = async () => (await alice.run(MySettingsDocument, {})).me.wantsReminderMails;

test('a mail says how to have no more of them by one click, and nothing in a title can add to that', async () => {
  const mail = await mailOf('several lines\r\nList-Unsubscribe: <https://evil.example/>\r\n\r\nbody');
  const [head = ''] = mail.split('\r\n\r\n');
  expect(head.match(/^List-Unsubscribe:/gm)).toHaveLength(1);
  expect(headerOf(head, 'List-Unsubscribe')).toContain(origin);
  expect(headerOf(head, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
});

test('to look at the link changes nothing; a POST without a token turns mails off, and waiting ones are cancelled', async () => {
  const link = await linkOf('first');
  const page = await fetch(link);
  expect(page.status).toBe(200);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await page.text()).toContain('<form method="post">');
  expect(await wantsMails()).toBe(true);

  const waiting = await remind('second');
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  for (let click = 1; click <= 2; click += 1) expect((await fetch(link, { method: 'POST', body })).status).toBe(200);
  expect(await wantsMails()).toBe(false);
  const { rows } = await test_.app.db.query(`SELECT FROM event WHERE type = 'user.updated' AND "objectId" = $1`, [
    alice.viewer.userId,
  ]);
  expect(rows).toHaveLength(1);

  test_.clock.advance(60_000);
  const reminder = await until(async () => {
    const read = (await alice.run(ReminderDocument, { id: waiting })).node as ReminderFieldsFragment;
    return read.status === 'PENDING' ? null : read;
  });
  expect(reminder).toMatchObject({ status: 'CANCELLED', lastError: 'The recipient has turned off reminder e-mails.' });

  const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'third' } })).createTask;
  const input = { taskId: task.id, trigger: 'ABSOLUTE', at: '2026-03-01T00:00:00Z' } as const;
  expect(await alice.refused(CreateReminderDocument, { input })).toMatchObject({
    code: 'INVALID_INPUT',
    fields: [{ path: ['input', 'channel'] }],
  });
  await alice.run(UpdateMySettingsDocument, { input: { wantsReminderMails: true } });
  await mailOf('fourth');
});

test('a link for somebody else cannot be made of one’s own, and lets nobody in', async () => {
  const link = await linkOf('mine');
  const bob = await (await test_.tenant()).person('bob');
  const forged = link.replace(alice.viewer.userId, bob.viewer.userId);
  expect(forged).not.toBe(link);
  for (const url of [forged, `${link}x`, `${server.url}/unsubscribe/nonsense`]) {
    expect((await fetch(url, { method: 'POST' })).status).toBe(404);
  }
  expect((await bob.run(MySettingsDocument, {})).me.wantsReminderMails).toBe(true);
  const token = link.split('/').at(-1) ?? '';
  const answer = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ me { role } }' }),
  });
  expect(JSON.stringify(await answer.json())).toContain('UNAUTHENTICATED');
});

test('the link to a task opens GraphiQL with a query of it, and says nothing of the task', async () => {
  const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'secret' } })).createTask;
  const answer = await fetch(`${server.url}/task/${task.id}`, { redirect: 'manual' });
  expect(answer.status).toBe(302);
  const location = new URL(answer.headers.get('location') ?? '', server.url);
  expect(location.pathname).toBe('/graphql');
  const query = location.searchParams.get('query') ?? '';
  expect(query).not.toContain('secret');
  expect(await alice.run(query)).toMatchObject({ task: { title: 'secret' } });
});
