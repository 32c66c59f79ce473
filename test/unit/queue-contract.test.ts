import { expect, test } from 'vitest';
import { handlers } from '../../src/jobs/handlers.ts';
import { type JobName, jobId, jobs, parseJobName, parsePayload } from '../../src/queues/contract.ts';

const row = { id: '0190a5d8-6d2e-7c3a-9f00-1a2b3c4d5e6f', version: 3 };

test('every job has a handler, and every handler a job', () => {
  expect(Object.keys(handlers).sort()).toEqual(Object.keys(jobs).sort());
});

test('an unknown job is refused, also one that objects have by themselves', () => {
  for (const name of ['reminder.explode', '', 'constructor', 'toString'])
    expect(() => parseJobName(name)).toThrow(`no job "${name}"`);
});

test.each([
  ['nothing', undefined],
  ['no version', { id: row.id }],
  ['an id that is none', { ...row, id: '7' }],
  ['a version that is none', { ...row, version: 0 }],
  ['more than it carries', { ...row, mail: 'Dear …' }],
])('a payload with %s is refused', (_, payload) => {
  expect(() => parsePayload('reminder.deliver', payload)).toThrow();
});

test('the same word of the same row has one id, without the colon that BullMQ refuses', () => {
  expect(jobId('reminder.deliver', row)).toBe(jobId('reminder.deliver', { ...row }));
  expect(jobId('reminder.deliver', row)).not.toBe(jobId('reminder.deliver', { ...row, version: 4 }));
  for (const name of Object.keys(jobs) as JobName[]) expect(jobId(name, row)).not.toContain(':');
});
