import type { Missed } from './decide-missed.ts';
import type { Moment } from './moment.ts';
import { occurrencesAfter } from './occurrences-after.ts';
import type { Rule } from './rule.ts';
import { localStart, type Series } from './series.ts';
import { timelineOf } from './timeline.ts';
import type { Work } from './work.ts';

/** SCHEDULE counts from the due dates; COMPLETION counts from the day on which the task was completed. */
export type Basis = 'SCHEDULE' | 'COMPLETION';

type Completion = {
  series: Series;
  basis: Basis;
  missed: Missed;
  /** When the completed occurrence was due. */
  due: Moment;
  /** When it was completed; for an all-day series, the date of the user then. */
  doneAt: Moment;
  /** The number of occurrences so far, including this one. COMPLETION uses it. */
  made: number;
  /** Dates that were completed in advance. COMPLETION skips the first date after `doneAt` if it is one of these. */
  doneAhead?: readonly Moment[];
};

/**
 * The occurrence after a completed one; null if the series has ended. SCHEDULE: the first after the due date; with
 * `missed` ONE or LATEST, dates that have passed are skipped. COMPLETION: the rule counted from the day of completion,
 * at the time of day of the start: every 3 days means 3 days later. HOURLY counts from the instant of completion.
 * @throws AppError `INVALID_INPUT` like `occurrencesAfter`.
 */
export function nextOccurrence(completion: Completion, work: Work = { periods: 0 }): Moment | null {
  return completion.basis === 'SCHEDULE' ? nextOnSchedule(completion, work) : nextFromCompletion(completion, work);
}

function nextOnSchedule({ series, missed, due, doneAt }: Completion, work: Work): Moment | null {
  const { fromMoment } = timelineOf(series.timeZone);
  const isLate = fromMoment(doneAt) > fromMoment(due);
  const after = isLate && missed !== 'ALL' ? doneAt : due;
  return occurrencesAfter({ ...series, after, limit: 1 }, work)[0] ?? null;
}

function nextFromCompletion({ series, due, doneAt, made, doneAhead = [] }: Completion, work: Work): Moment | null {
  const { rule, timeZone } = series;
  if (rule.count !== null && made >= rule.count) return null;
  const { fromMoment } = timelineOf(timeZone);
  const policies = { ...series.policies, startCounts: false };
  const restarted = { ...series, policies, rule: { ...rule, count: null }, start: restart(series, doneAt) };
  const after = rule.freq === 'HOURLY' ? doneAt : endOfDay(doneAt, timeZone);
  const [next, following] = occurrencesAfter({ ...restarted, after, limit: 2 }, work);
  // After a completion in advance, a rule with fixed days would give the completed date again. A rule that counts days
  // does not: after two completions on one day, it continues as after one. So only one date is skipped.
  const isDone = next && namesDays(rule) && [due, ...doneAhead].some((date) => fromMoment(date) === fromMoment(next));
  return (isDone ? following : next) ?? null;
}

function namesDays({ byMonth, byWeekNo, byYearDay, byMonthDay, byDay, bySetPos }: Rule): boolean {
  return [byMonth, byWeekNo, byYearDay, byMonthDay, byDay, bySetPos].some((list) => list.length > 0);
}

/** The anchor on the day of completion: at the time of day of the start, or for HOURLY at the time of completion. */
function restart({ rule, start, timeZone }: Series, doneAt: Moment): string {
  if (doneAt.kind === 'DATE') return doneAt.date;
  const done = localStart(doneAt.instant, timeZone ?? 'UTC');
  return rule.freq === 'HOURLY' ? done : done.slice(0, 'YYYY-MM-DD'.length) + start.slice('YYYY-MM-DD'.length);
}

function endOfDay(moment: Moment, timeZone: string | null): Moment {
  if (moment.kind === 'DATE') return moment;
  const { fromWall, toWall } = timelineOf(timeZone);
  const nextDay = toWall(moment.instant.getTime()).withPlainTime().add({ days: 1 });
  return { kind: 'INSTANT', instant: new Date(fromWall(nextDay) - 1) };
}
