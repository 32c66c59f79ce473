import { isDeepStrictEqual } from 'node:util';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { dueColumns } from '../tasks/due.ts';
import { dueOf, fromStored } from './dates.ts';

const shared = ['title', 'notes', 'priority', 'tags', 'assigneeId', 'projectId'] as const satisfies (keyof Task)[];

/** Whether an occurrence is as its series makes one for its date, whatever was done and undone with it since. */
export function isAsMade(series: Recurrence, task: Task): boolean {
  // Without its assignee when that had left; then it does not equal the series, but nobody has written it since.
  if (task.version === 1) return true;
  if (task.parentId !== null || !task.occurrenceAt) return false;
  const { dueAt, dueDate, dueTimeZone } = task;
  const due = dueColumns(dueOf(fromStored(series, wholeSecond(task.occurrenceAt)), series.timeZone), series.timeZone);
  return (
    isDeepStrictEqual({ dueAt, dueDate, dueTimeZone }, due) &&
    shared.every((column) => isDeepStrictEqual(task[column], series[column]))
  );
}

/** Dates are whole seconds; the milliseconds of an occurrence tell several of one date apart. */
function wholeSecond(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000);
}
