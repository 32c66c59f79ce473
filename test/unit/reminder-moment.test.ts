import { expect, test } from 'vitest';
import { relativeMoment } from '../../src/domain/reminder-rules/moment.ts';
import { dueColumns } from '../../src/domain/tasks/due.ts';

type Timing = Parameters<typeof relativeMoment>[0];
type Due = Parameters<typeof dueColumns>[0];

const timing = (trigger: Timing['trigger'], more: Partial<Timing> = {}): Timing => {
  return { trigger, offsetMinutes: null, timeOfDay: null, ...more };
};
const momentOf = (wanted: Timing, due: Due) => relativeMoment(wanted, dueColumns(due, 'UTC'))?.toISOString();
const at = (instant: string, timeZone = 'UTC') => ({ at: new Date(instant), timeZone });

test.each<[string, Due, string]>([
  ['a time', at('2026-02-05T17:00:00Z'), '2026-02-05T17:00:00.000Z'],
  ['a day in UTC', { date: '2026-02-05', timeZone: 'UTC' }, '2026-02-05T09:00:00.000Z'],
  ['a day in Berlin', { date: '2026-02-05', timeZone: 'Europe/Berlin' }, '2026-02-05T08:00:00.000Z'],
  ['a day in Berlin in summer', { date: '2026-07-05', timeZone: 'Europe/Berlin' }, '2026-07-05T07:00:00.000Z'],
  ['a day east of the date line', { date: '2026-02-05', timeZone: 'Pacific/Kiritimati' }, '2026-02-04T19:00:00.000Z'],
])('AT_DUE of %s', (_, due, moment) => {
  expect(momentOf(timing('AT_DUE'), due)).toBe(moment);
});

test.each<[Timing, string]>([
  [timing('BEFORE_15_MIN'), '2026-02-05T16:45:00.000Z'],
  [timing('BEFORE_30_MIN'), '2026-02-05T16:30:00.000Z'],
  [timing('BEFORE_1_HOUR'), '2026-02-05T16:00:00.000Z'],
  [timing('BEFORE_1_DAY'), '2026-02-04T17:00:00.000Z'],
  [timing('CUSTOM', { offsetMinutes: 1 }), '2026-02-05T16:59:00.000Z'],
  [timing('CUSTOM', { offsetMinutes: 10_080 }), '2026-01-29T17:00:00.000Z'],
  [timing('AT_DUE', { timeOfDay: '07:30' }), '2026-02-05T17:00:00.000Z'],
])('%j of a time', (wanted, moment) => {
  expect(momentOf(wanted, at('2026-02-05T17:00:00Z'))).toBe(moment);
});

test.each<[Timing, string]>([
  [timing('BEFORE_15_MIN'), '2026-02-05T08:45:00.000Z'],
  [timing('BEFORE_1_DAY'), '2026-02-04T09:00:00.000Z'],
  [timing('BEFORE_1_DAY', { timeOfDay: '18:00' }), '2026-02-04T18:00:00.000Z'],
  [timing('AT_DUE', { timeOfDay: '07:30' }), '2026-02-05T07:30:00.000Z'],
  [timing('CUSTOM', { offsetMinutes: 90, timeOfDay: '00:00' }), '2026-02-04T22:30:00.000Z'],
])('%j of a whole day', (wanted, moment) => {
  expect(momentOf(wanted, { date: '2026-02-05' })).toBe(moment);
});

// In Berlin 2026-03-29 has 23 hours and no 02:30; 2026-10-25 has 25 and two. In New York they are 03-08 and 11-01.
test.each<[string, Timing, Due, string]>([
  [
    'a day is one of the calendar in spring',
    timing('BEFORE_1_DAY'),
    at('2026-03-29T15:00:00Z', 'Europe/Berlin'),
    '2026-03-28T16:00:00.000Z',
  ],
  ['and in autumn', timing('BEFORE_1_DAY'), at('2026-11-01T22:00:00Z', 'America/New_York'), '2026-10-31T21:00:00.000Z'],
  [
    '1,440 minutes are minutes',
    timing('CUSTOM', { offsetMinutes: 1_440 }),
    at('2026-03-29T15:00:00Z', 'Europe/Berlin'),
    '2026-03-28T15:00:00.000Z',
  ],
  [
    'an hour before is an hour, over a gap',
    timing('BEFORE_1_HOUR'),
    at('2026-03-29T01:15:00Z', 'Europe/Berlin'),
    '2026-03-29T00:15:00.000Z',
  ],
  [
    'a time in the gap moves forward',
    timing('AT_DUE', { timeOfDay: '02:30' }),
    { date: '2026-03-29', timeZone: 'Europe/Berlin' },
    '2026-03-29T01:30:00.000Z',
  ],
  [
    'the day before a gap is not moved',
    timing('BEFORE_1_DAY', { timeOfDay: '02:30' }),
    { date: '2026-03-29', timeZone: 'Europe/Berlin' },
    '2026-03-28T01:30:00.000Z',
  ],
  [
    'a day before may be a gap',
    timing('BEFORE_1_DAY'),
    at('2026-03-30T00:30:00Z', 'Europe/Berlin'),
    '2026-03-29T01:30:00.000Z',
  ],
])('%s', (_, wanted, due, moment) => {
  expect(momentOf(wanted, due)).toBe(moment);
});

test('without a due there is no moment', () => {
  expect(momentOf(timing('BEFORE_1_DAY'), null)).toBeUndefined();
});
