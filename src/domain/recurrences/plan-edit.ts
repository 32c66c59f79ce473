import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { isInstantInRange, range } from '../../shared/date-range.ts';
import { invalidInput, notFound } from '../../shared/errors.ts';
import { checkSeries, formatRule, type Moment, occurrencesAfter, parseRule, shiftRule } from '../rrule/index.ts';
import { changeRule, inInput, type RuleChoice } from './choose-rule.ts';
import { requireDates, toSeries, toStored } from './dates.ts';
import type { RecurrenceEdits } from './input.ts';
import { type Anchor, anchorOf, untilDay, wallClock } from './move-series.ts';
import type { RecurrenceChanges } from './store.ts';

/** The effects of a change of a recurrence. */
export type EditPlan = {
  /** The changes of the recurrence. */
  changes: RecurrenceChanges;
  /** The open occurrences that change with it, the earliest first. */
  affected: Task[];
  /** Whether the dates change: then the first of `affected` is kept, and the others get new dates. */
  changesDates: boolean;
  /** The new date of the first of `affected`; null when it keeps its own. */
  moved: Moment | null;
};

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Decides the effects of a change on a recurrence with these open occurrences, in the order of their dates. It starts
 * from one of them, the earliest by default; the scope ALL includes earlier ones. @throws AppError `INVALID_INPUT`;
 * `NOT_FOUND` if the given task is not one of them.
 */
export function planEdit(before: Recurrence, edits: RecurrenceEdits, open: readonly Task[]): EditPlan {
  const chosen = chosenOf(open, edits.taskId);
  const affected = chosen && edits.scope !== 'ALL' ? open.slice(open.indexOf(chosen)) : [...open];
  const content = { ...contentChanges(edits), ...policyChanges(edits) };
  const dates = planDates(before, edits, { affected, chosen });
  return {
    affected,
    changesDates: dates !== null,
    moved: dates?.moved ?? null,
    changes: { ...content, ...dates?.changes },
  };
}

/** The occurrence that a change starts from. @throws AppError `NOT_FOUND`. */
export function chosenOf(open: readonly Task[], taskId: string | null | undefined): Task | undefined {
  if (taskId == null) return open[0];
  const chosen = open.find(({ id }) => id === taskId);
  if (!chosen) throw notFound('An open occurrence of this recurrence with the id taskId');
  return chosen;
}

/** The fields that a recurrence and its tasks have in common. */
export function contentChanges({ title, notes, priority, tags, assigneeId, projectId }: RecurrenceEdits) {
  return {
    ...(title !== undefined && { title }),
    ...(notes !== undefined && { notes }),
    ...(priority !== undefined && { priority: priority ?? 'MEDIUM' }),
    ...(tags !== undefined && { tags: tags ?? [] }),
    ...(assigneeId !== undefined && { assigneeId }),
    ...(projectId !== undefined && { projectId }),
  } satisfies RecurrenceChanges & Partial<Task>;
}

function policyChanges({ basis, missed, generateAhead }: RecurrenceEdits): RecurrenceChanges {
  return {
    ...(basis !== undefined && { basis: basis ?? 'SCHEDULE' }),
    ...(missed !== undefined && { missed: missed ?? 'ONE' }),
    ...(generateAhead !== undefined && { generateAhead: generateAhead ?? 0 }),
  };
}

type Occurrences = { affected: readonly Task[]; chosen: Task | undefined };

