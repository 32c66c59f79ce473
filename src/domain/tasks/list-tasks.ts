import { createHash } from 'node:crypto';
import type pg from 'pg';
import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { isId } from '../../shared/ids.ts';
import { readWithin } from '../lists/limited-read.ts';
import { encodeKey, type Page, type PageArgs, type PageOrder, pageQuery, toPage } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import type { Moment } from './due-period.ts';
import { required, type TaskFilter } from './filter.ts';
import { keyText, sortKey, type TaskOrder } from './list-orders.ts';
import {
  countStatement,
  idsStatement,
  listStatement,
  matchStatement,
  type Reading,
  type Statement,
} from './list-statement.ts';

export type TaskListArgs = { filter?: TaskFilter | null; orderBy?: TaskOrder | null } & PageArgs;

/** With the sort value of the list. */
type ListedTask = Task & { key: Date | string | number | null };

/** The tasks that the viewer can see, by default the newest first. @throws AppError `INVALID_INPUT`. */
export async function listTasks(acting: Acting, args: TaskListArgs): Promise<Page<ListedTask>> {
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
  const asked = { viewer, filter, moment: momentOf(acting) };
  const reading = order.field === 'RELEVANCE' ? 'MATCH' : await readingOf(explainIn(app), asked);
  const statement = listStatement({ ...asked, reading, sort, query });
  const rows = await read<ListedTask>(acting, filter, 'tasks', statement);
  return toPage(rows, query, ({ key, id }) => encodeKey(pageOrder, [keyText(key), id]));
}

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
  const statement = listStatement({
    ...{ viewer, filter, moment: momentOf(acting), reading: 'ORDER' },
    sort: sortKey({ field: 'DUE', direction: 'ASC' }, filter),
    query: { limit: limit - 1, isBackward: false, after: null, before: null },
    columns: 'task.id, task.version, task."dueAt"',
    conditions: isUnassigned ? ['"assigneeId" IS NULL'] : [],
  });
  return read<TaskVersion>(acting, filter, 'due-versions', statement);
}

/** The number of tasks, at most 10,001. @throws AppError `INVALID_INPUT`. */
export async function countTasks(acting: Acting, filter: TaskFilter): Promise<number> {
  const { app, viewer } = acting;
  authorize(viewer, 'task:read');
  const asked = { viewer, filter, moment: momentOf(acting) };
  const statement = countStatement({ ...asked, reading: await readingOf(explainIn(app), asked) });
  const [row] = await read<{ count: number }>(acting, filter, 'count-tasks', statement);
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

/**
 * The few forms of usual lists use indexes for all values, so they are prepared, with a name per text. Any other list
 * is planned for its values, is not cached, because there are unlimited filters, and has a time limit.
 */
async function read<R extends pg.QueryResultRow>(
  { app, viewer }: Pick<Acting, 'app' | 'viewer'>,
  filter: TaskFilter,
  name: string,
  { text, values }: Statement,
): Promise<R[]> {
  if (!Object.entries(filter).every(([key, value]) => value == null || usual.has(key))) {
    return readWithin<R>({ app, viewer }, { text, values });
  }
  const hash = createHash('sha1').update(text).digest('hex');
  return (await app.db.query<R>({ name: `${name}-${hash}`, text, values })).rows;
}
