import { isDeepStrictEqual } from 'node:util';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { dueColumns } from '../tasks/due.ts';
import { dueOf, fromStored } from './dates.ts';

const shared = ['title', 'notes', 'priority', 'tags', 'assigneeId', 'projectId'] as const satisfies (keyof Task)[];

/** Whether an occurrence is equal to what its recurrence creates for its date, regardless of undone changes. */
export function isAsMade(series: Recurrence, task: Task): boolean {
  // Without an assignee who has left the tenant: it differs from the recurrence although nobody changed it.
  if (task.version === 1) return true;
  if (task.parentId !== null || !task.occurrenceAt) return false;
  const { dueAt, dueDate, dueTimeZone } = task;
  const due = dueColumns(dueOf(fromStored(series, wholeSecond(task.occurrenceAt)), series.timeZone), series.timeZone);
  return (
    isDeepStrictEqual({ dueAt, dueDate, dueTimeZone }, due) &&
    shared.every((column) => isDeepStrictEqual(task[column], series[column]))
  );
}

/** Dates are whole seconds; the milliseconds of an occurrence distinguish occurrences on the same date. */
function wholeSecond(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000);
}
