import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../../src/app.ts';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { type DueRow, rowJob } from '../../../src/queues/contract.ts';
import { enqueue } from '../../../src/queues/enqueue.ts';
import { newId } from '../../../src/shared/ids.ts';
import { jobRuns } from '../../support/job-runs.ts';
import {
  CreateReminderDocument,
  CreateTaskDocument,
  ReminderDocument,
  type ReminderFieldsFragment,
} from '../../support/operations.ts';
import { hasRedis, type RedisServer, startRedis } from '../../support/redis.ts';
import { type SmtpServer, startSmtp } from '../../support/smtp.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

const deliver = rowJob('reminder.deliver', 'reminders');

/** The same promises on either backend. */
const backends = [
  { name: 'PostgreSQL', isThere: true, start: async () => null },
  { name: 'Redis', isThere: hasRedis, start: startRedis },
];

describe.each(backends)('on $name', ({ isThere, start }) => {
  if (!isThere) return test.skip('needs redis-server', () => {});

  let redis: RedisServer | null;
  let smtp: SmtpServer;
  let test_: TestApp;
  let app: App;
  let alice: Person;
  beforeAll(async () => {
    redis = await start();
    smtp = await startSmtp();
    test_ = await createTestApp({
      redis: redis && { url: redis.url },
      mail: { smtpUrl: smtp.url, from: 'errand@example.test' },
    });
    app = test_.app;
    alice = (await test_.tenant()).alice;
  });
  afterAll(async () => {
    await test_[Symbol.asyncDispose]();
    await smtp[Symbol.asyncDispose]();
    await redis?.[Symbol.asyncDispose]();
  });

  /** A row that is not there: the handler looks, and is done. */
  const word = () => ({ id: newId(), version: 1 });
  const delivered = () => jobRuns(app, 'reminder.deliver', 'completed');
  const isIdle = async () => (await app.queues.countOpen('reminders')) === 0;

  async function dueReminder(): Promise<string> {
    const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'call mom' } })).createTask;
    const at = new Date(Date.now() + 50).toISOString();
    const input = { taskId: task.id, trigger: 'ABSOLUTE', at } as const;
    return (await alice.run(CreateReminderDocument, { input })).createReminder.reminder.id;
  }

  async function statusOf(id: string) {
    return ((await alice.run(ReminderDocument, { id })).node as ReminderFieldsFragment).status;
  }

  test('the same word waits in the queue once, however often and however it is put there', async () => {
    const same = word();
    await Promise.all([1, 2, 3].map(() => enqueue(app.queues, { job: deliver, payload: same })));
    await enqueue(app.queues, ...[same, same, word()].map((payload) => ({ job: deliver, payload })));
    expect(await app.queues.countOpen('reminders')).toBe(2);
    await using _workers = await startWorkers(app);
    await until(isIdle);
    expect(await delivered()).toBe(2);
  });

  test('a job that has run can be put there again', async () => {
    await using _workers = await startWorkers(app);
    const same = word();
    for (const before = await delivered(), times = 3; (await delivered()) < before + times; ) {
      const ran = await delivered();
      await enqueue(app.queues, { job: deliver, payload: same });
      await until(async () => (await delivered()) > ran && isIdle());
    }
  });

  test('a job that fails is counted, leaves the queue, and can be put there again', async () => {
    await using _workers = await startWorkers(app);
    const same = word();
    await app.db.query('ALTER TABLE reminder RENAME TO reminder_away');
    await enqueue(app.queues, { job: deliver, payload: same });
    await until(async () => (await jobRuns(app, 'reminder.deliver', 'failed')) === 1 && isIdle());
    await app.db.query('ALTER TABLE reminder_away RENAME TO reminder');
    const before = await delivered();
    await enqueue(app.queues, { job: deliver, payload: same });
    await until(async () => (await delivered()) > before);
  });

  test('an unknown job and a wrong payload are refused when put, and when taken; the worker lives on', async () => {
    await expect(enqueue(app.queues, 'reminder.explode' as never)).rejects.toThrow();
    await expect(enqueue(app.queues, { job: deliver, payload: { id: 'x', version: 1 } })).rejects.toThrow();
    await using _workers = await startWorkers(app);
    const foreign = new Queue('reminders', { connection: {} }, (await app.queues.backend()).factory);
    await foreign.add('reminder.explode', {});
    await foreign.add('reminder.deliver', { id: 'x' });
    await until(async () => (await jobRuns(app, 'unknown', 'refused')) === 1);
    await until(async () => (await jobRuns(app, 'reminder.deliver', 'refused')) === 1);
    await foreign.close();
    const before = await delivered();
    await enqueue(app.queues, { job: deliver, payload: word() });
    await until(async () => (await delivered()) > before);
  });

  test('periodic work runs in one process, and in another one when that stops', async () => {
    await using other = createApp(app.config);
    const runsOf = (each: App) => jobRuns(each, 'search.rebuild', 'completed');
    const before = await runsOf(app);
    const first = await startWorkers(app);
    await until(async () => (await runsOf(app)) > before);
    await using second = await startWorkers(other);
    const id = await dueReminder();
    await until(async () => (await statusOf(id)) === 'SENT');
    expect([(await runsOf(app)) - before, await runsOf(other)]).toEqual([1, 0]);
    expect([first.isHealthy, second.isHealthy]).toEqual([true, true]);
    await first[Symbol.asyncDispose]();
    await until(async () => (await runsOf(other)) === 1);
  });

  test('a job that its worker took and never began is requeued', async () => {
    const id = await dueReminder();
    const [row] = (await app.db.query('SELECT id, version, "tenantId" FROM reminder ORDER BY id DESC LIMIT 1')).rows;
    await enqueue(app.queues, { job: deliver, payload: row as object as DueRow });
    const options = { connection: {}, lockDuration: 100 };
    const dead = new Queue('reminders', options, (await app.queues.backend()).factory);
    await until(async () => (await dead.backend.moveToActive('dead'))[0]);
    await dead.close();
    await using _workers = await startWorkers(app);
    await until(async () => (await statusOf(id)) === 'SENT');
    await until(isIdle, { what: 'the job to be requeued' });
  });

  test('a queue that was wiped is filled by the next scans', async () => {
    await using _workers = await startWorkers(app);
    const id = await dueReminder();
    await wipe(app, redis);
    await until(async () => (await statusOf(id)) === 'SENT');
  });

  test('broken connections to the database are opened again', async () => {
    const before = await jobRuns(app, 'search.rebuild', 'completed');
    await using workers = await startWorkers(app);
    await until(async () => (await jobRuns(app, 'search.rebuild', 'completed')) > before);
    const others = 'FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
    const { rowCount } = await app.db.query(`SELECT pg_terminate_backend(pid) ${others}`);
    expect(rowCount).toBeGreaterThan(0);
    const id = await until(() => dueReminder().catch(() => null));
    await until(async () => (await statusOf(id)) === 'SENT');
    expect(workers.isHealthy).toBe(true);
  });

  test('stopping lets a running job finish, and takes no other', async () => {
    smtp.behave('hold');
    const workers = await startWorkers(app);
    const running = await dueReminder();
    await until(() => smtp.held === 1);
    const stopped = workers[Symbol.asyncDispose]();
    const late = await dueReminder();
    await enqueue(app.queues, { job: deliver, payload: word() });
    smtp.release();
    await stopped;
    expect(await statusOf(running)).toBe('SENT');
    expect(await statusOf(late)).toBe('PENDING');
    expect(await isIdle()).toBe(false);
    expect(workers.isHealthy).toBe(false);
    smtp.behave('accept');
  });

  test('what was left is found by the next worker', async () => {
    const id = await dueReminder();
    await using _workers = await startWorkers(app);
    await until(async () => (await statusOf(id)) === 'SENT');
  });
});

/** Everything BullMQ has, as a flushed Redis or a lost schema would leave it. */
async function wipe({ db }: App, redis: RedisServer | null): Promise<void> {
  if (!redis) {
    await db.query('TRUNCATE bullmq.job CASCADE');
    return;
  }
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
}
