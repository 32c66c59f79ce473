import { describe, expect, test } from 'vitest';
import { conditions } from '../../src/domain/tasks/conditions.ts';
import { dueColumns } from '../../src/domain/tasks/due.ts';
import { type DuePeriod, periodBounds } from '../../src/domain/tasks/due-period.ts';
import type { Task } from '../../src/generated/prisma/client.ts';

describe('a period', () => {
  test.each<[Exclude<DuePeriod, 'OVERDUE'>, string, string, string, string]>([
    ['TODAY', '2026-02-04T23:30:00Z', 'UTC', '2026-02-04T00:00:00Z', '2026-02-05T00:00:00Z'],
    ['TODAY', '2026-02-04T23:30:00Z', 'Asia/Tokyo', '2026-02-04T15:00:00Z', '2026-02-05T15:00:00Z'],
    ['TOMORROW', '2026-02-04T02:00:00Z', 'America/New_York', '2026-02-04T05:00:00Z', '2026-02-05T05:00:00Z'],
    // The day on which clocks go forward is 23 hours long.
    ['TODAY', '2026-03-29T12:00:00Z', 'Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['NEXT_7_DAYS', '2026-10-23T12:00:00Z', 'Europe/Berlin', '2026-10-22T22:00:00Z', '2026-10-29T23:00:00Z'],
    // Midnight does not exist in Beirut on the second of these days.
    ['TODAY', '2026-03-28T12:00:00Z', 'Asia/Beirut', '2026-03-27T22:00:00Z', '2026-03-28T22:00:00Z'],
  ])('%s at %s in %s is from %s to %s', (period, now, timeZone, from, to) => {
    expect(periodBounds(period, { now: new Date(now), timeZone })).toEqual({ from: new Date(from), to: new Date(to) });
  });
});

describe('at 10:00 in Berlin on the 4th, a task due', () => {
  const moment = { now: new Date('2026-02-04T09:00:00Z'), timeZone: 'Europe/Berlin' };
  const periodsOf = (due: Parameters<typeof dueColumns>[0]) => {
    const task = { status: 'ACTIVE', ...dueColumns(due, 'Europe/Berlin') } as Task;
    const all: DuePeriod[] = ['OVERDUE', 'TODAY', 'TOMORROW', 'NEXT_7_DAYS'];
    return all.filter((period) => conditions.due.holds?.(period, task, moment));
  };

  test.each([
    [{ date: '2026-02-03' }, ['OVERDUE']],
    [{ at: new Date('2026-02-03T23:00:00Z') }, ['OVERDUE', 'TODAY', 'NEXT_7_DAYS']],
    [{ at: new Date('2026-02-04T08:00:00Z') }, ['OVERDUE', 'TODAY', 'NEXT_7_DAYS']],
    [{ date: '2026-02-04' }, ['TODAY', 'NEXT_7_DAYS']],
    [{ at: new Date('2026-02-04T22:59:00Z') }, ['TODAY', 'NEXT_7_DAYS']],
    [{ at: new Date('2026-02-04T23:00:00Z') }, ['TOMORROW', 'NEXT_7_DAYS']],
    [{ date: '2026-02-05' }, ['TOMORROW', 'NEXT_7_DAYS']],
    [{ date: '2026-02-10' }, ['NEXT_7_DAYS']],
    [{ date: '2026-02-11' }, []],
    // The 3rd ends in Honolulu when it is 11:00 on the 4th in Berlin.
    [{ date: '2026-02-03', timeZone: 'Pacific/Honolulu' }, ['TODAY', 'NEXT_7_DAYS']],
    [null, []],
  ])('on %j is in %j', (due, periods) => {
    expect(periodsOf(due)).toEqual(periods);
  });
});
