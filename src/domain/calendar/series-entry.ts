import { Temporal } from 'temporal-polyfill';
import type { Recurrence } from '../../generated/prisma/client.ts';
import { toStored } from '../recurrences/dates.ts';
import { datesToCome } from '../recurrences/preview-occurrences.ts';
import { completeRule } from '../rrule/complete-rule.ts';
import { formatRule, localStart, type Moment, occurrencesAfter, parseRule, type Rule } from '../rrule/index.ts';
import type { Start } from './calendar-text.ts';

/** The dates of a recurrence: its next date with the rule for the others, or a list of dates. */
type Coming = { start: Start; rule: string | null }[];

/** The number of listed dates if no rule describes them. */
const maxSingle = 50;
/** The number of dates for which a rule is verified. */
const compared = 100;

/**
 * The dates of a recurrence without a task. Policies such as skipping weekends are specific to Errand, so the rule is
 * used only if a reader without these policies gets the same dates from it.
 */
export function comingOf(series: Recurrence, now: Date): Coming {
  if (series.status !== 'ACTIVE' || series.basis !== 'SCHEDULE') return [];
  const dates = datesToCome(series, { now, limit: compared });
  const [first] = dates;
  if (!first) return [];
  const rule = plainRule(series, dates);
  if (rule) return [{ start: startOf(series, first, true), rule }];
  return dates.slice(0, maxSingle).map((date) => ({ start: startOf(series, date, false), rule: null }));
}

function plainRule(series: Recurrence, dates: readonly Moment[]): string | null {
  const first = dates[0] as Moment;
  const zone = series.isAllDay ? null : series.timeZone;
  const start = first.kind === 'DATE' ? first.date : localStart(first.instant, series.timeZone);
  const isWhole = dates.length < compared;
  const original = parseRule(series.rule);
  // A count that starts at the first date ends where the recurrence does.
  if (original.count !== null && !isWhole) return null;
  const complete = completeRule(original, Temporal.PlainDateTime.from(series.start));
  const rule = { ...bareOfTime(complete, start), count: original.count === null ? null : dates.length };
  const read = occurrencesAfter({ rule, start, timeZone: zone, after: null, limit: compared });
  const isSame = read.length === dates.length && read.every((date, index) => isEqual(date, dates[index] as Moment));
  return isSame ? formatRule(rule) : null;
}

/** The time of day comes from the start; applications support that better than BYHOUR. */
function bareOfTime(rule: Rule, start: string): Rule {
  if (rule.freq === 'HOURLY') return rule;
  const { hour, minute, second } = Temporal.PlainDateTime.from(start);
  const isStart = [rule.byHour, rule.byMinute, rule.bySecond].join(' ') === [[hour], [minute], [second]].join(' ');
  return isStart ? { ...rule, byHour: [], byMinute: [], bySecond: [] } : rule;
}

function isEqual(a: Moment, b: Moment): boolean {
  return a.kind === b.kind && toStored(a).getTime() === toStored(b).getTime();
}

function startOf({ timeZone }: Recurrence, moment: Moment, isRuled: boolean): Start {
  if (moment.kind === 'DATE') return { date: moment.date };
  return { at: moment.instant, timeZone: isRuled && timeZone !== 'UTC' ? timeZone : null };
}
