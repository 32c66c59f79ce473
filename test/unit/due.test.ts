import { describe, expect, test } from 'vitest';
import { dueColumns, dueSchema } from '../../src/domain/tasks/due.ts';

describe('a whole day', () => {
  test.each([
    ['2026-02-05', 'UTC', '2026-02-06T00:00:00.000Z'],
    ['2026-02-05', 'America/New_York', '2026-02-06T05:00:00.000Z'],
    // The night in which the clocks go forward is 23 hours long.
    ['2026-03-29', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    // Midnight does not exist in Beirut on this day: the day before ends at one o'clock.
    ['2026-03-28', 'Asia/Beirut', '2026-03-28T22:00:00.000Z'],
  ])('%s in %s is overdue from %s', (date, timeZone, instant) => {
    expect(dueColumns({ date, timeZone }, 'UTC').dueAt?.toISOString()).toBe(instant);
  });

  test('is meant in the zone of the user unless another is given', () => {
    expect(dueColumns({ date: '2026-02-05' }, 'Asia/Tokyo')).toEqual({
      dueAt: new Date('2026-02-05T15:00:00Z'),
      dueDate: new Date('2026-02-05T00:00:00Z'),
      dueTimeZone: 'Asia/Tokyo',
    });
  });
});

test('a time is kept as it is, with the zone it was meant in', () => {
  const at = new Date('2026-02-05T17:00:00Z');
  expect(dueColumns({ at }, 'Asia/Tokyo')).toEqual({ dueAt: at, dueDate: null, dueTimeZone: 'Asia/Tokyo' });
});

test.each([
  [{}, 'Exactly one of date'],
  [{ date: '2026-02-05', at: new Date() }, 'Exactly one of date'],
  [{ date: '2026-02-30' }, 'a calendar day'],
  [{ dateInZone: { date: '2026-02-05', timeZone: 'Mars/Olympus' } }, 'not an IANA time zone'],
  [{ dateInZone: { date: '2026-02-05', timeZone: '+01:00' } }, 'not an IANA time zone'],
])('%j is refused', (due, message) => {
  expect(dueSchema.safeParse(due).error?.message).toContain(message);
});
