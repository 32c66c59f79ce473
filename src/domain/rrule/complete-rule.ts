import type { Temporal } from 'temporal-polyfill';
import { type Rule, weekdayOf } from './rule.ts';

/**
 * RFC 5545, 3.3.10: missing parts of a rule are taken from the start. This adds them, so that only the phase of
 * INTERVAL still depends on the start. HOURLY takes nothing: it counts elapsed hours.
 */
export function completeRule(rule: Rule, start: Temporal.PlainDateTime): Rule {
  if (rule.freq === 'HOURLY') return rule;
  return { ...rule, ...impliedDays(rule, start), ...impliedTimes(rule, start) };
}

function impliedTimes({ byHour, byMinute, bySecond }: Rule, start: Temporal.PlainDateTime): Partial<Rule> {
  return {
    byHour: byHour.length > 0 ? byHour : [start.hour],
    byMinute: byMinute.length > 0 ? byMinute : [start.minute],
    bySecond: bySecond.length > 0 ? bySecond : [start.second],
  };
}

function impliedDays(rule: Rule, start: Temporal.PlainDateTime): Partial<Rule> {
  const namesDays = [rule.byDay, rule.byMonthDay, rule.byYearDay].some((list) => list.length > 0);
  if (namesDays || rule.freq === 'DAILY') return {};
  const byDay = [{ weekday: weekdayOf(start.dayOfWeek), ordinal: null }];
  if (rule.freq === 'WEEKLY' || rule.byWeekNo.length > 0) return { byDay };
  if (rule.freq === 'MONTHLY' || rule.byMonth.length > 0) return { byMonthDay: [start.day] };
  return { byMonth: [start.month], byMonthDay: [start.day] };
}
