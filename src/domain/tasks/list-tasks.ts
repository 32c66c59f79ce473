import { createHash } from 'node:crypto';
import type pg from 'pg';
import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { isId } from '../../shared/ids.ts';
import { ownTurn } from '../../shared/own-turn.ts';
import { readWithin } from '../lists/limited-read.ts';
import { encodeKey, type Page, type PageArgs, type PageOrder, pageQuery, toPage } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import type { Moment } from './due-period.ts';
import { required, type TaskFilter } from './filter.ts';
import { keyText, type SortColumn, type SortValue, sortKey, type TaskOrder } from './list-orders.ts';
import { listStatement } from './list-statement.ts';
import type { Statement } from './parameters.ts';
import type { Reading } from './places.ts';
import { countStatement, dueConditions, idsStatement, matchStatement } from './task-statements.ts';

export type TaskListArgs = { filter?: TaskFilter | null; orderBy?: TaskOrder | null } & PageArgs;

/**
 * The tasks that the viewer can see, by default the newest first. Only these columns of them are read.
 * @throws AppError `INVALID_INPUT`.
 */
export async function listTasks<Column extends keyof Task = keyof Task>(
  acting: Acting,
  args: TaskListArgs,
  columns?: readonly Column[],
): Promise<Page<ListedTask<Column>>> {
  const { app, viewer } = acting;
  authorize(viewer, 'task:read');
  const filter = args.filter ?? {};
  const order = args.orderBy ?? { field: 'CREATED', direction: 'DESC' };
  const sort = sortKey(order, filter);
  const pageOrder: PageOrder = {
    name: `tasks ${order.field} ${order.direction}`,
    isKey: ([value, id]) => sort.isValue(value) && isId(id),
  };
  const query = pageQuery(args, pageOrder);
  await turnOf(filter);
  const asked = { viewer, filter, moment: momentOf(acting) };
  const reading = order.field === 'RELEVANCE' ? 'MATCH' : await readingOf(explainIn(app), asked);
  const isPrepared = isServedByIndex(filter, { isByDue: order.field === 'DUE' });
  const statement = listStatement({ ...asked, reading, sort, query, isPrepared, columns });
  const rows = await read<ListedTask<Column>>(acting, filter, { kind: 'tasks', isPrepared, statement });
  return toPage(rows, query, (row) => encodeKey(pageOrder, [keyText(row[sort.column] ?? null), row.id]));
}

/** The columns that were asked for, its id, and the sort value of the list. */
type ListedTask<Column extends keyof Task> = Pick<Task, Column | 'id'> & { [Key in SortColumn]?: SortValue };

/** Identifies a task and its version. */
export type TaskVersion = Pick<Task, 'id' | 'version' | 'dueAt'>;

/**
 * The open tasks that the viewer can see and that match the filter, by due date, without their content: for streaming
 * many of them. `isUnassigned` excludes assigned tasks.
 */
export async function listDueVersions(
  acting: Acting,
  { filter, limit, isUnassigned = false }: { filter: TaskFilter; limit: number; isUnassigned?: boolean },
): Promise<TaskVersion[]> {
  const { viewer } = acting;
  authorize(viewer, 'task:read');
  const isPrepared = isServedByIndex(filter, { isByDue: true });
  const statement = listStatement({
    ...{ viewer, filter, moment: momentOf(acting), reading: 'ORDER', isPrepared },
    sort: sortKey({ field: 'DUE', direction: 'ASC' }, filter),
    query: { limit: limit - 1, isBackward: false, after: null, before: null },
    columns: ['version'],
    conditions: isUnassigned ? ['"assigneeId" IS NULL'] : [],
  });
  return read<TaskVersion>(acting, filter, { kind: 'due-versions', isPrepared, statement });
}

