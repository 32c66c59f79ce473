import type { App } from '../../app.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { Mail } from '../../infra/mail/mailer.ts';
import { escapeHtml } from '../../shared/escape-html.ts';
import { deliveryId } from '../reminder-rules/moment.ts';
import type { ReminderClaim } from './claim-reminder.ts';
import { taskLink, unsubscribeLink } from './links.ts';

const why = 'You get this e-mail because you have a reminder for this task in Errand.';

/** The e-mail of a reminder. Its id is derived from the reminder, so every attempt sends the same e-mail. */
export function composeMail(
  app: Pick<App, 'config' | 'unsubscribeKey'>,
  { row: reminder, task, recipient }: ReminderClaim,
): Mail {
  const title = task.title.replace(/\s+/g, ' ');
  const shown = {
    title,
    due: dueText(task),
    link: taskLink(app.config, task.id),
    unsubscribe: unsubscribeLink(app, reminder),
  };
  return {
    id: `reminder-${deliveryId(reminder)}`,
    to: { name: recipient.name, address: recipient.email },
    subject: `Reminder: ${title}`,
    text: text(shown),
    html: html(shown),
    unsubscribeUrl: shown.unsubscribe,
  };
}

/** The due date in local time, such as `Thursday 5 February 2026 at 17:00 (Europe/Berlin)`. */
function dueText({ dueAt, dueDate, dueTimeZone }: Task): string | null {
  if (!dueAt || !dueTimeZone) return null;
  if (dueDate) return format(dueDate, { dateStyle: 'full', timeZone: 'UTC' });
  return `${format(dueAt, { dateStyle: 'full', timeStyle: 'short', timeZone: dueTimeZone })} (${dueTimeZone})`;
}

/**
 * A formatter takes far longer to make than to use. There is at most one for each time zone: `timeZoneSchema` gives each
 * name one letter case.
 */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(date: Date, options: Intl.DateTimeFormatOptions & { timeZone: string }): string {
  const key = `${options.timeZone} ${options.timeStyle ?? ''}`;
  const found = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', options);
  formats.set(key, found);
  return found.format(date);
}

type Shown = { title: string; due: string | null; link: string; unsubscribe: string };

function text({ title, due, link, unsubscribe }: Shown): string {
  const dueLine = due ? [`Due ${due}`] : [];
  return [title, ...dueLine, link, '', why, `Unsubscribe from reminder e-mails: ${unsubscribe}`, ''].join('\n');
}

function html({ title, due, link, unsubscribe }: Shown): string {
  return `<!doctype html>
<html lang="en">
<body style="font-family: sans-serif">
<h1 style="font-size: 1.2em"><a href="${escapeHtml(link)}">${escapeHtml(title)}</a></h1>
${due ? `<p>Due ${escapeHtml(due)}</p>\n` : ''}<p style="color: #666">${why} <a href="${escapeHtml(unsubscribe)}">Unsubscribe from reminder e-mails</a></p>
</body>
</html>
`;
}
