import { Worker } from 'bullmq';
import { afterAll, beforeAll, test } from 'vitest';
import { QueueWorker } from '../../../src/jobs/queue-worker.ts';
import { rowJob } from '../../../src/queues/contract.ts';
import { enqueue } from '../../../src/queues/enqueue.ts';
import { newId } from '../../../src/shared/ids.ts';
import { jobRuns } from '../../support/job-runs.ts';
import { createTestApp, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

const deliver = rowJob('reminder.deliver', 'reminders');
const burst = 12;

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());

/** A row that is not there: its job looks for it, and is done. */
const payload = () => ({ id: newId(), version: 1 });

test('after a burst through the queue, a worker takes jobs directly again', async () => {
  const { app } = test_;
  const closing = new AbortController();
  const backend = await app.queues.backend();
  const signals = { closing: closing.signal, stopping: closing.signal };
  await using worker = new QueueWorker(app, { ...backend, Worker }, { name: 'reminders', signals });
  await worker.ready();
  await enqueue(app.queues, ...Array.from({ length: burst }, () => ({ job: deliver, payload: payload() })));
  await until(async () => (await jobRuns(app, 'reminder.deliver', 'completed')) === burst);
  // The queue is empty, but the worker may not have asked for a further job yet.
  await until(() => worker.take({ ...deliver, id: newId(), payload: payload() }));
  await until(async () => worker.open === 0 && (await app.queues.countOpen('reminders')) === 0);
  closing.abort();
});
