import { expect, test } from 'vitest';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { CreateReminderDocument, CreateTaskDocument } from '../../support/operations.ts';
import { startSmtp } from '../../support/smtp.ts';
import { createTestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

test('on real time a reminder arrives at its moment, and not before', async () => {
  await using smtp = await startSmtp();
  await using test_ = await createTestApp({ mail: { smtpUrl: smtp.url, from: 'errand@example.test' } });
  await using _workers = await startWorkers(test_.app);
  const { alice } = await test_.tenant();
  const { task } = (await alice.run(CreateTaskDocument, { input: { title: 'tea' } })).createTask;
  const moment = new Date(Date.now() + 2_500);
  const input = { taskId: task.id, trigger: 'ABSOLUTE', at: moment.toISOString() } as const;
  await alice.run(CreateReminderDocument, { input });
  await until(() => smtp.accepted.length === 1);
  expect(Date.now()).toBeGreaterThanOrEqual(moment.getTime());
});
