import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Moment, occurrencesAfter, parseRule } from '../../../src/domain/rrule/index.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { bruteForce, instantOf, type OracleQuery, type OracleRule, offsetAt } from './oracle.ts';

/** A zone with years in which its clock did something. */
const places = [
  { zone: 'Europe/Berlin', years: [2014, 2030] },
  { zone: 'America/New_York', years: [2004, 2030] },
  { zone: 'Australia/Lord_Howe', years: [2010, 2030] }, // half an hour
  { zone: 'Asia/Kolkata', years: [2010, 2030] }, // none
  { zone: 'America/Toronto', years: [1918, 1921] }, // 23:30 became 00:30 of the next day
  { zone: 'Pacific/Apia', years: [2010, 2012] }, // no 30 December 2011
  { zone: 'America/Caracas', years: [2006, 2017] }, // standard time moved by half an hour
  { zone: 'America/Sao_Paulo', years: [2008, 2019] }, // gaps at midnight
  { zone: 'Antarctica/Troll', years: [2010, 2028] }, // two hours
  { zone: 'Africa/Casablanca', years: [2012, 2026] }, // four changes a year
] as const;

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const some = <T>(item: fc.Arbitrary<T>, max = 3) => fc.uniqueArray(item, { minLength: 1, maxLength: max });
const signed = (max: number) => fc.integer({ min: 1, max }).chain((n) => fc.constantFrom(n, -n));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const weekday = fc.constantFrom(...weekdays);
const ordinalDay = (max: number) => fc.tuple(signed(max), weekday).map(([ordinal, day]) => `${ordinal}${day}`);

const common = {
  interval: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 7 })),
  byMonth: maybe(some(fc.integer({ min: 1, max: 12 }), 4)),
  wkst: maybe(weekday),
};
const timed = {
  byHour: maybe(some(fc.constantFrom(0, 1, 2, 3, 9, 17, 23))),
  byMinute: maybe(some(fc.constantFrom(0, 10, 30, 45), 2)),
};
const monthDay = fc.oneof(signed(31), fc.constantFrom(28, 29, 30, 31, -1));

function ruleOf(isAllDay: boolean): fc.Arbitrary<OracleRule> {
  const parts = isAllDay ? common : { ...common, ...timed };
  const daily = fc.record({
    ...parts,
    freq: fc.constant('DAILY' as const),
    byMonthDay: maybe(some(monthDay)),
    byDay: maybe(some(weekday, 5)),
  });
  const weekly = fc.record({
    ...parts,
    freq: fc.constant('WEEKLY' as const),
    byDay: maybe(some(weekday, 5)),
    bySetPos: maybe(some(signed(4), 2)),
  });
  const monthly = fc.record({
    ...parts,
    freq: fc.constant('MONTHLY' as const),
    byMonthDay: maybe(some(monthDay)),
    byDay: maybe(some(fc.oneof(weekday, ordinalDay(5)))),
    bySetPos: maybe(some(signed(3), 2)),
  });
  const yearly = fc.record({
    ...parts,
    freq: fc.constant('YEARLY' as const),
    interval: fc.integer({ min: 1, max: 3 }),
    byMonthDay: maybe(some(monthDay)),
    byYearDay: maybe(some(signed(366))),
    byWeekNo: maybe(some(signed(53))),
    byDay: maybe(some(fc.oneof(weekday, ordinalDay(20)))),
    bySetPos: maybe(some(signed(3), 2)),
  });
  const hourly = fc.record({
    freq: fc.constant('HOURLY' as const),
    interval: fc.integer({ min: 1, max: 30 }),
    byMonth: common.byMonth,
    byMonthDay: maybe(some(monthDay)),
    byYearDay: maybe(some(signed(366), 20)),
    byDay: maybe(some(weekday, 5)),
    byHour: maybe(some(fc.integer({ min: 0, max: 23 }), 6)),
  });
  const dated = [daily, weekly, monthly, yearly];
  const rules: fc.Arbitrary<OracleRule>[] = isAllDay ? dated : [...dated, hourly];
  return fc.oneof(...rules).map(asValidRule);
}

