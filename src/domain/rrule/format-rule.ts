import { bareRule, formatByDay, type Rule, type Until } from './rule.ts';

/** The canonical RRULE text (RFC 5545, 3.3.10): what is stored and shown. `parseRule` reads it back to an equal rule. */
export function formatRule(rule: Rule): string {
  const parts: [name: string, value: string][] = [
    ['FREQ', rule.freq],
    ['INTERVAL', rule.interval === 1 ? '' : `${rule.interval}`],
    ['COUNT', rule.count === null ? '' : `${rule.count}`],
    ['UNTIL', rule.until ? formatUntil(rule.until) : ''],
    ['BYMONTH', rule.byMonth.join()],
    ['BYWEEKNO', rule.byWeekNo.join()],
    ['BYYEARDAY', rule.byYearDay.join()],
    ['BYMONTHDAY', rule.byMonthDay.join()],
    ['BYDAY', rule.byDay.map(formatByDay).join()],
    ['BYHOUR', rule.byHour.join()],
    ['BYMINUTE', rule.byMinute.join()],
    ['BYSECOND', rule.bySecond.join()],
    ['BYSETPOS', rule.bySetPos.join()],
    ['WKST', rule.weekStart === bareRule.weekStart ? '' : rule.weekStart],
  ];
  return parts.flatMap(([name, value]) => (value === '' ? [] : [`${name}=${value}`])).join(';');
}

/** `20260531`, or in UTC `20260531T215959Z`. */
function formatUntil(until: Until): string {
  if (until.kind === 'DATE') return until.date.replaceAll('-', '');
  return `${until.instant.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
