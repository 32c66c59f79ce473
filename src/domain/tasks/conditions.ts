import type { Task } from '../../generated/prisma/client.ts';
import { type Priority, TaskStatus } from '../../generated/prisma/enums.ts';
import { type DuePeriod, type Moment, periodBounds } from './due-period.ts';
import type { AddParameter } from './parameters.ts';
import { normalTag } from './tag.ts';
import { searchQuery } from './words.ts';

/** The conditions of a task filter. Ids are UUIDs. */
export type TaskConditions = {
  status?: TaskStatus | null;
  priorities?: readonly Priority[] | null;
  /** Every one of them. */
  tags?: readonly string[] | null;
  assigneeId?: string | null;
  creatorId?: string | null;
  projectId?: string | null;
  hasProject?: boolean | null;
  parentId?: string | null;
  /** A part of another task. */
  isSubtask?: boolean | null;
  recurrenceId?: string | null;
  hasDue?: boolean | null;
  due?: DuePeriod | null;
  dueFrom?: Date | null;
  dueBefore?: Date | null;
  isOverdue?: boolean | null;
  /** Each of its words is the beginning of a word in the title, the notes or a comment. */
  text?: string | null;
  /** In the trash. */
  isDeleted?: boolean | null;
};

type Condition<V> = {
  /** On a row of task; NULL counts as false. */
  sql: (value: V, add: AddParameter, moment: Moment) => string;
  /** Whether the condition holds for a task in memory; null if that cannot be decided. */
  holds: ((value: V, task: Task, moment: Moment) => boolean) | null;
};

/** The searched words; the index task_search has the same expression. */
export const searchedWords = '(task."ownWords" || task."commentWords")';

/** Each condition as SQL for lists and as a predicate for live changes. */
export const conditions: { [K in keyof TaskConditions]-?: Condition<NonNullable<TaskConditions[K]>> } = {
  status: { sql: statusIs, holds: (value, task) => task.status === value },
  priorities: {
    sql: (value, add) => `priority = ANY(${add(value, '"Priority"[]')})`,
    holds: (value, task) => value.includes(task.priority),
  },
  tags: {
    sql: (value, add) => `tags @> ${add(value.map(normalTag), 'text[]')}`,
    holds: (value, task) => value.map(normalTag).every((tag) => task.tags.includes(tag)),
  },
  assigneeId: {
    sql: (value, add) => `"assigneeId" = ${add(value, 'uuid')}`,
    holds: (value, task) => task.assigneeId === value,
  },
  creatorId: {
    sql: (value, add) => `"creatorId" = ${add(value, 'uuid')}`,
    holds: (value, task) => task.creatorId === value,
  },
  projectId: {
    sql: (value, add) => `"projectId" = ${add(value, 'uuid')}`,
    holds: (value, task) => task.projectId === value,
  },
  hasProject: {
    sql: (value) => `"projectId" IS ${value ? 'NOT NULL' : 'NULL'}`,
    holds: (value, task) => (task.projectId !== null) === value,
  },
  parentId: {
    sql: (value, add) => `"parentId" = ${add(value, 'uuid')}`,
    holds: (value, task) => task.parentId === value,
  },
  isSubtask: {
    sql: (value) => `"parentId" IS ${value ? 'NOT NULL' : 'NULL'}`,
    holds: (value, task) => (task.parentId !== null) === value,
  },
  recurrenceId: {
    sql: (value, add) => `"recurrenceId" = ${add(value, 'uuid')}`,
    holds: (value, task) => task.recurrenceId === value,
  },
  hasDue: {
    sql: (value) => `"dueAt" IS ${value ? 'NOT NULL' : 'NULL'}`,
    holds: (value, task) => (task.dueAt !== null) === value,
  },
  due: {
    sql: (value, add, moment) => (value === 'OVERDUE' ? overdueSql(add, moment) : periodSql(value, add, moment)),
    holds: (value, task, moment) =>
      value === 'OVERDUE' ? isOverdue(task, moment.now) : isDueWithin(value, task, moment),
  },
  dueFrom: {
    sql: (value, add) => `"dueAt" >= ${add(value, 'timestamptz')}`,
    holds: (value, task) => task.dueAt !== null && task.dueAt >= value,
  },
  dueBefore: {
    sql: (value, add) => `"dueAt" < ${add(value, 'timestamptz')}`,
    holds: (value, task) => task.dueAt !== null && task.dueAt < value,
  },
  isOverdue: {
    sql: (value, add, moment) =>
      value
        ? overdueSql(add, moment)
        : `(status = 'COMPLETED' OR "dueAt" IS NULL OR "dueAt" > ${add(moment.now, 'timestamptz')})`,
    holds: (value, task, moment) => isOverdue(task, moment.now) === value,
  },
  text: {
    // A text without words matches nothing; `checkFilter` rejects it earlier.
    sql: (value, add) => `${searchedWords} @@ ${add(searchQuery(value) ?? '', 'tsquery')}`,
    holds: null,
  },
  isDeleted: {
    sql: (value) => `"deletedAt" IS ${value ? 'NOT NULL' : 'NULL'}`,
    holds: (value, task) => (task.deletedAt !== null) === value,
  },
};

/** As a literal: the planner then uses the indexes by status for every plan. */
export function statusIs(status: TaskStatus): string {
  return `status = '${TaskStatus[status]}'`;
}

export function isOverdue(task: Pick<Task, 'status' | 'dueAt'>, now: Date): boolean {
  return task.status === 'ACTIVE' && task.dueAt !== null && task.dueAt <= now;
}

function overdueSql(add: AddParameter, { now }: Moment): string {
  return `(status = 'ACTIVE' AND "dueAt" <= ${add(now, 'timestamptz')})`;
}

/** A whole day is due at its end, which is the beginning of the next day: it belongs to the day that ends then. */
function periodSql(period: Exclude<DuePeriod, 'OVERDUE'>, add: AddParameter, moment: Moment): string {
  const bounds = periodBounds(period, moment);
  const [from, to] = [add(bounds.from, 'timestamptz'), add(bounds.to, 'timestamptz')];
  return `("dueAt" >= ${from} AND "dueAt" <= ${to}
    AND ("dueAt" > ${from} OR "dueDate" IS NULL) AND ("dueAt" < ${to} OR "dueDate" IS NOT NULL))`;
}

function isDueWithin(period: Exclude<DuePeriod, 'OVERDUE'>, { dueAt, dueDate }: Task, moment: Moment): boolean {
  const { from, to } = periodBounds(period, moment);
  if (dueAt === null) return false;
  return dueDate === null ? dueAt >= from && dueAt < to : dueAt > from && dueAt <= to;
}
