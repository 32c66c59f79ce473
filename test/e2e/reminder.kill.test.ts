import { afterEach, beforeEach, expect, test } from 'vitest';
import { endBlocked, openBlocker, untilBlocked } from '../support/blocking.ts';
import {
  CreateReminderDocument,
  CreateTaskDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
} from '../support/operations.ts';
import { type ErrandProcess, spawnErrand } from '../support/process.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { headerOf, type SmtpServer, startSmtp } from '../support/smtp.ts';
import { createTestApp, type Person, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

let smtp: SmtpServer;
let test_: TestApp;
let alice: Person;
beforeEach(async () => {
  smtp = await startSmtp();
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterEach(async () => {
  await test_[Symbol.asyncDispose]();
  await smtp[Symbol.asyncDispose]();
});

function startWorker(env: Record<string, string> = {}): ErrandProcess {
  const { database, masterKey } = test_.app.config;
  return spawnErrand('worker', {
    env: {
      DATABASE_URL: database.url,
      ERRAND_MASTER_KEY: masterKey.toString('base64'),
      SMTP_URL: smtp.url,
      MAIL_FROM: 'errand@example.test',
      ...env,
    },
  });
}

/** A reminder whose moment is an hour away. */
async function remind(): Promise<string> {
  const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'call mom' } })).createTask;
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const input = { taskId: task.id, trigger: 'ABSOLUTE', at } as const;
  return (await alice.run(CreateReminderDocument, { input })).createReminder.reminder.id;
}

const makeDue = `UPDATE reminder SET "nextAttemptAt" = now() - interval '1 second'`;

async function read(id: string): Promise<ReminderFieldsFragment> {
  return (await alice.run(ReminderDocument, { id })).node as ReminderFieldsFragment;
}

async function kill(worker: ErrandProcess): Promise<void> {
  worker.kill('SIGKILL');
  expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL' });
}

/** Another worker does what the killed one left, well within half a minute of the kill. */
async function isSentByAnother(id: string, env?: Record<string, string>): Promise<ReminderFieldsFragment> {
  await using worker = startWorker(env);
  await worker.ready();
  const look = async () => [await read(id)].find(({ status }) => status === 'SENT');
  // Awaited here: the worker lives until then.
  return await until(look, { what: 'SENT' });
}

async function deliveriesQueued(): Promise<number> {
  const text = `SELECT FROM bullmq.job WHERE name = 'reminder.deliver'`;
  return (await test_.app.db.query(text)).rows.length;
}

test('killed between the commit of the scan and its enqueueing: sent once', async () => {
  const { database } = test_.app.config;
  const id = await remind();
  await using worker = startWorker();
  await worker.ready();
  {
    await using scanning = await openBlocker(database.url);
    await using enqueueing = await openBlocker(database.url);
    await scanning.query(makeDue);
    await scanning.lock('reminder', 'SHARE');
    await untilBlocked(test_.app.db, '%UPDATE reminder SET "leaseExpiresAt"%');
    await enqueueing.lock('bullmq.job', 'SHARE');
    await scanning.commit();
    await until(async () => (await test_.app.db.query('SELECT FROM reminder WHERE "leaseExpiresAt" > now()')).rowCount);
    await untilBlocked(test_.app.db, '%add%job%');
    await kill(worker);
    await endBlocked(test_.app.db);
  }
  expect(await deliveriesQueued()).toBe(0);
  expect(await read(id)).toMatchObject({ status: 'PENDING', attempts: 0 });
  expect(smtp.begun).toBe(0);

  expect(await isSentByAnother(id)).toMatchObject({ attempts: 1 });
  expect(smtp.accepted).toHaveLength(1);
});

test('killed with the delivery in hand, before it is claimed: sent once', async () => {
  const id = await remind();
  await using worker = startWorker();
  await worker.ready();
  {
    await using claiming = await openBlocker(test_.app.config.database.url);
    await claiming.lock('task', 'ACCESS EXCLUSIVE');
    await test_.app.db.query(makeDue);
    await untilBlocked(test_.app.db, 'SELECT task.%');
    await kill(worker);
    await endBlocked(test_.app.db);
  }
  expect(await deliveriesQueued()).toBe(1);
  expect(await read(id)).toMatchObject({ status: 'PENDING', attempts: 0 });
  expect(smtp.begun).toBe(0);

  expect(await isSentByAnother(id)).toMatchObject({ attempts: 1 });
  expect(smtp.accepted).toHaveLength(1);
});

async function killWhileServerThinks(env?: Record<string, string>): Promise<void> {
  smtp.behave('hold', 'accept');
  const id = await remind();
  await using worker = startWorker(env);
  await worker.ready();
  await test_.app.db.query(makeDue);
  await until(() => smtp.held === 1);
  await kill(worker);
  expect(await read(id)).toMatchObject({ status: 'SENDING', attempts: 1 });
  expect(smtp.accepted).toHaveLength(0);

  expect(await isSentByAnother(id, env)).toMatchObject({ attempts: 2 });
  expect(smtp.accepted).toHaveLength(1);
}

test('killed while the server thinks about the mail: sent once', () => killWhileServerThinks());

test.skipIf(!hasRedis)('the same with the queues in Redis', async () => {
  await using redis = await startRedis();
  await killWhileServerThinks({ REDIS_URL: redis.url });
});

test('killed between the acceptance and its commit, the one window: sent again, as the same mail', async () => {
  smtp.behave('hold', 'accept');
  const id = await remind();
  await using worker = startWorker();
  await worker.ready();
  await test_.app.db.query(makeDue);
  await until(() => smtp.held === 1);
  {
    await using settling = await openBlocker(test_.app.config.database.url);
    await settling.lock('reminder', 'SHARE');
    smtp.release();
    await untilBlocked(test_.app.db, '%UPDATE reminder SET "status"%');
    await kill(worker);
    await endBlocked(test_.app.db);
  }
  expect(await read(id)).toMatchObject({ status: 'SENDING' });
  expect(smtp.accepted).toHaveLength(1);

  await isSentByAnother(id);
  expect(smtp.accepted).toHaveLength(2);
  const [first, second] = smtp.accepted.map((mail) => headerOf(mail, 'Message-ID'));
  expect(second).toBe(first);
});
