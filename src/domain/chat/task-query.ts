import { Temporal } from 'temporal-polyfill';
import type { TaskFilter } from '../tasks/filter.ts';
import type { TaskOrder } from '../tasks/list-orders.ts';
import type { Action, Due, DueRange } from './proposal.ts';

type QueryAction = Extract<Action, { intent: 'query_tasks' }>;

const orders: Record<'DUE' | 'PRIORITY' | 'CREATED', TaskOrder> = {
  DUE: { field: 'DUE', direction: 'ASC' },
  PRIORITY: { field: 'PRIORITY', direction: 'DESC' },
  CREATED: { field: 'CREATED', direction: 'DESC' },
};

const maxListed = 50;

/** Converts a query for tasks to a filter. Dates are in `timeZone`. */
export function taskListOf(
  { filter, orderBy, limit }: QueryAction,
  timeZone: string,
): { filter: TaskFilter; orderBy: TaskOrder; first: number } {
  const { status, priorities, tags, due, overdue, text } = filter;
  return {
    filter: {
      status: status === 'ANY' ? null : status,
      priorities,
      tags,
      text,
      isOverdue: overdue,
      ...(due && dueBounds(due, timeZone)),
    },
    orderBy: orders[orderBy ?? 'DUE'],
    first: Math.min(limit ?? 10, maxListed),
  };
}

/**
 * Bounds of `dueAt`. A whole day is stored as its end, so a day goes from just after its midnight up to and including
 * the next one.
 */
function dueBounds({ from, to, before, after }: DueRange, timeZone: string): Pick<TaskFilter, 'dueFrom' | 'dueBefore'> {
  const lower = from ? startOf(from, timeZone) : after && endOf(after, timeZone);
  const upper = to ? endOf(to, timeZone) : before && startOf(before, timeZone);
  return { dueFrom: lower, dueBefore: upper };
}

function startOf(due: Due, timeZone: string): Date {
  return 'at' in due ? new Date(due.at) : midnight(due.date, 0, timeZone);
}

function endOf(due: Due, timeZone: string): Date {
  return 'at' in due ? new Date(Date.parse(due.at) + 1) : midnight(due.date, 1, timeZone);
}

/** The first millisecond after the midnight of a day. */
function midnight(date: string, days: number, timeZone: string): Date {
  const start = Temporal.PlainDate.from(date).add({ days }).toZonedDateTime(timeZone);
  return new Date(start.epochMilliseconds + 1);
}
