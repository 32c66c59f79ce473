import { createHash } from 'node:crypto';
import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { Priority } from '../../generated/prisma/enums.ts';
import { isId } from '../../shared/ids.ts';
import type { Acting } from '../acting.ts';
import type { Change } from '../change.ts';
import {
  encodeKey,
  type Key,
  type Page,
  type PageArgs,
  type PageOrder,
  type PageQuery,
  pageQuery,
  toPage,
} from '../page.ts';
import { seenProjectSql } from '../projects/visibility.ts';
import type { AddParameter } from './conditions.ts';
import type { Moment } from './due-period.ts';
import { filterSql, required, type TaskFilter } from './filter.ts';
import { taskColumns } from './store.ts';

export type TaskOrder = { field: 'CREATED' | 'UPDATED' | 'DUE' | 'PRIORITY'; direction: 'ASC' | 'DESC' };

/** What an order sorts by: an expression, and the same of a row for its cursor. */
type SortKey = { sql: string; type: string; valueOf: (task: Task) => string; isValue: (text: string) => boolean };

const isInstant = (text: string) =>
  text === 'infinity' || text === '-infinity' || z.iso.datetime().safeParse(text).success;

/** Tasks without a due come last in either direction. */
function dueKey(absent: 'infinity' | '-infinity'): SortKey {
  return {
    sql: `coalesce("dueAt", '${absent}'::timestamptz)`,
    type: 'timestamptz',
    valueOf: (task) => task.dueAt?.toISOString() ?? absent,
    isValue: isInstant,
  };
}

function instantKey(column: 'createdAt' | 'updatedAt'): SortKey {
  return { sql: `"${column}"`, type: 'timestamptz', valueOf: (task) => task[column].toISOString(), isValue: isInstant };
}

const priorityKey: SortKey = {
  sql: 'priority',
  type: '"Priority"',
  valueOf: (task) => task.priority,
  isValue: (text) => text in Priority,
};

function sortKey({ field, direction }: TaskOrder): SortKey {
  switch (field) {
    case 'CREATED':
      return instantKey('createdAt');
    case 'UPDATED':
      return instantKey('updatedAt');
    case 'PRIORITY':
      return priorityKey;
    case 'DUE':
      return dueKey(direction === 'ASC' ? 'infinity' : '-infinity');
  }
}

/**
 * What the viewer sees, as scans that do not overlap: tasks they made, tasks assigned to them, and those of each project
 * they see. With a project in the filter, those of that project alone. `$1` is the tenant and `$2` the user.
 */
export function scansOf(filter: TaskFilter, add: AddParameter, read: (condition: string) => string): string[] {
  const projectId = required(filter, 'projectId');
  const isNamed = projectId ? ` AND id = ${add(projectId)}` : '';
  const ofProjects = `SELECT of_project.* FROM
    (SELECT id FROM project WHERE "tenantId" = $1 AND ${seenProjectSql('$2')}${isNamed}) seen,
    LATERAL (${read('"projectId" = seen.id')}) of_project`;
  if (projectId) return [ofProjects];
  const made = read('"projectId" IS NULL AND "creatorId" = $2');
  const assigned = read('"projectId" IS NULL AND "assigneeId" = $2 AND "creatorId" <> $2');
  return [made, assigned, ofProjects];
}

const countLimit = 10_000;

export type TaskListArgs = { filter?: TaskFilter | null; orderBy?: TaskOrder | null } & PageArgs;

/** The tasks the viewer sees, newest first unless ordered otherwise. One statement. @throws AppError `INVALID_INPUT`. */
export async function listTasks({ app, viewer }: Acting, args: TaskListArgs): Promise<Page<Task>> {
  authorize(viewer, 'task:read');
  const order = args.orderBy ?? { field: 'CREATED', direction: 'DESC' };
  const sort = sortKey(order);
  const pageOrder: PageOrder = {
    name: `tasks ${order.field} ${order.direction}`,
    isKey: ([value, id]) => sort.isValue(value) && isId(id),
  };
  const query = pageQuery(args, pageOrder);
  const filter = args.filter ?? {};
  const parts = { sort, isAscending: order.direction === 'ASC', query, filter, moment: momentOf({ app, viewer }) };
  const { text, values } = listStatement(parts);
  const { rows } = await app.db.query<Task>({
    name: `tasks-${hashOf(text)}`,
    text,
    values: [viewer.tenantId, viewer.userId, ...values],
  });
  return toPage(rows, query, (task) => encodeKey(pageOrder, [sort.valueOf(task), task.id]));
}

