import type { Rule } from './rule.ts';

/**
 * Whether BYSETPOS asks only for places that no period of this rule has, such as the sixth Monday of a month: known
 * without searching. Takes a complete rule.
 */
export function isImpossible(rule: Rule): boolean {
  const places = rule.bySetPos.map(Math.abs);
  return places.length > 0 && Math.min(...places) > maxDays(rule) * timesInPeriodDay(rule);
}

function maxDays({ freq, byDay, byMonthDay }: Rule): number {
  if (freq === 'HOURLY' || freq === 'DAILY') return 1;
  if (freq === 'WEEKLY') return byDay.length;
  if (freq === 'YEARLY') return 366;
  const byDays = byDay.reduce((sum, day) => sum + (day.ordinal === null ? 5 : 1), 0);
  return Math.min(31, byDays || 31, byMonthDay.length || 31);
}

function timesInPeriodDay({ freq, byHour, byMinute, bySecond }: Rule): number {
  const hours = freq === 'HOURLY' ? 1 : Math.max(1, byHour.length);
  return hours * Math.max(1, byMinute.length) * Math.max(1, bySecond.length);
}
