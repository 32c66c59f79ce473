import type { Maximum } from '../../shared/maximum.ts';

/** HOURLY is the smallest frequency: a task that repeats every minute is a timer, not a task. */
export const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY'] as const;
export type Frequency = (typeof frequencies)[number];

/** In ISO order, so that a weekday's index + 1 is Temporal's `dayOfWeek`. */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof weekdays)[number];

/** `2MO` is the second Monday of its month or year, `-1FR` the last Friday, `MO` (ordinal null) every Monday. */
export type ByDay = { weekday: Weekday; ordinal: number | null };

/** The last day of an all-day series, or the last instant of a timed one; both inclusive. */
export type Until = { kind: 'DATE'; date: string } | { kind: 'INSTANT'; instant: Date };

/** A valid RFC 5545 RECUR value (section 3.3.10). Only `parseRule` and `presetRule` make one; an absent list is empty. */
export type Rule = {
  freq: Frequency;
  interval: number;
  count: number | null;
  until: Until | null;
  byMonth: readonly number[];
  byWeekNo: readonly number[];
  byYearDay: readonly number[];
  byMonthDay: readonly number[];
  byDay: readonly ByDay[];
  byHour: readonly number[];
  byMinute: readonly number[];
  bySecond: readonly number[];
  bySetPos: readonly number[];
  weekStart: Weekday;
};

export const bareRule = {
  interval: 1,
  count: null,
  until: null,
  byMonth: [],
  byWeekNo: [],
  byYearDay: [],
  byMonthDay: [],
  byDay: [],
  byHour: [],
  byMinute: [],
  bySecond: [],
  bySetPos: [],
  weekStart: 'MO',
} as const satisfies Omit<Rule, 'freq'>;

/** Rules beyond these limits are mistakes, and would make counting or searching unbounded. */
export const limits = { interval: 10_000, count: 10_000, timesPerDay: 144 } as const;

export const ruleLength: Maximum = { max: 1_000, message: 'The rule is longer than 1000 characters.' };

/** Sunday is 7, as in Temporal. */
export function weekdayOf(dayOfWeek: number): Weekday {
  return weekdays[dayOfWeek - 1] as Weekday;
}

export function formatByDay({ weekday, ordinal }: ByDay): string {
  return `${ordinal ?? ''}${weekday}`;
}
