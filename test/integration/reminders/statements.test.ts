import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { reminderWork } from '../../../src/domain/reminders/work.ts';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { insertReminders } from '../../support/insert-reminders.ts';
import { type SmtpServer, startSmtp } from '../../support/smtp.ts';
import { type Statement, statementsOf, statementsOfAll } from '../../support/statements.ts';
import { createTestApp, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { workContext } from '../../support/work.ts';

const count = 50;

let smtp: SmtpServer;
let test_: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  smtp = await startSmtp();
  test_ = await createTestApp({ mail: { smtpUrl: smtp.url, from: 'errand@example.test' } });
  tenant = await test_.tenant();
  // Another process's sequencer would have to be told of each commit, by one statement outside of it.
  await until(() => test_.app.sequencer.isHolder);
});
afterAll(async () => {
  await test_[Symbol.asyncDispose]();
  await smtp[Symbol.asyncDispose]();
});
beforeEach(() => test_.app.db.query('DELETE FROM reminder'));

/** A lease is renewed only on a slow machine. */
const namesOf = (statements: readonly Statement[]) =>
  statements.map(({ name }) => name).filter((name) => name !== 'renew-reminder');
const makeDue = () => insertReminders(test_.app.db, tenant.alice.viewer, { count, at: `now() - interval '1 s'` });
const isSent = async () => {
  const { rows } = await test_.app.db.query(`SELECT count(*)::int AS count FROM reminder WHERE status = 'SENT'`);
  return rows[0].count === count;
};

test('reminders that are due together are claimed by two statements and settled by one, however many they are', async () => {
  const due = await makeDue();
  await test_.app.db.query(`UPDATE reminder SET channel = 'IN_APP'`);
  const attempt = ({ id }: { id: string }) => reminderWork.attempt(workContext(test_.app), { id, version: 1 });
  const names = namesOf(await statementsOf(() => Promise.all(due.map(attempt))));
  expect(names).toEqual(['read-due-reminders', 'save-each-reminder', 'save-each-reminder']);
  expect(await isSent()).toBe(true);
});

test('an old job of a reminder takes nothing from its current one, whichever comes first', async () => {
  const due = await makeDue();
  await test_.app.db.query(`UPDATE reminder SET channel = 'IN_APP', version = 2`);
  const attempt = (id: string, version: number) => reminderWork.attempt(workContext(test_.app), { id, version });
  const attempts = due.flatMap(({ id }, n) =>
    n % 2 ? [attempt(id, 1), attempt(id, 2)] : [attempt(id, 2), attempt(id, 1)],
  );
  await Promise.all(attempts);
  expect(await isSent()).toBe(true);
});

test('a mail alone costs three statements', async () => {
  const [due] = await insertReminders(test_.app.db, tenant.alice.viewer, { count: 1, at: `now() - interval '1 s'` });
  const word = { id: due?.id ?? '', version: 1 };
  const names = namesOf(await statementsOf(() => reminderWork.attempt(workContext(test_.app), word)));
  expect(names).toEqual(['read-due-reminders', 'save-each-reminder', 'save-each-reminder']);
});

test('mails that a scan finds need neither a transaction nor a job each', async () => {
  await using _workers = await startWorkers(test_.app);
  const accepted = smtp.accepted.length;
  const statements = await statementsOfAll(async () => {
    await makeDue();
    await until(() => smtp.accepted.length === accepted + count);
    await until(isSent);
  });
  const names = namesOf(statements);
  expect(names.filter((name) => name === 'BEGIN')).toEqual([]);
  expect(statements.filter(({ text }) => /add_job/.test(text))).toEqual([]);
  const ours = names.filter((name) => /^(take-due|read-due|save-each)-/.test(name) && name.includes('reminder'));
  // A scan each second, and at most one claim and one settlement for each mail; those that come together share them.
  expect(ours.filter((name) => !name.startsWith('take-due')).length).toBeLessThan(3 * count);
});
