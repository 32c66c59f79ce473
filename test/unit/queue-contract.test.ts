import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { createCounters } from '../../src/infra/telemetry.ts';
import { handlers } from '../../src/jobs/handlers.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { jobId } from '../../src/queues/contract.ts';

const row = { id: '0190a5d8-6d2e-7c3a-9f00-1a2b3c4d5e6f', version: 3 };
const deliver = { name: 'reminder.deliver' };

test('every job has a handler, and no two kinds of work have jobs of the same name', () => {
  const scans = ['erasure', 'execution', 'invitation', 'recurrence', 'reminder', 'transfer'].map(
    (work) => `${work}.scan`,
  );
  const attempts = ['erasure.run', 'invitation.deliver', 'recurrence.catchUp', 'reminder.deliver'];
  const others = ['reminder.post', 'transfer.run', 'trash.empty', 'search.rebuild', 'retention.prune'];
  expect([...handlers.keys()].sort()).toEqual([...scans, ...attempts, ...others].sort());
});

test('an unknown job is refused, also one that objects have by themselves', async () => {
  const app = { counters: createCounters(new Registry()) } as App;
  const context = { app, requestId: 'a test', signal: new AbortController().signal };
  for (const name of ['reminder.explode', '', 'constructor', 'toString'])
    await expect(runJob({ name, data: {} }, context)).rejects.toThrow(`no job "${name}"`);
});

test.each([
  ['nothing', undefined],
  ['no version', { id: row.id }],
  ['an id that is none', { ...row, id: '7' }],
  ['a version that is none', { ...row, version: 0 }],
  ['more than it carries', { ...row, mail: 'Dear …' }],
])('a payload with %s is refused', (_, payload) => {
  expect(() => handlers.get('reminder.deliver')?.bind(payload)).toThrow();
});

test('the same word of the same row has one id, without the colon that BullMQ refuses', () => {
  expect(jobId(deliver, row)).toBe(jobId(deliver, { ...row }));
  expect(jobId(deliver, row)).not.toBe(jobId(deliver, { ...row, version: 4 }));
  for (const handler of handlers.values()) expect(jobId(handler, row)).not.toContain(':');
});