function momentOf({ app, viewer }: Pick<Acting, 'app' | 'viewer'>): Moment {
  return { now: app.clock.now(), timeZone: viewer.timeZone };
}

/** How many there are, counted no further than 10,001. */
export async function countTasks({ app, viewer }: Acting, filter: TaskFilter): Promise<number> {
  authorize(viewer, 'task:read');
  const values: unknown[] = [];
  const add: AddParameter = (value) => `$${values.push(value) + 2}`;
  const where = ['"tenantId" = $1', ...filterSql(filter, add, momentOf({ app, viewer }))].join(' AND ');
  const scans = scansOf(filter, add, (condition) => `SELECT FROM task WHERE ${condition} AND ${where}`);
  const { rows } = await app.db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (${unionOf(scans)} LIMIT ${countLimit + 1}) counted`,
    [viewer.tenantId, viewer.userId, ...values],
  );
  return rows[0]?.count ?? 0;
}

type Meant = { filter: TaskFilter; limit: number; among?: readonly string[] };

/** The ids of tasks that the viewer sees and the filter means, in no order; of these alone, when `among` is given. */
export async function findMeantTasks(tx: Change, viewer: Viewer, { filter, limit, among }: Meant): Promise<string[]> {
  const values: unknown[] = [viewer.tenantId, viewer.userId];
  const add: AddParameter = (value) => `$${values.push(value)}`;
  const moment = { now: tx.now, timeZone: viewer.timeZone };
  const where = [
    '"tenantId" = $1',
    ...filterSql(filter, add, moment),
    ...(among ? [`id = ANY(${add(among)}::uuid[])`] : []),
  ].join(' AND ');
  const most = add(limit);
  const scans = scansOf(
    filter,
    add,
    (condition) => `SELECT id FROM task WHERE ${condition} AND ${where} LIMIT ${most}`,
  );
  const text = `${unionOf(scans)} LIMIT ${most}`;
  const found = await tx.query<{ id: string }>(`meant-tasks-${hashOf(text)}`, text, values);
  return found.map(({ id }) => id);
}

type ListParts = {
  sort: SortKey;
  isAscending: boolean;
  query: PageQuery;
  filter: TaskFilter;
  moment: Moment;
};

/** Each scan is read in the order of an index and cut off at the page's size; the outer query merges them. */
function listStatement({ sort, isAscending, query, filter, moment }: ListParts): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const add: AddParameter = (value) => `$${values.push(value) + 2}`;
  const beyond = ([value, id]: Key, isAfter: boolean) =>
    `(${sort.sql}, id) ${isAfter === isAscending ? '>' : '<'} (${add(value)}::${sort.type}, ${add(id)}::uuid)`;
  const where = [
    '"tenantId" = $1',
    ...filterSql(filter, add, moment),
    ...(query.after ? [beyond(query.after, true)] : []),
    ...(query.before ? [beyond(query.before, false)] : []),
  ].join(' AND ');
  const direction = isAscending !== query.isBackward ? 'ASC' : 'DESC';
  const orderBy = `ORDER BY ${sort.sql} ${direction}, id ${direction} LIMIT ${add(query.limit + 1)}`;
  const scans = scansOf(
    filter,
    add,
    (condition) => `SELECT ${taskColumns} FROM task WHERE ${condition} AND ${where} ${orderBy}`,
  );
  return { text: `SELECT * FROM (${unionOf(scans)}) task ${orderBy}`, values };
}

function unionOf(scans: readonly string[]): string {
  return scans.map((scan) => `(${scan})`).join(' UNION ALL ');
}

function hashOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
