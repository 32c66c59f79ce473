import { limits, type Rule } from './rule.ts';

type Draft = Omit<Rule, 'freq'> & Partial<Pick<Rule, 'freq'>>;
type Check = { isWrong: (rule: Draft) => boolean; message: string };

/**
 * Combinations that are not allowed: the MUSTs of RFC 5545, 3.3.10, and rules that are effectively finer than HOURLY.
 */
const checks: Check[] = [
  { isWrong: (rule) => !rule.freq, message: 'FREQ is required.' },
  {
    isWrong: (rule) => rule.count !== null && rule.until !== null,
    message: 'COUNT and UNTIL cannot be combined.',
  },
  {
    isWrong: (rule) => hasOrdinal(rule) && rule.freq !== 'MONTHLY' && rule.freq !== 'YEARLY',
    message: 'BYDAY: an ordinal such as 2MO is allowed only for MONTHLY and YEARLY.',
  },
  {
    isWrong: (rule) => hasOrdinal(rule) && rule.byWeekNo.length > 0,
    message: 'BYDAY: an ordinal such as 2MO cannot be combined with BYWEEKNO.',
  },
  {
    isWrong: (rule) => rule.byMonthDay.length > 0 && rule.freq === 'WEEKLY',
    message: 'BYMONTHDAY is not allowed for WEEKLY.',
  },
  {
    isWrong: (rule) => rule.byYearDay.length > 0 && rule.freq !== 'YEARLY' && rule.freq !== 'HOURLY',
    message: 'BYYEARDAY is allowed only for YEARLY and HOURLY.',
  },
  {
    isWrong: (rule) => rule.byWeekNo.length > 0 && rule.freq !== 'YEARLY',
    message: 'BYWEEKNO is allowed only for YEARLY.',
  },
  {
    isWrong: (rule) => rule.bySetPos.length > 0 && !hasByPart(rule),
    message: 'BYSETPOS requires another BY part to select from.',
  },
  {
    isWrong: (rule) => timesPerDay(rule) > limits.timesPerDay,
    message: `BYHOUR, BYMINUTE and BYSECOND give more than ${limits.timesPerDay} times per day.`,
  },
];

/** The faults in the combination of parts that are valid by themselves. */
export function combinationFaults(rule: Draft): string[] {
  return checks.filter((check) => check.isWrong(rule)).map((check) => check.message);
}

function hasOrdinal(rule: Draft): boolean {
  return rule.byDay.some((day) => day.ordinal !== null);
}

function hasByPart(rule: Draft): boolean {
  const { byMonth, byWeekNo, byYearDay, byMonthDay, byDay, byHour, byMinute, bySecond } = rule;
  return [byMonth, byWeekNo, byYearDay, byMonthDay, byDay, byHour, byMinute, bySecond].some((list) => list.length > 0);
}

function timesPerDay({ freq, byHour, byMinute, bySecond }: Draft): number {
  const hours = freq === 'HOURLY' && byHour.length === 0 ? 24 : Math.max(1, byHour.length);
  return hours * Math.max(1, byMinute.length) * Math.max(1, bySecond.length);
}
