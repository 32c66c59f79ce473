import { describe, expect, test } from 'vitest';
import { localStart, type Policies, untilEndOf } from '../../../src/domain/rrule/index.ts';
import { listOccurrences, seriesOf } from './occurrences.ts';

type Row = { name: string; rule: string; start: string; expected: string[] } & Partial<Policies> & {
    timeZone?: string;
    after?: string;
  };

function check({ rule, start, expected, after, name: _, ...more }: Row): void {
  expect(listOccurrences(seriesOf(rule, start, more), Math.max(1, expected.length), after)).toEqual(expected);
}

describe('monthEnd', () => {
  test.each<Row>([
    {
      name: 'CLAMP keeps the anchor: 31 January, 28 February, 31 March',
      rule: 'FREQ=MONTHLY',
      start: '2026-01-31',
      monthEnd: 'CLAMP',
      expected: ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'],
    },
    {
      name: 'CLAMP finds the 29th in a leap year',
      rule: 'FREQ=MONTHLY',
      start: '2028-01-30',
      monthEnd: 'CLAMP',
      expected: ['2028-01-30', '2028-02-29', '2028-03-30'],
    },
    {
      name: 'SKIP leaves short months out',
      rule: 'FREQ=MONTHLY',
      start: '2026-01-31',
      monthEnd: 'SKIP',
      expected: ['2026-01-31', '2026-03-31', '2026-05-31'],
    },
    {
      name: 'yearly CLAMP of 29 February',
      rule: 'FREQ=YEARLY',
      start: '2024-02-29',
      monthEnd: 'CLAMP',
      expected: ['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29'],
    },
    {
      name: 'CLAMP keeps the interval',
      rule: 'FREQ=MONTHLY;INTERVAL=3',
      start: '2026-08-31',
      monthEnd: 'CLAMP',
      expected: ['2026-08-31', '2026-11-30', '2027-02-28', '2027-05-31'],
    },
    {
      name: 'CLAMP of several days makes two that meet one',
      rule: 'FREQ=MONTHLY;BYMONTHDAY=15,30,31',
      start: '2026-01-30',
      monthEnd: 'CLAMP',
      expected: ['2026-01-30', '2026-01-31', '2026-02-15', '2026-02-28', '2026-03-15', '2026-03-30', '2026-03-31'],
    },
    {
      name: 'CLAMP leaves a rule alone that chooses by itself',
      rule: 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=31',
      start: '2026-07-31',
      monthEnd: 'CLAMP',
      expected: ['2026-07-31', '2027-12-31'],
    },
    {
      name: 'CLAMP counts what it makes',
      rule: 'FREQ=MONTHLY;COUNT=3',
      start: '2026-01-31',
      monthEnd: 'CLAMP',
      after: '2026-02-28',
      expected: ['2026-03-31'],
    },
  ])('$name', check);
});

describe('skipWeekends', () => {
  test.each<Row>([
    {
      name: 'daily: after Friday comes one Monday',
      rule: 'FREQ=DAILY',
      start: '2026-02-05',
      skipWeekends: true,
      expected: ['2026-02-05', '2026-02-06', '2026-02-09', '2026-02-10'],
    },
    {
      name: 'does not move the series: every 3 days stays every 3 days',
      rule: 'FREQ=DAILY;INTERVAL=3',
      start: '2026-02-05',
      skipWeekends: true,
      expected: ['2026-02-05', '2026-02-09', '2026-02-11', '2026-02-16', '2026-02-17', '2026-02-20'],
    },
    {
      name: 'counts what is left',
      rule: 'FREQ=DAILY;COUNT=3',
      start: '2026-02-06',
      skipWeekends: true,
      after: '2026-02-06',
      expected: ['2026-02-09', '2026-02-10'],
    },
    {
      name: 'moves even past UNTIL, which bounds the series and not its moves',
      rule: 'FREQ=DAILY;UNTIL=20260207',
      start: '2026-02-06',
      skipWeekends: true,
      expected: ['2026-02-06', '2026-02-09'],
    },
    {
      name: 'asked on the Saturday that it moved from, answers Monday',
      rule: 'FREQ=WEEKLY',
      start: '2026-02-07',
      skipWeekends: true,
      after: '2026-02-14',
      expected: ['2026-02-16', '2026-02-23'],
    },
    {
      name: 'moves the wall-clock time over a change of clocks, also one that the Sunday skipped',
      rule: 'FREQ=DAILY',
      start: '2026-03-27T02:30',
      timeZone: 'Europe/Berlin',
      skipWeekends: true,
      expected: ['2026-03-27T01:30Z', '2026-03-30T00:30Z', '2026-03-31T00:30Z'],
    },
    {
      name: 'moves hours of the weekend onto Monday once',
      rule: 'FREQ=HOURLY;BYHOUR=9,17',
      start: '2026-02-06T09:00',
      skipWeekends: true,
      expected: [
        '2026-02-06T09:00Z',
        '2026-02-06T17:00Z',
        '2026-02-09T09:00Z',
        '2026-02-09T17:00Z',
        '2026-02-10T09:00Z',
      ],
    },
  ])('$name', check);
});

