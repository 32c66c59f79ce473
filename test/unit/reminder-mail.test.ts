import { expect, test, vi } from 'vitest';
import type { RunConfig } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { ReminderClaim } from '../../src/domain/reminders/claim-reminder.ts';
import { composeMail } from '../../src/domain/reminders/compose-mail.ts';
import { dueColumns, dueSchema } from '../../src/domain/tasks/due.ts';

const reminderId = '0190a5d8-6d2e-7c3a-9f00-1a2b3c4d5e6f';
const taskId = '0190a5d8-6d2e-7c3a-9f00-000000000001';
const tenantId = '0190a5d8-6d2e-7c3a-9f00-000000000002';
const userId = '0190a5d8-6d2e-7c3a-9f00-000000000003';

function mailOf(title: string, due: Parameters<typeof dueColumns>[0] = null, env: Record<string, string> = {}) {
  const app = { config: loadConfig({ PORT: '4711', ...env }) as RunConfig, unsubscribeKey: Buffer.alloc(32, 1) };
  const task = { id: taskId, title, ...dueColumns(due, 'UTC') } as ReminderClaim['task'];
  const row = { id: reminderId, tenantId, userId, remindAt: new Date(0) } as ReminderClaim['row'];
  const recipient = { name: 'Alice', email: 'alice@example.test' } as ReminderClaim['recipient'];
  return composeMail(app, { row, task, recipient });
}

test('it has links to the task and to have no more of it, in text and in HTML', () => {
  const mail = mailOf('x', null, { ERRAND_PUBLIC_URL: 'https://errand.example' });
  const task = `https://errand.example/task/${Buffer.from(`Task:${taskId}`).toString('base64url')}`;
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain(task);
    expect(part).toContain(mail.unsubscribeUrl);
  }
  expect(mail.unsubscribeUrl).toMatch(/^https:\/\/errand\.example\/unsubscribe\/[\w.-]+$/);
});

test.each([
  ['0.0.0.0', 'http://localhost:4711/'],
  ['errand.internal', 'http://errand.internal:4711/'],
  ['fd00::1', 'http://[fd00::1]:4711/'],
])('without a public address, of a server on %s, its links begin with %s', (host, origin) => {
  expect(mailOf('x', null, { HOST: host }).unsubscribeUrl).toContain(`${origin}unsubscribe/`);
});

test('a title is text, never markup', () => {
  const { html, text } = mailOf(`<img src=x onerror="alert('1')"> & co`);
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; co');
  expect(html).not.toContain('<img');
  expect(text).toContain(`<img src=x onerror="alert('1')"> & co`);
});

test('a title of several lines cannot begin a header', () => {
  expect(mailOf('a\r\nBcc: all@example.test').subject).toBe('Reminder: a Bcc: all@example.test');
});

test('the due is said as it was meant', () => {
  const at = { at: new Date('2026-02-05T16:00:00Z'), timeZone: 'Europe/Berlin' };
  expect(mailOf('x', at).text).toMatch(/^Due Thursday,? 5 February 2026 at 17:00 \(Europe\/Berlin\)$/m);
  const day = { date: '2026-02-05', timeZone: 'Pacific/Kiritimati' };
  expect(mailOf('x', day).text).toMatch(/^Due Thursday,? 5 February 2026$/m);
  expect(mailOf('x').text).not.toContain('Due');
});

test('all letter cases of a time zone share one formatter', () => {
  const names = ['Asia/Tokyo', 'asia/tokyo', 'ASIA/TOKYO', 'asiA/tokyO'];
  const dues = names.map((timeZone) => dueSchema.parse({ atInZone: { at: new Date(0), timeZone } }));
  const { DateTimeFormat } = Intl;
  const made = vi.spyOn(Intl, 'DateTimeFormat').mockImplementation(function make(...options) {
    return new DateTimeFormat(...options);
  });
  const texts = new Set(dues.map((due) => mailOf('x', due).text));
  expect(made).toHaveBeenCalledOnce();
  expect([...texts]).toEqual([expect.stringContaining('(Asia/Tokyo)')]);
  made.mockRestore();
});
