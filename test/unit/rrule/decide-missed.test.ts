import { describe, expect, test } from 'vitest';
import { decideMissed, type Missed, type Work } from '../../../src/domain/rrule/index.ts';
import { momentOf, seriesOf, textOf } from './occurrences.ts';

type Ask = {
  rule?: string;
  start?: string;
  missed: Missed;
  open: readonly string[];
  now: string;
  skipWeekends?: boolean;
};

function decide({ rule = 'FREQ=DAILY', start = '2026-02-02', missed, open, now, ...policies }: Ask, work?: Work) {
  const series = seriesOf(rule, start, policies);
  const decision = decideMissed({ series, missed, open: open.map(momentOf), now: momentOf(now) }, work);
  const { create, move, drop, hasMore } = decision;
  return {
    create: create.map(textOf),
    move: move && [textOf(move.from), textOf(move.to)],
    drop: drop.map(textOf),
    hasMore,
  };
}

const nothing = { create: [], move: null, drop: [], hasMore: false };

describe('decideMissed', () => {
  test('ONE waits until the open one is done', () => {
    expect(decide({ missed: 'ONE', open: ['2026-02-02'], now: '2026-02-10' })).toEqual(nothing);
  });

  test('ALL makes each date that came an occurrence, today included', () => {
    const decision = decide({ missed: 'ALL', open: ['2026-02-02'], now: '2026-02-05' });
    expect(decision).toEqual({ ...nothing, create: ['2026-02-03', '2026-02-04', '2026-02-05'] });
  });

  test('ALL makes what is open already no second time', () => {
    const decision = decide({ missed: 'ALL', open: ['2026-02-04', '2026-02-02', '2026-02-03'], now: '2026-02-05' });
    expect(decision.create).toEqual(['2026-02-05']);
  });

  test('ALL makes at most 100 at once and says that there are more', () => {
    const first = decide({ missed: 'ALL', open: ['2026-02-02'], now: '2026-05-14' });
    expect(first.create).toHaveLength(100);
    expect(first).toMatchObject({ hasMore: true });
    const second = decide({ missed: 'ALL', open: [first.create.at(-1) as string], now: '2026-05-14' });
    expect(second).toEqual({ ...nothing, create: ['2026-05-14'] });
    expect(decide({ missed: 'ALL', open: ['2026-02-02'], now: '2026-05-13' })).toMatchObject({ hasMore: false });
  });

  test('ALL makes nothing for an instant that has not come', () => {
    const ask = { missed: 'ALL', start: '2026-02-02T09:00', open: ['2026-02-02T09:00:00Z'] } as const;
    expect(decide({ ...ask, now: '2026-02-03T08:59:00Z' })).toEqual(nothing);
    expect(decide({ ...ask, now: '2026-02-03T09:00:00Z' }).create).toEqual(['2026-02-03T09:00Z']);
  });

  test('LATEST moves the open one to the newest date', () => {
    const decision = decide({ missed: 'LATEST', open: ['2026-02-02'], now: '2026-02-10' });
    expect(decision).toEqual({ ...nothing, move: ['2026-02-02', '2026-02-10'] });
  });

  test('LATEST goes to a Monday that a weekend moved to', () => {
    const ask = { missed: 'LATEST', open: ['2026-02-06'], skipWeekends: true } as const;
    expect(decide({ ...ask, now: '2026-02-08' })).toEqual(nothing);
    expect(decide({ ...ask, now: '2026-02-09' })).toEqual({ ...nothing, move: ['2026-02-06', '2026-02-09'] });
  });

  test('LATEST keeps one of several that passed, and those to come', () => {
    const ahead = ['2026-02-02', '2026-02-03', '2026-02-04', '2026-02-05'];
    const within = decide({ missed: 'LATEST', open: ahead, now: '2026-02-04' });
    expect(within).toEqual({ ...nothing, drop: ['2026-02-02', '2026-02-03'] });
    const beyond = decide({ missed: 'LATEST', open: ahead, now: '2026-02-07' });
    expect(beyond).toEqual({ ...nothing, move: ['2026-02-05', '2026-02-07'], drop: ahead.slice(0, 3) });
  });

  test.each<Missed>(['ALL', 'LATEST'])('%s does nothing before the due or without anything open', (missed) => {
    expect(decide({ missed, open: ['2026-02-05'], now: '2026-02-04' })).toEqual(nothing);
    expect(decide({ missed, open: [], now: '2026-02-10' })).toEqual(nothing);
  });

  test.each<Missed>(['ALL', 'LATEST'])('%s stops at the end of the series', (missed) => {
    const ask = { missed, rule: 'FREQ=DAILY;COUNT=3', open: ['2026-02-02'], now: '2026-03-10' };
    const expected = missed === 'ALL' ? ['2026-02-03', '2026-02-04'] : ['2026-02-04'];
    const { create, move } = decide(ask);
    expect([...create, ...(move?.slice(1) ?? [])]).toEqual(expected);
  });

  test('LATEST looks back from now, however long ago the due was', () => {
    const work = { periods: 0 };
    const ask = {
      missed: 'LATEST',
      rule: 'FREQ=HOURLY',
      start: '2010-01-01T09:00',
      open: ['2010-01-01T09:00:00Z'],
    } as const;
    const { move } = decide({ ...ask, now: '2026-02-04T10:30:00Z' }, work);
    expect(move).toEqual(['2010-01-01T09:00Z', '2026-02-04T10:00Z']);
    expect(work.periods).toBeGreaterThan(0);
    expect(work.periods).toBeLessThan(500);
  });

  test('LATEST finds a date that was long ago', () => {
    const ask = { missed: 'LATEST', rule: 'FREQ=YEARLY', start: '2015-03-01', open: ['2015-03-01'] } as const;
    expect(decide({ ...ask, now: '2026-02-04' }).move).toEqual(['2015-03-01', '2025-03-01']);
  });
});
