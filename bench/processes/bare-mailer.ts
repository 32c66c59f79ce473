import { createTransport } from 'nodemailer';
import { type Mail, toMessage } from '../../src/infra/mail/mailer.ts';
import { queues } from '../../src/queues/contract.ts';
import { newId } from '../../src/shared/ids.ts';
import { answerQuestions } from '../harness/answer.ts';

/** nodemailer alone: sends mails like Errand's, as many at once as Errand's worker does, over connections that are kept. */
const maxConnections = queues.reminders.concurrency;
const transport = createTransport({ url: process.env.SMTP_URL, pool: true, maxConnections });

answerQuestions(
  async (mails: number): Promise<void> => {
    let left = mails;
    const sendAgain = async () => {
      for (; left > 0; ) {
        left -= 1;
        await transport.sendMail(toMessage(newMail(), 'Errand <errand@localhost>'));
      }
    };
    await Promise.all(Array.from({ length: queues.reminders.concurrency }, sendAgain));
  },
  () => transport.close(),
);

function newMail(): Mail {
  const [title, due] = ['Task number 1', 'Due Thursday 5 February 2026 at 17:00 (Europe/Berlin)'];
  const asked = 'You get this e-mail because you have a reminder for this task in Errand.';
  return {
    id: `reminder-${newId()}`,
    to: { name: 'person0@example.test', address: 'person0@example.test' },
    subject: `Reminder: ${title}`,
    text: [title, due, '', asked, ''].join('\n'),
    html: `<!doctype html>
<html lang="en">
<body style="font-family: sans-serif">
<h1 style="font-size: 1.2em">${title}</h1>
<p>${due}</p>
<p style="color: #666">${asked}</p>
</body>
</html>
`,
  };
}
