import { describe, expect, test } from 'vitest';
import { type Basis, type Missed, nextOccurrence, type Policies } from '../../../src/domain/rrule/index.ts';
import { momentOf, seriesOf, textOf } from './occurrences.ts';

type Row = {
  name: string;
  rule: string;
  start: string;
  due: string;
  doneAt: string;
  expected: string | null;
  basis?: Basis;
  missed?: Missed;
  made?: number;
  timeZone?: string;
} & Partial<Policies>;

function check(row: Row): void {
  const { rule, start, due, doneAt, expected, basis = 'SCHEDULE', missed = 'ONE', made = 1, name: _, ...more } = row;
  const series = seriesOf(rule, start, more);
  const next = nextOccurrence({ series, basis, missed, due: momentOf(due), doneAt: momentOf(doneAt), made });
  expect(next && textOf(next)).toBe(expected);
}

const daily = { rule: 'FREQ=DAILY', start: '2026-02-02' };

describe('SCHEDULE', () => {
  test.each<Row>([
    { name: 'the next after the due', ...daily, due: '2026-02-04', doneAt: '2026-02-04', expected: '2026-02-05' },
    {
      name: 'done early, still the next after the due',
      ...daily,
      due: '2026-02-06',
      doneAt: '2026-02-04',
      expected: '2026-02-07',
    },
    {
      name: 'ONE: done late, the next after now',
      ...daily,
      due: '2026-02-04',
      doneAt: '2026-02-10',
      expected: '2026-02-11',
    },
    {
      name: 'LATEST: the same',
      ...daily,
      missed: 'LATEST',
      due: '2026-02-04',
      doneAt: '2026-02-10',
      expected: '2026-02-11',
    },
    {
      name: 'ALL: no date is left out',
      ...daily,
      missed: 'ALL',
      due: '2026-02-04',
      doneAt: '2026-02-10',
      expected: '2026-02-05',
    },
    {
      name: 'skipWeekends: Friday, then Monday',
      ...daily,
      skipWeekends: true,
      due: '2026-02-06',
      doneAt: '2026-02-06',
      expected: '2026-02-09',
    },
    {
      name: 'the count is used up',
      rule: 'FREQ=DAILY;COUNT=3',
      start: '2026-02-02',
      due: '2026-02-04',
      doneAt: '2026-02-04',
      expected: null,
    },
    {
      name: 'the end is reached',
      rule: 'FREQ=DAILY;UNTIL=20260204',
      start: '2026-02-02',
      due: '2026-02-04',
      doneAt: '2026-02-04',
      expected: null,
    },
    {
      name: 'wall-clock time stays over a change of clocks',
      rule: 'FREQ=WEEKLY',
      start: '2026-03-23T09:00',
      timeZone: 'Europe/Berlin',
      due: '2026-03-23T08:00:00Z',
      doneAt: '2026-03-23T12:00:00Z',
      expected: '2026-03-30T07:00Z',
    },
    {
      name: 'CLAMP keeps the anchor',
      rule: 'FREQ=MONTHLY',
      start: '2026-01-31',
      monthEnd: 'CLAMP',
      due: '2026-02-28',
      doneAt: '2026-02-28',
      expected: '2026-03-31',
    },
  ])('$name', check);
});

describe('COMPLETION', () => {
  const everyThird = { rule: 'FREQ=DAILY;INTERVAL=3', start: '2026-02-02', basis: 'COMPLETION' as const };
  const evening = { start: '2026-02-02T18:00', timeZone: 'America/New_York', basis: 'COMPLETION' as const };
  test.each<Row>([
    {
      name: 'counts from the day it was done',
      ...everyThird,
      due: '2026-02-02',
      doneAt: '2026-02-10',
      expected: '2026-02-13',
    },
    { name: 'also when that is early', ...everyThird, due: '2026-02-05', doneAt: '2026-02-04', expected: '2026-02-07' },
    {
      name: 'a rule that names its weekday keeps it',
      rule: 'FREQ=WEEKLY;BYDAY=MO',
      start: '2026-02-02',
      basis: 'COMPLETION',
      due: '2026-02-02',
      doneAt: '2026-02-11',
      expected: '2026-02-16',
    },
    {
      name: 'done early, does not give the same due again',
      rule: 'FREQ=WEEKLY;BYDAY=FR',
      start: '2026-02-06',
      basis: 'COMPLETION',
      due: '2026-02-06',
      doneAt: '2026-02-04',
      expected: '2026-02-13',
    },
    {
      name: 'the time of day stays, and the day is the one in the zone',
      rule: 'FREQ=DAILY',
      ...evening,
      due: '2026-02-02T23:00:00Z',
      doneAt: '2026-02-05T03:00:00Z', // 4 February, 22:00
      expected: '2026-02-05T23:00Z',
    },
    {
      name: 'done before its time of day, that day is over all the same',
      rule: 'FREQ=DAILY',
      ...evening,
      due: '2026-02-02T23:00:00Z',
      doneAt: '2026-02-04T15:00:00Z',
      expected: '2026-02-05T23:00Z',
    },
    {
      name: 'hours count from the moment it was done',
      rule: 'FREQ=HOURLY;INTERVAL=4',
      ...evening,
      due: '2026-02-02T23:00:00Z',
      doneAt: '2026-02-04T15:20:00Z',
      expected: '2026-02-04T19:20Z',
    },
    {
      name: 'skipWeekends: done on Friday, due on Monday',
      ...daily,
      basis: 'COMPLETION',
      skipWeekends: true,
      due: '2026-02-06',
      doneAt: '2026-02-06',
      expected: '2026-02-09',
    },
    {
      name: 'the count is not used up',
      ...everyThird,
      rule: 'FREQ=DAILY;INTERVAL=3;COUNT=3',
      made: 2,
      due: '2026-02-05',
      doneAt: '2026-02-10',
      expected: '2026-02-13',
    },
    {
      name: 'the count is used up',
      ...everyThird,
      rule: 'FREQ=DAILY;INTERVAL=3;COUNT=3',
      made: 3,
      due: '2026-02-05',
      doneAt: '2026-02-10',
      expected: null,
    },
    {
      name: 'the end is reached',
      ...everyThird,
      rule: 'FREQ=DAILY;INTERVAL=3;UNTIL=20260212',
      due: '2026-02-05',
      doneAt: '2026-02-10',
      expected: null,
    },
  ])('$name', check);
});
