import { expect, test } from 'vitest';
import { relativeMoment } from '../../src/domain/reminders/moment.ts';
import { dueColumns } from '../../src/domain/tasks/due.ts';

test.each([
  ['a time', { at: new Date('2026-02-05T17:00:00Z') }, '2026-02-05T17:00:00.000Z'],
  ['a day in UTC', { date: '2026-02-05', timeZone: 'UTC' }, '2026-02-05T09:00:00.000Z'],
  ['a day in Berlin', { date: '2026-02-05', timeZone: 'Europe/Berlin' }, '2026-02-05T08:00:00.000Z'],
  ['a day in Berlin in summer', { date: '2026-07-05', timeZone: 'Europe/Berlin' }, '2026-07-05T07:00:00.000Z'],
  ['a day east of the date line', { date: '2026-02-05', timeZone: 'Pacific/Kiritimati' }, '2026-02-04T19:00:00.000Z'],
])('AT_DUE of %s', (_, due, moment) => {
  expect(relativeMoment(dueColumns(due, 'UTC'))?.toISOString()).toBe(moment);
});

test('without a due there is no moment', () => {
  expect(relativeMoment(dueColumns(null, 'UTC'))).toBeNull();
});
