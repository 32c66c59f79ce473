import type pg from 'pg';
import { expect, test } from 'vitest';
import { endBlocked, openBlocker, untilBlocked } from '../support/blocking.ts';
import { insertReminders } from '../support/insert-reminders.ts';
import {
  CreateReminderDocument,
  CreateTaskDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
} from '../support/operations.ts';
import { type ErrandProcess, spawnErrand } from '../support/process.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { headerOf, type SmtpServer, startSmtp } from '../support/smtp.ts';
import { createTestApp, type Person } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/** What each test has for itself, because they wait for leases to expire at the same time. */
type Fixture = AsyncDisposable & {
  smtp: SmtpServer;
  db: pg.Pool;
  url: string;
  alice: Person;
  startWorker: StartWorker;
};
type StartWorker = (env?: Record<string, string>) => ErrandProcess;

async function createFixture(): Promise<Fixture> {
  const smtp = await startSmtp();
  const test_ = await createTestApp();
  const { alice } = await test_.tenant();
  const { database, masterKey } = test_.app.config;
  const env = {
    DATABASE_URL: database.url,
    ERRAND_MASTER_KEY: masterKey.toString('base64'),
    SMTP_URL: smtp.url,
    MAIL_FROM: 'errand@example.test',
  };
  return {
    smtp,
    db: test_.app.db,
    url: database.url,
    alice,
    startWorker: (more = {}) => spawnErrand('worker', { env: { ...env, ...more } }),
    [Symbol.asyncDispose]: async () => {
      await test_[Symbol.asyncDispose]();
      await smtp[Symbol.asyncDispose]();
    },
  };
}

/** A reminder whose moment is an hour away. */
async function remind({ alice }: Fixture): Promise<string> {
  const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'call mom' } })).createTask;
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const input = { taskId: task.id, trigger: 'ABSOLUTE', at } as const;
  return (await alice.run(CreateReminderDocument, { input })).createReminder.reminder.id;
}

const makeDue = `UPDATE reminder SET "nextAttemptAt" = now() - interval '1 second'`;

async function read({ alice }: Fixture, id: string): Promise<ReminderFieldsFragment> {
  return (await alice.run(ReminderDocument, { id })).node as ReminderFieldsFragment;
}

async function kill(worker: ErrandProcess): Promise<void> {
  worker.kill('SIGKILL');
  expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL' });
}

/** Another worker does what the killed one left, well within half a minute of the kill. */
async function isSentByAnother(
  fixture: Fixture,
  id: string,
  env?: Record<string, string>,
): Promise<ReminderFieldsFragment> {
  await using worker = fixture.startWorker(env);
  await worker.ready();
  const look = async () => [await read(fixture, id)].find(({ status }) => status === 'SENT');
  // Awaited here: the worker lives until then.
  return await until(look, { what: 'SENT' });
}

async function deliveriesQueued({ db }: Fixture): Promise<number> {
  const text = `SELECT FROM bullmq.job WHERE name = 'reminder.deliver'`;
  return (await db.query(text)).rows.length;
}

