import type { Temporal } from 'temporal-polyfill';
import { dateOf, firstOfMonth, isBefore, nthWeekday } from './calendar.ts';

/** A recurrence while it is parsed; it is converted to RRULE text at the end. Weekdays are 1 (Monday) to 7. */
export type Rule = {
  frequency: 'HOURLY' | 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  interval: number;
  byDay: { nth: number | null; weekday: number }[];
  byMonthDay: number[];
  byMonth: number[];
  bySetPos: number | null;
  byHour: number[];
  count: number | null;
  until: string | null;
};

const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
export const workdays = [1, 2, 3, 4, 5].map((weekday) => ({ nth: null, weekday }));

export function newRule(frequency: Rule['frequency'], parts: Partial<Rule> = {}): Rule {
  return {
    frequency,
    interval: 1,
    byDay: [],
    byMonthDay: [],
    byMonth: [],
    bySetPos: null,
    byHour: [],
    count: null,
    until: null,
    ...parts,
  };
}

/** RRULE text (RFC 5545 3.3.10). */
export function ruleText(rule: Rule): string {
  const parts = [
    `FREQ=${rule.frequency}`,
    rule.interval > 1 && `INTERVAL=${rule.interval}`,
    list('BYMONTH', rule.byMonth),
    list('BYMONTHDAY', rule.byMonthDay),
    list(
      'BYDAY',
      rule.byDay.map(({ nth, weekday }) => `${nth ?? ''}${codes[weekday - 1]}`),
    ),
    list('BYHOUR', rule.byHour),
    rule.byHour.length > 0 && 'BYMINUTE=0',
    rule.bySetPos !== null && `BYSETPOS=${rule.bySetPos}`,
    rule.count !== null && `COUNT=${rule.count}`,
    rule.until !== null && `UNTIL=${rule.until}`,
  ];
  return parts.filter((part) => part !== false).join(';');
}

function list(name: string, values: (string | number)[]): string | false {
  return values.length > 0 && `${name}=${values.join(',')}`;
}

/** The first date of the rule from `start` on (inclusive), or null if there is none within nine years. */
export function firstDate(rule: Rule, start: Temporal.PlainDate): Temporal.PlainDate | null {
  if (rule.frequency === 'MONTHLY' || rule.frequency === 'YEARLY') return firstInMonths(rule, start);
  if (rule.byDay.length === 0) return start;
  for (let ahead = 0; ahead < 7; ahead++) {
    const date = start.add({ days: ahead });
    if (rule.byDay.some(({ weekday }) => weekday === date.dayOfWeek)) return date;
  }
  return null;
}

function firstInMonths(rule: Rule, start: Temporal.PlainDate): Temporal.PlainDate | null {
  if (rule.byDay.length === 0 && rule.byMonthDay.length === 0 && rule.byMonth.length === 0) return start;
  for (let ahead = 0; ahead < 108; ahead++) {
    const month = firstOfMonth(start).add({ months: ahead });
    if (rule.byMonth.length > 0 && !rule.byMonth.includes(month.month)) continue;
    const date = datesIn(rule, month).find((candidate) => !isBefore(candidate, start));
    if (date) return date;
  }
  return null;
}

function datesIn(rule: Rule, month: Temporal.PlainDate): Temporal.PlainDate[] {
  const dates = rule.byDay.length > 0 ? weekdaysIn(rule, month) : monthDaysIn(rule, month);
  dates.sort((a, b) => a.day - b.day);
  if (rule.bySetPos === null) return dates;
  const picked = dates.at(rule.bySetPos > 0 ? rule.bySetPos - 1 : rule.bySetPos);
  return picked ? [picked] : [];
}

function weekdaysIn(rule: Rule, month: Temporal.PlainDate): Temporal.PlainDate[] {
  return rule.byDay.flatMap(({ nth, weekday }) => {
    const numbers = nth === null ? [1, 2, 3, 4, 5] : [nth];
    return numbers.flatMap((number) => nthWeekday(month, number, weekday) ?? []);
  });
}

function monthDaysIn(rule: Rule, month: Temporal.PlainDate): Temporal.PlainDate[] {
  const days = rule.byMonthDay.length > 0 ? rule.byMonthDay : [1];
  return days.flatMap((day) => dateOf(month.year, month.month, day > 0 ? day : month.daysInMonth + 1 + day) ?? []);
}
