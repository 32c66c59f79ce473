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

/** With what the list is sorted by. */
type ListedTask = Task & { key: Date | string | number | null };

/** The tasks the viewer sees, newest first unless ordered otherwise. @throws AppError `INVALID_INPUT`. */
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
  const rows = await read<ListedTask>(app, filter, 'tasks', statement);
  return toPage(rows, query, ({ key, id }) => encodeKey(pageOrder, [keyText(key), id]));
}

/** What tells a task and its state apart. */
export type TaskVersion = Pick<Task, 'id' | 'version' | 'dueAt'>;

/**
 * The open tasks that the viewer sees and the filter means, by due, without what they say: for what reads many of them
 * piece by piece. `isUnassigned` leaves out those that are assigned to somebody.
 */
export async function listDueVersions(
  acting: Acting,
  { filter, limit, isUnassigned = false }: { filter: TaskFilter; limit: number; isUnassigned?: boolean },
): Promise<TaskVersion[]> {
  const { app, viewer } = acting;
  authorize(viewer, 'task:read');
  const statement = listStatement({
    ...{ viewer, filter, moment: momentOf(acting), reading: 'ORDER' },
    sort: sortKey({ field: 'DUE', direction: 'ASC' }, filter),
    query: { limit: limit - 1, isBackward: false, after: null, before: null },
    columns: 'task.id, task.version, task."dueAt"',
    conditions: isUnassigned ? ['"assigneeId" IS NULL'] : [],
  });
  return read<TaskVersion>(app, filter, 'due-versions', statement);
}

/** How many there are, counted no further than 10,001. @throws AppError `INVALID_INPUT`. */
export async function countTasks(acting: Acting, filter: TaskFilter): Promise<number> {
  const { app, viewer } = acting;
  authorize(viewer, 'task:read');
  const asked = { viewer, filter, moment: momentOf(acting) };
  const statement = countStatement({ ...asked, reading: await readingOf(explainIn(app), asked) });
  const [row] = await read<{ count: number }>(app, filter, 'count-tasks', statement);
  return row?.count ?? 0;
}

type Meant = { filter: TaskFilter; limit: number; among?: readonly string[] };

/** The ids of tasks that the viewer sees and the filter means, in no order; of these alone, when `among` is given. */
export async function findMeantTasks(tx: Change, viewer: Viewer, { filter, limit, among }: Meant): Promise<string[]> {
  const moment = { now: tx.now, timeZone: viewer.timeZone };
  const explain: Explain = ({ text, values }) => tx.query('', text, values);
  const reading = among ? 'MATCH' : await readingOf(explain, { viewer, filter, moment });
  const { text, values } = idsStatement({ viewer, filter, moment, reading, limit, among });
  return (await tx.query<{ id: string }>('', text, values)).map(({ id }) => id);
}

/** Up to so many matches are cheap to look up and sort. Of more, enough for a page are soon met in any order. */
const maxMatches = 10_000;

type Plan = { 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] };
type Explain = (statement: Statement) => Promise<Plan[]>;
type Asked = { viewer: Viewer; filter: TaskFilter; moment: Moment };

/** How tasks are best read: a search or tags by what they match, unless the database expects that to be a lot. */
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
 * The few shapes of usual lists are read through indexes whatever the values are, so they are prepared, each under a name
 * for its text. Any other is planned for its values, kept by nobody, as there is no end of filters, and limited.
 */
async function read<R extends pg.QueryResultRow>(
  app: Acting['app'],
  filter: TaskFilter,
  name: string,
  { text, values }: Statement,
): Promise<R[]> {
  if (!Object.entries(filter).every(([key, value]) => value == null || usual.has(key))) {
    return readWithin<R>(app, { text, values });
  }
  const hash = createHash('sha1').update(text).digest('hex');
  return (await app.db.query<R>({ name: `${name}-${hash}`, text, values })).rows;
}
