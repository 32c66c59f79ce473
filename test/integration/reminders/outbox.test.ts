import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMailer } from '../../../src/infra/mail/create-mailer.ts';
import { MailFailure } from '../../../src/infra/mail/mailer.ts';

const mail = {
  id: 'reminder-1',
  to: { name: 'Zoë', address: 'zoe@example.test' },
  subject: 'Reminder: grüßen',
  text: 'grüßen\n',
  html: '<p>grüßen</p>',
};
const never = new AbortController().signal;

test('without a mail server a mail is a file of the outbox, which only its owner reads', async () => {
  const home = await mkdtemp(join(tmpdir(), 'errand-outbox-'));
  const mailer = createMailer({ home, mail: { smtpUrl: null, from: 'Errand <errand@example.test>' } });
  await mailer.send(mail, never);
  await mailer.send(mail, never);
  expect(await readdir(join(home, 'outbox'))).toEqual(['reminder-1.eml']);
  const path = join(home, 'outbox', 'reminder-1.eml');
  const content = await readFile(path, 'utf8');
  expect(content).toMatch(/^Message-ID: <reminder-1@example\.test>\r?$/m);
  expect(content).toContain('zoe@example.test');
  expect(content).toContain('text/html');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await rm(home, { recursive: true });
});

test('an outbox that cannot be written is a failure that is tried again', async () => {
  const home = await mkdtemp(join(tmpdir(), 'errand-outbox-'));
  await writeFile(join(home, 'outbox'), 'a file where the folder belongs');
  const mailer = createMailer({ home, mail: { smtpUrl: null, from: 'errand@example.test' } });
  const failure = await mailer.send(mail, never).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MailFailure);
  expect(failure).toMatchObject({ isFinal: false });
  await rm(home, { recursive: true });
});
