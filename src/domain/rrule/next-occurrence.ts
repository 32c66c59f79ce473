import type { Missed } from './decide-missed.ts';
import type { Moment } from './moment.ts';
import { occurrencesAfter } from './occurrences-after.ts';
import type { Rule } from './rule.ts';
import { localStart, type Series } from './series.ts';
import { timelineOf } from './timeline.ts';
import type { Work } from './work.ts';

/** SCHEDULE follows the due dates; COMPLETION starts anew from the day the task was done. */
export type Basis = 'SCHEDULE' | 'COMPLETION';

export type Completion = {
  series: Series;
  basis: Basis;
  missed: Missed;
  /** When the completed occurrence was due. */
  due: Moment;
  /** When it was done; for an all-day series the user's date then. */
  doneAt: Moment;
  /** How many occurrences the series has had, this one included. COMPLETION counts by it. */
  made: number;
  /** Dates that were done ahead of time. COMPLETION does not give the first date after `doneAt` when it is one of these. */
  doneAhead?: readonly Moment[];
};

/**
 * What follows an occurrence that was done; null when the series is over.
 *
 * SCHEDULE: the first after the due; with `missed` ONE or LATEST, dates that passed meanwhile are left out.
 * COMPLETION: the rule counted from the day it was done, at the start's time of day: every 3 days is 3 days after.
 * HOURLY counts from the moment it was done.
 *
 * @throws AppError `INVALID_INPUT` as `occurrencesAfter` does.
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
  // Done ahead of time, a rule that names its days would give a date that is done once more. One that counts days does
  // not: what is done twice on a day comes again as long after that day as what is done once. So only one date is passed over.
  const isDone = next && namesDays(rule) && [due, ...doneAhead].some((date) => fromMoment(date) === fromMoment(next));
  return (isDone ? following : next) ?? null;
}

function namesDays({ byMonth, byWeekNo, byYearDay, byMonthDay, byDay, bySetPos }: Rule): boolean {
  return [byMonth, byWeekNo, byYearDay, byMonthDay, byDay, bySetPos].some((list) => list.length > 0);
}

/** The anchor on the day it was done: the start's time of day, or for HOURLY the time it was done. */
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
