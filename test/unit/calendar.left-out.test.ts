import { expect, test } from 'vitest';
import { leftOut } from '../../src/domain/calendar/left-out.ts';

const limits = { maxTasks: 20_000, maxSeries: 500 };
const dueAt = new Date('2026-02-05T10:00:00Z');
const firstLeftOut = { id: 'a', version: 1, dueAt };

test('a calendar says which of its tasks and series are left out, and where its tasks end', () => {
  const whole = leftOut({ firstLeftOut: null, hasMoreSeries: false }, limits);
  expect(whole.description).not.toContain('Only');
  expect(whole.entry).toBeNull();
  const series = leftOut({ firstLeftOut: null, hasMoreSeries: true }, limits);
  expect(series.description).toContain('This calendar has only the first 500 recurrences.');
  expect(series.entry).toBeNull();
  const both = leftOut({ firstLeftOut, hasMoreSeries: true }, limits);
  expect(both.description).toMatch(/only the first 20,000 tasks, ordered by due date.* only the first 500 recurrences/);
  expect(both.entry).toMatchObject({ start: { at: dueAt }, description: both.description });
});
