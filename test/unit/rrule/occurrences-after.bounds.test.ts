import { describe, expect, test } from 'vitest';
import { occurrencesAfter, type Work } from '../../../src/domain/rrule/index.ts';
import { listOccurrences, seriesOf } from './occurrences.ts';

function workOf(run: (work: Work) => void): number {
  const work = { periods: 0 };
  run(work);
  return work.periods;
}

const zone = { timeZone: 'Europe/Berlin' };

describe('the work is bounded', () => {
  test('1,000 occurrences of a 16-year-old daily rule search little more than 1,000 days', () => {
    const series = seriesOf('FREQ=DAILY', '2010-01-01T09:00', zone);
    const periods = workOf((work) => {
      const found = listOccurrences(series, 1_000, '2026-01-01T00:00:00Z', work);
      expect(found).toHaveLength(1_000);
      expect(found[0]).toBe('2026-01-01T08:00Z');
      expect(found.at(-1)).toBe('2028-09-26T07:00Z');
    });
    expect(periods).toBeGreaterThan(999);
    expect(periods).toBeLessThan(1_200);
  });

  test.each([
    ['FREQ=HOURLY;INTERVAL=7', 400],
    ['FREQ=DAILY;INTERVAL=3', 200],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', 200],
    ['FREQ=MONTHLY;BYDAY=-1FR', 200],
    ['FREQ=YEARLY', 40],
  ])('%s costs the same at any age', (rule, most) => {
    const costs = ['1950-01-02T09:00', '2010-01-01T09:00'].map((start) =>
      workOf((work) => {
        expect(listOccurrences(seriesOf(rule, start, zone), 20, '2026-01-01T00:00:00Z', work)).toHaveLength(20);
      }),
    );
    expect(Math.max(...costs)).toBeLessThan(most);
  });

  test('a jump keeps the phase of the interval', () => {
    const series = seriesOf('FREQ=DAILY;INTERVAL=7', '1950-01-02');
    const all = listOccurrences({ ...series, rule: { ...series.rule, count: 5_000 } }, 1, '2040-01-01');
    expect(listOccurrences(series, 1, '2040-01-01')).toEqual(all);
    expect(all).toEqual(['2040-01-02']);
  });

  test('a count is counted from the start', () => {
    const series = seriesOf('FREQ=DAILY;COUNT=5845', '2010-01-01');
    expect(listOccurrences(series, 10, '2025-12-31')).toEqual(['2026-01-01']);
  });

  test.each([
    'FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29',
    'FREQ=YEARLY;BYWEEKNO=20;BYMONTH=12',
    'FREQ=DAILY;BYMONTH=6;BYMONTHDAY=31;COUNT=3',
    'FREQ=DAILY;INTERVAL=7;BYDAY=TU',
    'FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2',
    'FREQ=MONTHLY;BYDAY=6MO',
    'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6',
    'FREQ=HOURLY;INTERVAL=24;BYHOUR=8',
    'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30',
  ])('%s never occurs, which is an error and not a loop', (rule) => {
    const series = seriesOf(rule, '2026-03-02T09:00');
    const periods = workOf((work) => {
      expect(() => occurrencesAfter({ ...series, after: null, limit: 1 }, work)).toThrow('rule: The rule has no dates');
    });
    expect(periods).toBeLessThan(25_000);
  });

  test('what never occurs until its end is just empty', () => {
    expect(listOccurrences(seriesOf('FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31;UNTIL=99991231', '2026-01-01'), 1)).toEqual([]);
    expect(listOccurrences(seriesOf('FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2;UNTIL=20991231', '2026-01-01'), 1)).toEqual([]);
  });

  test('the sparsest dates are found', () => {
    const fridays = seriesOf('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=FR', '2065-01-01');
    expect(listOccurrences(fridays, 2)).toEqual(['2092-02-29', '2104-02-29']);
    expect(listOccurrences(seriesOf('FREQ=YEARLY', '2096-02-29'), 2)).toEqual(['2096-02-29', '2104-02-29']);
  });

  test('a series ends with the range of dates', () => {
    expect(listOccurrences(seriesOf('FREQ=YEARLY', '9998-05-01'), 5)).toEqual(['9998-05-01', '9999-05-01']);
    expect(listOccurrences(seriesOf('FREQ=DAILY', '9999-12-29'), 5)).toEqual(['9999-12-29', '9999-12-30']);
  });

  test.each([0, 1_001, 1.5])('a limit of %d is refused', (limit) => {
    const query = { ...seriesOf('FREQ=DAILY', '2026-01-01'), after: null, limit };
    expect(() => occurrencesAfter(query)).toThrow('limit: The limit must be');
  });
});

describe('rule, start and zone must fit together', () => {
  test.each([
    ['FREQ=DAILY', '2026-02-30', 'UTC', 'start: "2026-02-30" is not a local time'],
    ['FREQ=DAILY', '2026-02-20T25:00', 'UTC', 'start: "2026-02-20T25:00" is not a local time'],
    ['FREQ=DAILY', '2026-02-20T09:00Z', 'UTC', 'start: "2026-02-20T09:00Z" is not a local time'],
    ['FREQ=DAILY', '2026-02-30', null, 'start: "2026-02-30" is not a date'],
    ['FREQ=DAILY', '2026-02-20T09:00', null, 'start: "2026-02-20T09:00" is not a date'],
    ['FREQ=DAILY', '2026-02-20T09:00', 'Mars/Olympus', 'timeZone: "Mars/Olympus" is not a known time zone'],
    ['FREQ=DAILY;UNTIL=20260301', '2026-02-20T09:00', 'UTC', 'rule: UNTIL must be a UTC time'],
    ['FREQ=DAILY;UNTIL=20260301T000000Z', '2026-02-20', null, 'rule: UNTIL must be a date'],
    ['FREQ=HOURLY', '2026-02-20', null, 'rule: HOURLY is not allowed if the occurrences are due on whole days'],
    [
      'FREQ=DAILY;BYHOUR=9',
      '2026-02-20',
      null,
      'rule: BYHOUR, BYMINUTE and BYSECOND are not allowed if the occurrences are due on whole days',
    ],
  ])('%s from %s in %s', (rule, start, timeZone, message) => {
    const series = { ...seriesOf(rule, start), timeZone };
    expect(() => occurrencesAfter({ ...series, after: null, limit: 1 })).toThrow(message);
  });

  test('a moment of the other kind is a programming error', () => {
    expect(() => listOccurrences(seriesOf('FREQ=DAILY', '2026-01-01'), 1, '2026-01-01T00:00:00Z')).toThrow(TypeError);
  });
});
