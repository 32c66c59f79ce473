import { expect, test } from 'vitest';
import type { Claim } from '../../src/domain/reminders/claim-reminder.ts';
import { composeMail } from '../../src/domain/reminders/compose-mail.ts';
import { dueColumns } from '../../src/domain/tasks/due.ts';

function mailOf(title: string, due: Parameters<typeof dueColumns>[0] = null) {
  const task = { title, ...dueColumns(due, 'UTC') } as Claim['task'];
  const reminder = { id: '0190a5d8-6d2e-7c3a-9f00-1a2b3c4d5e6f' } as Claim['reminder'];
  return composeMail({ reminder, task, recipient: { name: 'Alice', email: 'alice@example.test' } });
}

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
