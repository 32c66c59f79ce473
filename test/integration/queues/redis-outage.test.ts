import { describe, expect, test } from 'vitest';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { rowJob } from '../../../src/queues/contract.ts';
import { enqueue } from '../../../src/queues/enqueue.ts';
import { newId } from '../../../src/shared/ids.ts';
import { CreateReminderDocument, CreateTaskDocument } from '../../support/operations.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { startSmtp } from '../../support/smtp.ts';
import { createTestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

const deliver = rowJob('reminder.deliver', 'reminders');

describe.skipIf(!hasRedis)('while Redis does not answer', () => {
  test('enqueueing fails in time, and what became due is delivered when it is back', async () => {
    await using redis = await startRedis();
    await using smtp = await startSmtp();
    await using test_ = await createTestApp({
      redis: { url: redis.url },
      mail: { smtpUrl: smtp.url, from: 'errand@example.test' },
    });
    await using _workers = await startWorkers(test_.app);
    const { alice } = await test_.tenant();
    const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'tea' } })).createTask;

    process.kill(redis.pid, 'SIGSTOP');
    try {
      const at = new Date(Date.now() + 100).toISOString();
      await alice.run(CreateReminderDocument, { input: { taskId: task.id, trigger: 'ABSOLUTE', at } });
      const word = { id: newId(), version: 1 };
      await expect(enqueue(test_.app.queues, { job: deliver, payload: word })).rejects.toThrow('did not respond');
      expect(smtp.begun).toBe(0);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    await until(() => smtp.accepted.length === 1);
  });
});