describe('the end of a series', () => {
  test.each<Row>([
    {
      name: 'count includes the start',
      rule: 'FREQ=DAILY;COUNT=3',
      start: '2026-02-04',
      after: '2026-02-04',
      expected: ['2026-02-05', '2026-02-06'],
    },
    {
      name: 'a start that the rule does not name is none',
      rule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=2',
      start: '2026-02-04',
      expected: ['2026-02-09', '2026-02-16'],
    },
    {
      name: 'startCounts makes it the first',
      rule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=2',
      start: '2026-02-04',
      startCounts: true,
      expected: ['2026-02-04', '2026-02-09'],
    },
    {
      name: 'startCounts does not repeat a start that the rule names',
      rule: 'FREQ=WEEKLY;BYDAY=WE;COUNT=2',
      start: '2026-02-04',
      startCounts: true,
      expected: ['2026-02-04', '2026-02-11'],
    },
  ])('$name', check);

  test('nothing follows the last', () => {
    expect(listOccurrences(seriesOf('FREQ=DAILY;COUNT=3', '2026-02-04'), 10)).toHaveLength(3);
    expect(listOccurrences(seriesOf('FREQ=DAILY;COUNT=3', '2026-02-04'), 10, '2026-02-06')).toEqual([]);
    expect(listOccurrences(seriesOf('FREQ=DAILY;UNTIL=20260206', '2026-02-04'), 10, '2026-02-06')).toEqual([]);
  });

  test('untilEndOf includes the whole day in the zone', () => {
    expect(untilEndOf('2026-03-29', null)).toEqual({ kind: 'DATE', date: '2026-03-29' });
    const instant = new Date('2026-03-29T21:59:59Z');
    expect(untilEndOf('2026-03-29', 'Europe/Berlin')).toEqual({ kind: 'INSTANT', instant });
  });
});

describe('weeks of the year', () => {
  test.each<Row>([
    {
      name: 'week 53 goes on into January',
      rule: 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO,SA',
      start: '2004-06-01',
      expected: ['2004-12-27', '2005-01-01', '2009-12-28', '2010-01-02', '2015-12-28', '2016-01-02'],
    },
    {
      name: 'week 1 begins in December',
      rule: 'FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO',
      start: '1997-01-01',
      expected: ['1997-12-29', '1999-01-04', '2000-01-03', '2001-01-01', '2001-12-31'],
    },
    {
      name: 'week -53 is the first of a long year, wherever it begins',
      rule: 'FREQ=YEARLY;BYWEEKNO=-53;BYDAY=MO',
      start: '2008-06-01',
      expected: ['2008-12-29', '2014-12-29', '2019-12-30'],
    },
    {
      name: 'without a weekday it takes the weekday of the start',
      rule: 'FREQ=YEARLY;BYWEEKNO=20',
      start: '2026-01-07',
      expected: ['2026-05-13', '2027-05-19'],
    },
    {
      name: 'weeks begin where WKST says',
      rule: 'FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU',
      start: '2026-01-01',
      expected: ['2026-01-04', '2027-01-03', '2028-01-02', '2028-12-31'],
    },
  ])('$name', check);
});

describe('clock changes', () => {
  test.each<Row>([
    {
      name: 'a skipped time shifts forward by the gap, and the next day is as ever',
      rule: 'FREQ=DAILY',
      start: '2026-03-28T02:30',
      timeZone: 'Europe/Berlin',
      expected: ['2026-03-28T01:30Z', '2026-03-29T01:30Z', '2026-03-30T00:30Z'],
    },
    {
      name: 'an anchor that itself is skipped keeps its wall time',
      rule: 'FREQ=DAILY',
      start: '2026-03-29T02:30',
      timeZone: 'Europe/Berlin',
      expected: ['2026-03-29T01:30Z', '2026-03-30T00:30Z'],
    },
    {
      name: 'a gap that makes two times one gives one',
      rule: 'FREQ=DAILY;BYHOUR=2,3',
      start: '2026-03-29T02:00',
      timeZone: 'Europe/Berlin',
      expected: ['2026-03-29T01:00Z', '2026-03-30T00:00Z', '2026-03-30T01:00Z'],
    },
    {
      name: 'a gap never puts times out of order',
      rule: 'FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30',
      start: '2026-03-29T02:00',
      timeZone: 'Europe/Berlin',
      expected: ['2026-03-29T01:00Z', '2026-03-29T01:30Z', '2026-03-30T00:00Z'],
    },
    {
      name: 'a gap of half an hour shifts by half an hour',
      rule: 'FREQ=DAILY',
      start: '2026-10-03T02:10',
      timeZone: 'Australia/Lord_Howe',
      expected: ['2026-10-02T15:40Z', '2026-10-03T15:40Z', '2026-10-04T15:10Z'],
    },
    {
      name: 'a day that a zone skipped falls on the next one, once',
      rule: 'FREQ=DAILY',
      start: '2011-12-29T09:00',
      timeZone: 'Pacific/Apia',
      expected: ['2011-12-29T19:00Z', '2011-12-30T19:00Z', '2011-12-31T19:00Z'],
    },
    {
      name: 'hours elapse: every 6 hours stays 6 hours',
      rule: 'FREQ=HOURLY;INTERVAL=6',
      start: '2026-03-07T22:30',
      timeZone: 'America/New_York',
      expected: ['2026-03-08T03:30Z', '2026-03-08T09:30Z', '2026-03-08T15:30Z'],
    },
    {
      name: 'every hour has both passes through a repeated one',
      rule: 'FREQ=HOURLY;BYMINUTE=30',
      start: '2026-11-01T00:30',
      timeZone: 'America/New_York',
      expected: ['2026-11-01T04:30Z', '2026-11-01T05:30Z', '2026-11-01T06:30Z', '2026-11-01T07:30Z'],
    },
    {
      name: 'an hour has the places that BYSETPOS names',
      rule: 'FREQ=HOURLY;BYMINUTE=0,20,40;BYSETPOS=-1',
      start: '2026-02-04T09:00',
      expected: ['2026-02-04T09:40Z', '2026-02-04T10:40Z'],
    },
  ])('$name', check);

  test('localStart names the wall time of an instant', () => {
    expect(localStart(new Date('2026-03-29T01:30:00Z'), 'Europe/Berlin')).toBe('2026-03-29T03:30:00');
  });
});
