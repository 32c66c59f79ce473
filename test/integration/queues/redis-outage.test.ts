import { describe, expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { rowJob } from '../../../src/queues/contract.ts';
import { enqueue } from '../../../src/queues/enqueue.ts';
import { startServer } from '../../../src/server/server.ts';
import { newId } from '../../../src/shared/ids.ts';
import { isHinting } from '../../support/hinting.ts';
import { CreateReminderDocument, CreateTaskDocument, StartExportDocument } from '../../support/operations.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { startSmtp } from '../../support/smtp.ts';
import { createTestApp, type Tenant } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { createServerSchema } from '../server/schema.ts';

const deliver = rowJob('reminder.deliver', 'reminders');

describe.skipIf(!hasRedis)('while Redis does not answer', () => {
  test('enqueueing fails in time, and what became due is delivered when it is back at the latest', async () => {
    await using redis = await startRedis();
    await using smtp = await startSmtp();
    await using test_ = await createTestApp({
      redis: { url: redis.url },
      mail: { smtpUrl: smtp.url, from: 'errand@example.test' },
    });
    await using _workers = await startWorkers(test_.app);
    // An API without workers, which would take jobs directly.
    await using api = createApp(test_.app.config);
    const { alice } = await test_.tenant();
    const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'tea' } })).createTask;

    process.kill(redis.pid, 'SIGSTOP');
    try {
      const at = new Date(Date.now() + 100).toISOString();
      await alice.run(CreateReminderDocument, { input: { taskId: task.id, trigger: 'ABSOLUTE', at } });
      const word = { id: newId(), version: 1 };
      await expect(enqueue(api.queues, { job: deliver, payload: word })).rejects.toThrow('did not respond');
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    await until(() => smtp.accepted.length === 1);
  });

  test('a request does not wait for its job to be enqueued', async () => {
    await using redis = await startRedis();
    await using test_ = await createTestApp({ redis: { url: redis.url } });
    const [one, other] = [await test_.tenant(), await test_.tenant()];
    const startExport = ({ alice }: Tenant) => alice.run(StartExportDocument, { input: { format: 'CSV' } });
    await startExport(one);
    const order: string[] = [];
    const warn = test_.app.log.warn.bind(test_.app.log);
    test_.app.log.warn = (...args: unknown[]) => {
      if (String(args[1]).startsWith('A job could not be enqueued')) order.push('given up');
      (warn as (...args: unknown[]) => void)(...args);
    };

    process.kill(redis.pid, 'SIGSTOP');
    try {
      await startExport(other);
      order.push('answered');
      await until(() => order.includes('given up'));
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    expect(order).toEqual(['answered', 'given up']);
  });

  test('hints go through again after it was restarted, also when it goes away at once again', async () => {
    await using redis = await startRedis();
    await using test_ = await createTestApp({ redis: { url: redis.url } });
    await using other = createApp(test_.app.config);
    await until(() => isHinting(other, test_.app));
    for (let restart = 0; restart < 3; restart += 1) {
      await redis.stop();
      await redis.start();
    }
    await until(() => isHinting(other, test_.app));
    await until(() => isHinting(test_.app, other));
  });

  test('readiness says so: the API works without it, and background work does not', async () => {
    await using redis = await startRedis();
    await using test_ = await createTestApp({ redis: { url: redis.url } });
    const parts = { schema: createServerSchema().schema, watchAccess, pendingMigrations };
    const api = await startServer(test_.app, parts);
    const all = await startServer(test_.app, { ...parts, workers: { isHealthy: true } });
    const readiness = async ({ url }: { url: string }) => {
      const answer = await fetch(`${url}/readyz`);
      return [answer.status, await answer.json()];
    };
    const working = { database: 'ok', schema: 'ok' };
    expect(await readiness(all)).toEqual([200, { status: 'ok', ...working, redis: 'ok', jobs: 'ok' }]);

    process.kill(redis.pid, 'SIGSTOP');
    try {
      expect(await readiness(api)).toEqual([200, { status: 'ok', ...working, redis: 'down' }]);
      const down = { status: 'unavailable', ...working, redis: 'down', jobs: 'down' };
      expect(await readiness(all)).toEqual([503, down]);
      await redis.stop();
      expect(await readiness(all)).toEqual([503, down]);
    } finally {
      await redis.start();
    }
    await until(async () => (await readiness(all))[0] === 200);
    await Promise.all([api[Symbol.asyncDispose](), all[Symbol.asyncDispose]()]);
  });
});