test.concurrent('killed between the commit of the scan and its enqueueing: every reminder is sent once', async () => {
  await using fixture = await createFixture();
  const { smtp, db, url, alice, startWorker } = fixture;
  const id = await remind(fixture);
  // More than a worker takes directly, so that the rest goes into the queue.
  const count = 150;
  await insertReminders(db, alice.viewer, { count: count - 1, at: `now() + interval '1 hour'` });
  await using worker = startWorker();
  await worker.ready();
  {
    await using scanning = await openBlocker(url);
    await using enqueueing = await openBlocker(url);
    worker.kill('SIGSTOP');
    await db.query(makeDue);
    await scanning.lock('reminder', 'SHARE');
    worker.kill('SIGCONT');
    await untilBlocked(db, '%FROM reminder WHERE "leaseExpiresAt" IS NOT NULL%');
    await enqueueing.lock('bullmq.job', 'SHARE');
    await enqueueing.lock('task', 'ACCESS EXCLUSIVE');
    await scanning.commit();
    const leased = `SELECT FROM reminder WHERE "leaseExpiresAt" > now()`;
    await until(async () => (await db.query(leased)).rows.length === count);
    await untilBlocked(db, '%add%job%');
    await kill(worker);
    await endBlocked(db);
  }
  expect(await deliveriesQueued(fixture)).toBe(0);
  expect(await read(fixture, id)).toMatchObject({ status: 'PENDING', attempts: 0 });
  expect(smtp.begun).toBe(0);

  await using successor = startWorker();
  await successor.ready();
  const isSent = async () => (await db.query(`SELECT FROM reminder WHERE status = 'SENT'`)).rows.length === count;
  await until(isSent, { what: 'every reminder to be SENT' });
  expect(await read(fixture, id)).toMatchObject({ attempts: 1 });
  expect(new Set(smtp.accepted.map((mail) => headerOf(mail, 'Message-ID'))).size).toBe(count);
  expect(smtp.accepted).toHaveLength(count);
});

test.concurrent('killed with the delivery in hand, before it is claimed: sent once', async () => {
  await using fixture = await createFixture();
  const { smtp, db, url, startWorker } = fixture;
  const id = await remind(fixture);
  await using worker = startWorker();
  await worker.ready();
  {
    await using claiming = await openBlocker(url);
    await claiming.lock('task', 'ACCESS EXCLUSIVE');
    await db.query(makeDue);
    await untilBlocked(db, '%AS "task.id"%');
    await kill(worker);
    await endBlocked(db);
  }
  // The worker had taken it directly: no job is left of it, and a scan finds it.
  expect(await deliveriesQueued(fixture)).toBe(0);
  expect(await read(fixture, id)).toMatchObject({ status: 'PENDING', attempts: 0 });
  expect(smtp.begun).toBe(0);

  expect(await isSentByAnother(fixture, id)).toMatchObject({ attempts: 1 });
  expect(smtp.accepted).toHaveLength(1);
});

async function killWhileServerThinks(env?: Record<string, string>): Promise<void> {
  await using fixture = await createFixture();
  const { smtp, db, startWorker } = fixture;
  smtp.behave('hold', 'accept');
  const id = await remind(fixture);
  await using worker = startWorker(env);
  await worker.ready();
  await db.query(makeDue);
  await until(() => smtp.held === 1);
  await kill(worker);
  expect(await read(fixture, id)).toMatchObject({ status: 'SENDING', attempts: 1 });
  expect(smtp.accepted).toHaveLength(0);

  expect(await isSentByAnother(fixture, id, env)).toMatchObject({ attempts: 2 });
  expect(smtp.accepted).toHaveLength(1);
}

test.concurrent('killed while the server thinks about the mail: sent once', () => killWhileServerThinks());

test.skipIf(!hasRedis)('the same with the queues in Redis', { concurrent: true }, async () => {
  await using redis = await startRedis();
  await killWhileServerThinks({ REDIS_URL: redis.url });
});

test.concurrent('killed between the acceptance and its commit, the one window: sent again, as the same mail', async () => {
  await using fixture = await createFixture();
  const { smtp, db, url, startWorker } = fixture;
  smtp.behave('hold', 'accept');
  const id = await remind(fixture);
  await using worker = startWorker();
  await worker.ready();
  await db.query(makeDue);
  await until(() => smtp.held === 1);
  {
    await using settling = await openBlocker(url);
    await settling.lock('reminder', 'SHARE');
    smtp.release();
    await untilBlocked(db, '%UPDATE reminder SET "status"%');
    await kill(worker);
    await endBlocked(db);
  }
  expect(await read(fixture, id)).toMatchObject({ status: 'SENDING' });
  expect(smtp.accepted).toHaveLength(1);

  await isSentByAnother(fixture, id);
  expect(smtp.accepted).toHaveLength(2);
  const [first, second] = smtp.accepted.map((mail) => headerOf(mail, 'Message-ID'));
  expect(second).toBe(first);
});