/** BYSETPOS stands with another BY part, an ordinal without BYWEEKNO. */
function asValidRule(rule: OracleRule): OracleRule {
  const { byMonth, byYearDay, byMonthDay, byDay, byHour, byMinute } = rule;
  const byWeekNo = byDay?.some((day) => day.length > 2) ? undefined : rule.byWeekNo;
  const others = [byMonth, byWeekNo, byYearDay, byMonthDay, byDay, byHour, byMinute];
  return { ...rule, byWeekNo, bySetPos: others.some((list) => list) ? rule.bySetPos : undefined };
}

const pad = (value: number) => `${value}`.padStart(2, '0');
const dayMs = 86_400_000;

const query = fc
  .record({ place: fc.option(fc.constantFrom(...places), { freq: 6 }), isFar: fc.boolean() })
  .chain(({ place, isFar }) =>
    fc.record({
      rule: ruleOf(place === null),
      end: fc.oneof(
        fc.constant({}),
        fc.integer({ min: 1, max: 60 }).map((count) => ({ count })),
        fc.integer({ min: 0, max: 900 }).map((untilDays) => ({ untilDays })),
      ),
      timeZone: fc.constant(place?.zone ?? null),
      year: fc.integer({ min: place?.years[0] ?? 2020, max: place?.years[1] ?? 2029 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.oneof(fc.integer({ min: 1, max: 28 }), fc.constantFrom(29, 30, 31)),
      time: fc.constantFrom('00:00:00', '00:15:00', '01:30:00', '02:10:00', '02:30:00', '09:00:00', '23:45:30'),
      clamp: fc.boolean(),
      skipWeekends: fc.boolean(),
      afterHours: fc.integer({ min: -48, max: isFar ? 30_000 : 1_500 }),
      limit: fc.integer({ min: 1, max: 12 }),
    }),
  )
  .map(toQuery);

const changes = places.flatMap(({ zone, years }) => {
  const days = Array.from({ length: 365 * (years[1] - years[0]) }, (_, i) => Date.UTC(years[0], 0, 1) + i * dayMs);
  return days.filter((ms) => offsetAt(ms, zone) !== offsetAt(ms + dayMs, zone)).map((ms) => ({ zone, ms }));
});

const nearChange = fc
  .record({
    change: fc.constantFrom(...changes),
    freq: fc.constantFrom('DAILY' as const, 'HOURLY' as const),
    interval: fc.constantFrom(1, 1, 2, 5),
    byHour: maybe(some(fc.constantFrom(0, 1, 2, 3, 23), 4)),
    byMinute: maybe(some(fc.constantFrom(0, 10, 30, 45, 59), 3)),
    time: fc.constantFrom('00:00:00', '00:15:00', '01:30:00', '02:00:00', '02:10:00', '02:30:00', '23:45:30'),
    count: maybe(fc.integer({ min: 1, max: 20 })),
    skipWeekends: fc.boolean(),
    leadDays: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ change, freq, interval, byHour, byMinute, time, count, skipWeekends, leadDays }): OracleQuery => {
    const start = `${isoDate(change.ms - leadDays * dayMs)}T${time}`;
    const rule = { freq, interval, byHour, byMinute: freq === 'HOURLY' ? undefined : byMinute, count };
    const afterMs = instantOf(Date.parse(`${start}Z`), change.zone) - 1;
    return { rule, start, timeZone: change.zone, clamp: false, skipWeekends, afterMs, limit: 40, days: 60 };
  });

type Drawn = {
  rule: OracleRule;
  end: { count?: number; untilDays?: number };
  timeZone: string | null;
  year: number;
  month: number;
  day: number;
  time: string;
  clamp: boolean;
  skipWeekends: boolean;
  afterHours: number;
  limit: number;
};

function toQuery(drawn: Drawn): OracleQuery {
  const { rule, end, timeZone, year, month, time, clamp, skipWeekends, limit } = drawn;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const start = `${year}-${pad(month)}-${pad(Math.min(drawn.day, lastDay))}T${timeZone === null ? '00:00:00' : time}`;
  const startMs = instantOf(Date.parse(`${start}Z`), timeZone);
  const afterMs =
    startMs + (timeZone === null ? Math.floor(drawn.afterHours / 24) * dayMs : drawn.afterHours * 3_600_000);
  const until = end.untilDays === undefined ? undefined : untilText(startMs + end.untilDays * dayMs, timeZone);
  const bounded = { ...rule, count: end.count, until };
  return {
    rule: bounded,
    start,
    timeZone,
    clamp,
    skipWeekends,
    afterMs,
    limit,
    days: rule.freq === 'HOURLY' ? 1_500 : 2_000,
  };
}

function untilText(ms: number, timeZone: string | null): string {
  const text = new Date(ms).toISOString().replaceAll(/[-:]/g, '');
  return timeZone === null ? text.slice(0, 8) : `${text.slice(0, 15)}Z`;
}

function ruleText(rule: OracleRule): string {
  const { freq, interval, count, until, byMonth, byWeekNo, byYearDay, byMonthDay, byDay, byHour, byMinute } = rule;
  const parts = {
    FREQ: freq,
    INTERVAL: interval,
    COUNT: count,
    UNTIL: until,
    BYMONTH: byMonth,
    BYWEEKNO: byWeekNo,
    BYYEARDAY: byYearDay,
    BYMONTHDAY: byMonthDay,
    BYDAY: byDay,
    BYHOUR: byHour,
    BYMINUTE: byMinute,
    BYSETPOS: rule.bySetPos,
    WKST: rule.wkst,
  };
  return Object.entries(parts)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    .join(';');
}

function ours({ rule, start, timeZone, clamp, skipWeekends, afterMs, limit }: OracleQuery): number[] | 'impossible' {
  try {
    const moments = occurrencesAfter({
      rule: parseRule(ruleText(rule)),
      start: timeZone === null ? start.slice(0, 10) : start,
      timeZone,
      policies: { monthEnd: clamp ? 'CLAMP' : 'SKIP', skipWeekends },
      after:
        timeZone === null ? { kind: 'DATE', date: isoDate(afterMs) } : { kind: 'INSTANT', instant: new Date(afterMs) },
      limit,
    });
    return moments.map(toMs);
  } catch (error) {
    if (error instanceof AppError && error.message.includes('no dates')) return 'impossible';
    throw error;
  }
}

const isoDate = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const toMs = (moment: Moment) => (moment.kind === 'DATE' ? Date.parse(moment.date) : moment.instant.getTime());

/** Compared where the oracle looked; what lies beyond its days it cannot know. */
function compare(drawn: OracleQuery): number {
  const startMs = instantOf(Date.parse(`${drawn.start}Z`), drawn.timeZone);
  const knownUpTo = startMs + (drawn.days - 5) * dayMs;
  const expected = bruteForce(drawn).filter((ms) => ms <= knownUpTo);
  const actual = ours(drawn);
  const known = actual === 'impossible' ? [] : actual.filter((ms) => ms <= knownUpTo);
  expect(known.map(iso), `${ruleText(drawn.rule)} from ${drawn.start}`).toEqual(expected.map(iso));
  return expected.length;
}

const iso = (ms: number) => new Date(ms).toISOString();

describe('occurrencesAfter agrees with a day-by-day search', () => {
  test('for any rule, zone, end and policy', () => {
    let compared = 0;
    fc.assert(
      fc.property(query, (drawn) => {
        compared += compare(drawn);
      }),
      { numRuns: 150, seed: 5545 },
    );
    // Draws without any occurrence would compare nothing with nothing.
    expect(compared).toBeGreaterThan(300);
  });

  test('on the days around every kind of clock change', () => {
    let compared = 0;
    fc.assert(
      fc.property(nearChange, (drawn) => {
        compared += compare(drawn);
      }),
      { numRuns: 150, seed: 7529 },
    );
    expect(compared).toBeGreaterThan(1_500);
  });
});
