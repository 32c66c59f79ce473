import type { Temporal } from 'temporal-polyfill';
import type { Rule } from './rule.ts';

/** A rule to expand, and which of its times belong to the series. */
type FilteredRule = { rule: Rule; keeps: (wall: Temporal.PlainDateTime) => boolean };

/**
 * `monthEnd: CLAMP`, like SKIP=BACKWARD of RFC 7529: a 31st in a shorter month means the last day of that month, and
 * the anchor stays the 31st. It applies only to complete rules that have days of the month and nothing else; a rule
 * with BYDAY or BYSETPOS already determines the day. The expansion uses the 28th and later, and drops the days that do
 * not apply.
 */
export function clampMonthEnd(rule: Rule): FilteredRule {
  const wanted = rule.byMonthDay;
  const latest = Math.max(0, ...wanted);
  if (latest <= 28 || !namesOnlyMonthDays(rule)) return { rule, keeps: () => true };
  const byMonthDay = [...new Set([...wanted, 28, 29, 30, 31])];
  return { rule: { ...rule, byMonthDay }, keeps: (wall) => standsFor(wall, wanted) };
}

function namesOnlyMonthDays({ freq, byDay, byYearDay, byWeekNo, bySetPos }: Rule): boolean {
  if (freq !== 'MONTHLY' && freq !== 'YEARLY') return false;
  return [byDay, byYearDay, byWeekNo, bySetPos].every((list) => list.length === 0);
}

function standsFor({ day, daysInMonth }: Temporal.PlainDateTime, wanted: readonly number[]): boolean {
  if (wanted.includes(day) || wanted.includes(day - daysInMonth - 1)) return true;
  return day === daysInMonth && wanted.some((other) => other > day);
}
