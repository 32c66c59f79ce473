import type { Task } from '../../generated/prisma/client.ts';
import type { Priority, TaskStatus } from '../../generated/prisma/enums.ts';

/** Which tasks are meant; the conditions that are given must all hold. Ids are UUIDs. */
export type TaskFilter = {
  status?: TaskStatus | null;
  priorities?: readonly Priority[] | null;
  /** Every one of them. */
  tags?: readonly string[] | null;
  assigneeId?: string | null;
  creatorId?: string | null;
  projectId?: string | null;
  recurrenceId?: string | null;
  dueFrom?: Date | null;
  dueBefore?: Date | null;
  isOverdue?: boolean | null;
  /** Every word of it stands in the title or the notes. */
  text?: string | null;
  /** The trash instead of the living tasks. */
  isDeleted?: boolean | null;
};

/** Adds a value to the statement's parameters. @returns its placeholder. */
export type AddParameter = (value: unknown) => string;

/**
 * The one description of the filter's conditions, each as SQL for lists and as a predicate for live changes.
 * An absent condition holds for everything, but for `isDeleted`, which is false unless given.
 */
const conditions: {
  [K in keyof TaskFilter]-?: {
    sql: (value: NonNullable<TaskFilter[K]>, add: AddParameter, now: Date) => string;
    holds: (value: NonNullable<TaskFilter[K]>, task: Task, now: Date) => boolean;
  };
} = {
  status: { sql: (value, add) => `status = ${add(value)}`, holds: (value, task) => task.status === value },
  priorities: {
    sql: (value, add) => `priority = ANY(${add(value)}::"Priority"[])`,
    holds: (value, task) => value.includes(task.priority),
  },
  tags: {
    sql: (value, add) => `tags @> ${add(lowerCased(value))}::text[]`,
    holds: (value, task) => lowerCased(value).every((tag) => task.tags.includes(tag)),
  },
  assigneeId: {
    sql: (value, add) => `"assigneeId" = ${add(value)}`,
    holds: (value, task) => task.assigneeId === value,
  },
  creatorId: { sql: (value, add) => `"creatorId" = ${add(value)}`, holds: (value, task) => task.creatorId === value },
  projectId: { sql: (value, add) => `"projectId" = ${add(value)}`, holds: (value, task) => task.projectId === value },
  recurrenceId: {
    sql: (value, add) => `"recurrenceId" = ${add(value)}`,
    holds: (value, task) => task.recurrenceId === value,
  },
  dueFrom: {
    sql: (value, add) => `"dueAt" >= ${add(value)}`,
    holds: (value, task) => task.dueAt !== null && task.dueAt >= value,
  },
  dueBefore: {
    sql: (value, add) => `"dueAt" < ${add(value)}`,
    holds: (value, task) => task.dueAt !== null && task.dueAt < value,
  },
  isOverdue: {
    sql: (value, add, now) =>
      value
        ? `(status = 'ACTIVE' AND "dueAt" <= ${add(now)})`
        : `(status = 'COMPLETED' OR "dueAt" IS NULL OR "dueAt" > ${add(now)})`,
    holds: (value, task, now) => isOverdue(task, now) === value,
  },
  text: {
    sql: (value, add) =>
      wordsOf(value)
        .map((word) => `position(${add(word)} in lower(concat_ws(' ', title, notes))) > 0`)
        .join(' AND ') || 'true',
    holds: (value, task) =>
      wordsOf(value).every((word) => `${task.title} ${task.notes ?? ''}`.toLowerCase().includes(word)),
  },
  isDeleted: {
    sql: (value) => `"deletedAt" IS ${value ? 'NOT NULL' : 'NULL'}`,
    holds: (value, task) => (task.deletedAt !== null) === value,
  },
};

export function isOverdue(task: Pick<Task, 'status' | 'dueAt'>, now: Date): boolean {
  return task.status === 'ACTIVE' && task.dueAt !== null && task.dueAt <= now;
}

/** The filter as SQL conditions on the table task. */
export function filterSql(filter: TaskFilter, add: AddParameter, now: Date): string[] {
  return given(filter).map(([key, value]) => conditions[key].sql(value as never, add, now));
}

/** Tells whether a task is meant by the filter. */
export function taskMatcher(filter: TaskFilter): (task: Task, now: Date) => boolean {
  const wanted = given(filter);
  return (task, now) => wanted.every(([key, value]) => conditions[key].holds(value as never, task, now));
}

function given(filter: TaskFilter): [keyof TaskFilter, unknown][] {
  const all = Object.entries({ ...filter, isDeleted: filter.isDeleted ?? false }) as [keyof TaskFilter, unknown][];
  return all.filter(([, value]) => value != null);
}

function lowerCased(tags: readonly string[]): string[] {
  return tags.map((tag) => tag.trim().toLowerCase());
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20);
}