/** The changes of the dates and of the progress of the recurrence; null if they do not change. */
function planDates(before: Recurrence, edits: RecurrenceEdits, { affected, chosen }: Occurrences) {
  const { preset, interval, rule, until, count, monthEnd, skipWeekends, due, timeZone } = edits;
  const given = [preset, interval, rule, until, count, monthEnd, skipWeekends, due, timeZone];
  if (given.every((edit) => edit === undefined)) return null;
  const isMoved = due != null || timeZone != null;
  const isRuled = [preset, interval, rule].some((edit) => edit != null);
  const first = affected[0]?.occurrenceAt ?? before.reachedAt;
  const anchor = anchorOf(before, { due, timeZone }, { first, moved: chosen?.occurrenceAt ?? before.reachedAt });
  // Without an open occurrence, a new due date as the anchor is not created yet; otherwise the anchor was already
  // created.
  const isToCome = affected.length === 0 && isMoved;
  const madeBefore = before.made - Math.max(affected.length, isToCome ? 0 : 1);
  const { start, isAllDay } = anchor;
  const changes: RecurrenceChanges = {
    ...(isMoved || isRuled ? { start, isAllDay, timeZone: anchor.timeZone, madeBefore: Math.max(0, madeBefore) } : {}),
    ...ruleChanges(before, edits, { anchor, first, isRuled }),
    ...(monthEnd !== undefined && { monthEnd: monthEnd ?? 'CLAMP' }),
    ...(skipWeekends !== undefined && { skipWeekends: skipWeekends ?? false }),
    reachedAt: anchor.reachedAt,
    made: before.made - Math.max(0, affected.length - 1),
  };
  inInput(() => requirePossible({ ...before, ...changes }));
  inInput(() => requireLasting({ ...before, ...changes }, edits));
  if (!isMoved) return { changes, moved: null };
  const moved = inInput(() => firstDate({ ...before, ...changes }));
  const reachedAt = isToCome ? beforeDate(anchor) : toStored(moved);
  return { changes: { ...changes, reachedAt }, moved };
}

/** Just before a date, so that it is created next. */
function beforeDate({ reachedAt, isAllDay }: Anchor): Date {
  return new Date(reachedAt.getTime() - (isAllDay ? dayMs : 1));
}

type Ruling = { anchor: Anchor; first: Date; isRuled: boolean };

/** The requested rule, or the current one, which follows the day that its dates were moved to. */
function ruleChanges(before: Recurrence, edits: RecurrenceEdits, { anchor, first, isRuled }: Ruling) {
  const day = wallClock(before, first).toPlainDate().toString();
  const rule = isRuled ? before.rule : formatRule(shiftRule(parseRule(before.rule), day, anchor.day));
  const isOtherKind = anchor.isAllDay !== before.isAllDay || anchor.timeZone !== before.timeZone;
  // An end is a local day. For recurrences with instants it is stored as an instant, so it must be computed again.
  const until = edits.until === undefined && isOtherKind ? (untilDay(before) ?? undefined) : edits.until;
  const choice: RuleChoice = { ...edits, until };
  return changeRule({ ...before, ...anchor, rule }, choice);
}

/**
 * @throws AppError `INVALID_INPUT` for a rule that does not fit the recurrence or never occurs, or for dates out of
 * range.
 */
function requirePossible(series: Recurrence): void {
  if (!isInstantInRange(series.reachedAt)) throw fault('due', `The dates of a recurrence must be ${range}.`);
  checkSeries(toSeries(series));
  requireDates(series);
}

/** @throws AppError `INVALID_INPUT` for a new end before the occurrence that the change starts from. */
function requireLasting({ made, isAllDay, timeZone, reachedAt }: Recurrence, { until, count }: RecurrenceEdits): void {
  const day = wallClock({ isAllDay, timeZone }, reachedAt).toPlainDate().toString();
  if (until != null && until < day) throw fault('until', `The current occurrence is on ${day}, which is later.`);
  if (count != null && count < made) throw fault('count', `The recurrence already has ${made} occurrences.`);
}

/** @throws AppError `INVALID_INPUT` if the recurrence ends before its first date. */
function firstDate(series: Recurrence): Moment {
  const [first] = occurrencesAfter({ ...toSeries(series), after: null, limit: 1 });
  if (first) return first;
  throw fault('due', 'The recurrence ends before this date. Change its end too.');
}

function fault(field: string, message: string) {
  return invalidInput([{ path: [field], message }]);
}