/** The number of tasks, at most 10,001. @throws AppError `INVALID_INPUT`. */
export async function countTasks(acting: Acting, filter: TaskFilter): Promise<number> {
  const { app, viewer } = acting;
  authorize(viewer, 'task:read');
  await turnOf(filter);
  const asked = { viewer, filter, moment: momentOf(acting) };
  const isPrepared = isServedByIndex(filter, { isByDue: true });
  const statement = countStatement({ ...asked, reading: await readingOf(explainIn(app), asked), isPrepared });
  const [row] = await read<{ count: number }>(acting, filter, { kind: 'count-tasks', isPrepared, statement });
  return row?.count ?? 0;
}

type Meant = { filter: TaskFilter; limit: number; among?: readonly string[] };

/**
 * The ids of tasks that the viewer can see and that match the filter, unordered; only of these tasks if `among` is
 * given.
 */
export async function findMeantTasks(tx: Change, viewer: Viewer, { filter, limit, among }: Meant): Promise<string[]> {
  const moment = { now: tx.now, timeZone: viewer.timeZone };
  const explain: Explain = ({ text, values }) => tx.query('', text, values);
  const reading = among ? 'MATCH' : await readingOf(explain, { viewer, filter, moment });
  const { text, values } = idsStatement({ viewer, filter, moment, reading, limit, among });
  return (await tx.query<{ id: string }>('', text, values)).map(({ id }) => id);
}

/**
 * Up to this many matches are cheap to look up and sort. With more matches, reading in any order finds enough for a
 * page soon.
 */
const maxMatches = 10_000;

type Plan = { 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] };
type Explain = (statement: Statement) => Promise<Plan[]>;
type Asked = { viewer: Viewer; filter: TaskFilter; moment: Moment };

/** Chooses how to read tasks: a search or tags by their matches, unless the database estimates many matches. */
async function readingOf(explain: Explain, asked: Asked): Promise<Reading> {
  if (!required(asked.filter, 'text') && !required(asked.filter, 'tags')?.length) return 'ORDER';
  const [row] = await explain(matchStatement(asked));
  return (row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0) <= maxMatches ? 'MATCH' : 'ORDER';
}

function explainIn({ db }: Pick<Acting['app'], 'db'>): Explain {
  return async ({ text, values }) => (await db.query<Plan>(text, values)).rows;
}

function momentOf({ app, viewer }: Pick<Acting, 'app' | 'viewer'>): Moment {
  return { now: app.clock.now(), timeZone: viewer.timeZone };
}

const usual: ReadonlySet<string> = new Set<keyof TaskFilter>(['status', 'projectId', 'hasProject', 'assigneeId']);
const usualByDue: ReadonlySet<string> = new Set([...usual, ...dueConditions]);

/** Whether an index serves the filter for all values, so that one plan is kept for them. */
function isServedByIndex(filter: TaskFilter, { isByDue }: { isByDue: boolean }): boolean {
  return isWithin(filter, isByDue ? usualByDue : usual) && filter.isOverdue !== false;
}

function isWithin(filter: TaskFilter, names: ReadonlySet<string>): boolean {
  return Object.entries(filter).every(([key, value]) => value == null || names.has(key));
}

/** A filter of many texts takes long to translate, and an operation can have many such lists. */
async function turnOf(filter: TaskFilter): Promise<void> {
  if (!isWithin(filter, usualByDue)) await ownTurn();
}

type Read = { kind: string; isPrepared: boolean; statement: Statement };

/**
 * Prepared statements have a name for each text. Any other list is planned for its values, because there are unlimited
 * filters. Only the plans of usual filters bound what is read; all other lists have a time limit.
 */
async function read<R extends pg.QueryResultRow>(
  { app, viewer }: Pick<Acting, 'app' | 'viewer'>,
  filter: TaskFilter,
  { kind, isPrepared, statement }: Read,
): Promise<R[]> {
  const named = isPrepared ? { ...statement, name: nameOf(kind, statement) } : statement;
  if (!isWithin(filter, usual)) return readWithin<R>({ app, viewer }, named);
  return (await app.db.query<R>(named)).rows;
}

function nameOf(kind: string, { text }: Statement): string {
  return `${kind}-${createHash('sha1').update(text).digest('hex')}`;
}
