import { type Rule, weekdays } from './rule.ts';

type Day = { year: number; month: number; day: number };

/** The number of a day, from 1970-01-01 on. */
export function epochDay({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** 1970-01-01 was a Thursday. */
const thursday = weekdays.indexOf('TH');

/** The number of the year, month, week or day that a day is in: two that follow each other differ by one. */
export function periodOf({ freq, weekStart }: Pick<Rule, 'freq' | 'weekStart'>, date: Day): number {
  if (freq === 'YEARLY') return date.year;
  if (freq === 'MONTHLY') return date.year * 12 + date.month;
  if (freq === 'DAILY') return epochDay(date);
  return Math.floor((epochDay(date) + thursday - weekdays.indexOf(weekStart)) / 7);
}
