import { Temporal } from 'temporal-polyfill';
import { type Rule, weekdayOf } from './rule.ts';

/**
 * Moves the single day of a rule with a date of the series: "every Monday" moved to a Wednesday becomes every
 * Wednesday, "the 5th of each month" moved by one day becomes the 6th. A rule with several days or none does not
 * change.
 */
export function shiftRule(rule: Rule, from: string, to: string): Rule {
  const [old, next] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)];
  if (old.equals(next)) return rule;
  return shiftWeekday(rule, old, next) ?? shiftMonthDay(rule, old, next) ?? rule;
}

type Day = Temporal.PlainDate;

function shiftWeekday(rule: Rule, from: Day, to: Day): Rule | null {
  const [only, ...others] = rule.byDay;
  const isOnly = only && others.length === 0 && rule.byMonthDay.length === 0 && rule.bySetPos.length === 0;
  if (!isOnly || only.weekday !== weekdayOf(from.dayOfWeek)) return null;
  const weekday = weekdayOf(to.dayOfWeek);
  if (only.ordinal === null) return rule.freq === 'WEEKLY' ? { ...rule, byDay: [{ weekday, ordinal: null }] } : null;
  const isMonthly = rule.freq === 'MONTHLY' && only.ordinal === ordinalOf(from);
  return isMonthly ? { ...rule, byDay: [{ weekday, ordinal: ordinalOf(to) }] } : null;
}

/** The ordinal of a day among the same weekdays of its month. */
function ordinalOf({ day }: Day): number {
  return Math.ceil(day / 7);
}

function shiftMonthDay(rule: Rule, from: Day, to: Day): Rule | null {
  const { freq, byMonthDay, byMonth, byDay } = rule;
  if (byMonthDay.length !== 1 || byMonthDay[0] !== from.day || byDay.length > 0) return null;
  if (freq === 'MONTHLY' && byMonth.length === 0) return { ...rule, byMonthDay: [to.day] };
  const isYearly = freq === 'YEARLY' && byMonth.length === 1 && byMonth[0] === from.month;
  return isYearly ? { ...rule, byMonthDay: [to.day], byMonth: [to.month] } : null;
}
