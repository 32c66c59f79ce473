import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { type Moment, maxOccurrences } from '../rrule/index.ts';
import { dueColumns } from '../tasks/due.ts';
import { dueOf, fromStored, toStored } from './dates.ts';
import type { EditPlan } from './plan-edit.ts';
import { comingDates } from './preview-occurrences.ts';

/** The changes of the dates of occurrences, by id, and the progress of the recurrence from which it continues. */
type Redated = {
  dates: Map<string, Partial<Task>>;
  reach: Partial<Pick<Recurrence, 'made' | 'reachedAt'>>;
};

/**
 * Sets the dates of the open occurrences of a changed recurrence: the first gets the date it was moved to, the others
 * get the next dates. Each stays the same task with its content. Occurrences without a remaining date are moved to the
 * trash and leave the recurrence. @throws AppError `CONFLICT` if another occurrence has the date that the first was
 * moved to.
 */
export async function redate(tx: Change, before: Recurrence, plan: EditPlan): Promise<Redated> {
  const dates: Redated['dates'] = new Map();
  const [first, ...following] = plan.affected;
  if (!first?.occurrenceAt || !plan.changesDates) return { dates, reach: {} };
  const series = { ...before, ...plan.changes };
  const from = { date: plan.moved ?? fromStored(series, first.occurrenceAt), made: series.made };
  const taken = await datesOfOthers(tx, series, { tasks: plan.affected, from: toStored(from.date) });
  if (plan.moved) {
    if (taken.has(toStored(plan.moved).getTime())) throw conflict(isTaken);
    dates.set(first.id, columnsOf(series, plan.moved, taken));
  }
  const isFree = (date: Moment) => series.basis === 'COMPLETION' || !taken.has(toStored(date).getTime());
  const limit = Math.min(maxOccurrences, following.length + taken.size);
  const coming = limit === 0 ? [] : comingDates(series, { from, limit }).filter(({ date }) => isFree(date));
  for (const [index, task] of following.entries()) {
    const date = coming[index]?.date;
    if (!date) dates.set(task.id, { deletedAt: tx.now, recurrenceId: null, occurrenceAt: null });
    else if (!keeps(before, series, task, date)) dates.set(task.id, columnsOf(series, date, taken));
  }
  const last = coming.slice(0, following.length).at(-1);
  const made = series.made + Math.min(following.length, coming.length);
  return { dates, reach: { made, reachedAt: toStored(last?.date ?? from.date) } };
}

const isTaken = 'The recurrence already has an occurrence on that date, which may be completed or in the trash.';

const selectOthers = `SELECT "occurrenceAt" FROM task
  WHERE "tenantId" = $1 AND "recurrenceId" = $2 AND "occurrenceAt" >= $3 AND id <> ALL($4)`;

type Others = { tasks: readonly Task[]; from: Date };

async function datesOfOthers(tx: Change, { tenantId, id }: Recurrence, { tasks, from }: Others): Promise<Set<number>> {
  const values = [tenantId, id, from, tasks.map((task) => task.id)];
  const rows = await tx.query<{ occurrenceAt: Date }>('dates-of-others', selectOthers, values);
  return new Set(rows.map(({ occurrenceAt }) => occurrenceAt.getTime()));
}

/** Its individual due date is then kept too. */
function keeps(before: Recurrence, after: Recurrence, { occurrenceAt }: Task, date: Moment): boolean {
  const isSameKind = before.isAllDay === after.isAllDay && before.timeZone === after.timeZone;
  return isSameKind && occurrenceAt?.getTime() === toStored(date).getTime();
}

/**
 * With basis COMPLETION, a date may be taken by an occurrence that was completed in advance; a millisecond
 * distinguishes the two.
 */
function columnsOf({ timeZone }: Recurrence, date: Moment, taken: ReadonlySet<number>): Partial<Task> {
  let at = toStored(date).getTime();
  while (taken.has(at)) at += 1;
  return { ...dueColumns(dueOf(date, timeZone), timeZone), occurrenceAt: new Date(at) };
}
