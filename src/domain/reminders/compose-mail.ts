import type { Task } from '../../generated/prisma/client.ts';
import type { Mail } from '../../infra/mail/mailer.ts';
import { escapeHtml } from '../../shared/escape-html.ts';
import type { Claim } from './claim-reminder.ts';

/** The mail of a reminder. Its id is of the reminder, so every attempt sends the same mail. */
export function composeMail({ reminder, task, recipient }: Claim): Mail {
  const due = dueText(task);
  const title = task.title.replace(/\s+/g, ' ');
  return {
    id: `reminder-${reminder.id}`,
    to: { name: recipient.name, address: recipient.email },
    subject: `Reminder: ${title}`,
    text: [title, ...(due ? [`Due ${due}`] : []), '', 'You asked Errand to remind you of this task.', ''].join('\n'),
    html: html({ title, due }),
  };
}

/** The due on the wall clock it was meant on, such as `Thursday 5 February 2026 at 17:00 (Europe/Berlin)`. */
function dueText({ dueAt, dueDate, dueTimeZone }: Task): string | null {
  if (!dueAt || !dueTimeZone) return null;
  if (dueDate) return format(dueDate, { dateStyle: 'full', timeZone: 'UTC' });
  return `${format(dueAt, { dateStyle: 'full', timeStyle: 'short', timeZone: dueTimeZone })} (${dueTimeZone})`;
}

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', options).format(date);
}

function html({ title, due }: { title: string; due: string | null }): string {
  return `<!doctype html>
<html lang="en">
<body style="font-family: sans-serif">
<h1 style="font-size: 1.2em">${escapeHtml(title)}</h1>
${due ? `<p>Due ${escapeHtml(due)}</p>\n` : ''}<p style="color: #666">You asked Errand to remind you of this task.</p>
</body>
</html>
`;
}
