import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comingDates, comingInTurns } from '../../src/domain/recurrences/preview-occurrences.ts';
import type { Recurrence } from '../../src/generated/prisma/client.ts';
import { previewCost, previewUpdateCost } from '../../src/schema/recurrences/date-cost.ts';

const series = {
  status: 'ACTIVE',
  start: '2026-02-05T09:00:00',
  isAllDay: false,
  timeZone: 'America/New_York',
  missed: 'ONE',
  monthEnd: 'CLAMP',
  made: 1,
  madeBefore: 0,
} as Recurrence;
const from = { date: { kind: 'INSTANT' as const, instant: new Date('2026-02-05T14:00:00Z') }, made: 1 };

const rules = fc.constantFrom(
  ...['FREQ=DAILY', 'FREQ=DAILY;COUNT=25', 'FREQ=HOURLY;INTERVAL=5;BYHOUR=9,10', 'FREQ=MONTHLY;BYMONTHDAY=31'],
  ...['FREQ=WEEKLY;BYDAY=SA,SU', 'FREQ=DAILY;UNTIL=20260301T000000Z', 'FREQ=HOURLY;BYMINUTE=0,30', 'FREQ=YEARLY'],
);
const changes = fc.record({
  rule: rules,
  basis: fc.constantFrom('SCHEDULE' as const, 'COMPLETION' as const),
  skipWeekends: fc.boolean(),
});

test('dates that are computed a few at a time are those that are computed at once', async () => {
  const property = fc.asyncProperty(changes, fc.integer({ min: 1, max: 35 }), async (change, limit) => {
    const one = { ...series, ...change };
    expect(await comingInTurns(one, { from, limit })).toEqual(comingDates(one, { from, limit }));
  });
  await fc.assert(property, { numRuns: 60 });
});

test('other work runs while the dates of a long preview are computed', async () => {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const hourly = {
    ...series,
    rule: 'FREQ=HOURLY;INTERVAL=23;BYHOUR=9',
    basis: 'SCHEDULE',
    skipWeekends: false,
  } as const;
  expect(await comingInTurns(hourly, { from, limit: 100 })).toHaveLength(100);
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(10);
});

const hourly = previewCost({ input: { repeat: { rrule: 'FREQ=HOURLY' } } });
const daily = previewCost({ input: { repeat: { rrule: 'FREQ=DAILY' } } });

test.each([
  [{}, hourly],
  [{ preset: 'CUSTOM' }, hourly],
  [{ repeat: { rrule: 'FREQ=HOURLY;INTERVAL=2' } }, hourly],
  [{ rule: 'freq=hourly' }, hourly],
  [{ repeat: { rrule: 'FREQ=DAILY' } }, daily],
  [{ repeat: { every: { unit: 'DAY' } } }, daily],
  [{ preset: 'DAILY' }, daily],
])('a preview of the change %j costs what its rule can, also the stored one', (input, cost) => {
  expect(previewUpdateCost({ input })).toEqual(cost);
});
