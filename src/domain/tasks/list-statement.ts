import type { Viewer } from '../../auth/viewer.ts';
import type { Key, PageQuery } from '../lists/page.ts';
import { projectSight } from '../projects/visibility.ts';
import { type AddParameter, searchedWords } from './conditions.ts';
import type { Moment } from './due-period.ts';
import { filterSql, required, type TaskFilter } from './filter.ts';
import { nothing, type SortKey } from './list-orders.ts';
import { taskRecords } from './store.ts';
import { wholeWordQuery } from './words.ts';

/*
 * How lists are read. ORDER: the tasks that a viewer can see are in places (created by them, assigned to them, each
 * project), and within a place by status. Indexes begin with place and status. From each, one page of ids and sort
 * values is read in order, and the results are merged: the cost depends neither on the number of tasks nor on how many
 * are completed. MATCH: the matches of a search or of tags are looked up and then sorted, so the cost depends on the
 * number of matches.
 */
export type Reading = 'ORDER' | 'MATCH';

export type Statement = { text: string; values: unknown[] };

/** The parts of a statement. Its first parameters are the tenant and the user. */
type Parts = { viewer: Viewer; filter: TaskFilter; moment: Moment; reading: Reading };

const countLimit = 10_001;

const seenProjects = `SELECT id FROM project WHERE "tenantId" = $1 AND ${projectSight.sql('$2')}`;
const isSeen = `("projectId" IS NULL AND $2 IN ("creatorId", "assigneeId") OR "projectId" IN (${seenProjects}))`;

type Listing = Parts & {
  sort: SortKey;
  query: PageQuery;
  /** All columns of a task by default. */
  columns?: string;
  /** Conditions in addition to the filter. */
  conditions?: readonly string[];
};

/** A page, and one more row that shows whether there is another page. Each row has its sort value as `key`. */
export function listStatement({
  sort,
  query,
  columns: wanted = taskRecords.columns,
  conditions = [],
  ...parts
}: Listing): Statement {
  const { values, add } = parametersOf(parts.viewer);
  const key = sort.sql(add);
  const direction = sort.isAscending !== query.isBackward ? 'ASC' : 'DESC';
  const nulls = sort.isNullable ? (query.isBackward ? 'NULLS FIRST' : 'NULLS LAST') : '';
  const order = `ORDER BY key ${direction} ${nulls}, id ${direction}`;
  const limit = add(query.limit + 1);
  const places = placesOf(parts, add);
  const pageOf = (stretch: readonly string[]) => {
    const scans = places.map((place) => {
      const columns = [...place.orderedBy, key, 'id'].map((column) => `${column} ${direction}`).join(', ');
      return place.scan(`${key} AS key, id`, [...conditions, ...stretch], `ORDER BY ${columns} LIMIT ${limit}`);
    });
    const nearest = `SELECT * FROM (${unionOf(scans)}) found ${order} LIMIT ${maxPlaces} * ${limit}`;
    return `SELECT DISTINCT key, id FROM (${nearest}) nearest ${order} LIMIT ${limit}`;
  };
  const stretches = stretchesOf(sort, key, query, add);
  const [first = [], second] = query.isBackward ? stretches.toReversed() : stretches;
  // The second part is read only if the first one does not fill the page.
  const text = `
    WITH first AS MATERIALIZED (${pageOf(first)})
    SELECT ${wanted}, page.key
    FROM (SELECT * FROM first ${second ? `UNION ALL SELECT * FROM (${pageOf(second)}) second WHERE (SELECT count(*) FROM first) < ${limit}` : ''}
        ${order} LIMIT ${limit}) page,
      LATERAL (SELECT * FROM task WHERE "tenantId" = $1 AND id = page.id LIMIT 1) task
    ORDER BY page.key ${direction} ${nulls}, page.id ${direction}`;
  return { text, values };
}

/** The number of tasks as `count`, at most 10,001. */
export function countStatement(parts: Parts): Statement {
  const { values, add } = parametersOf(parts.viewer);
  const found = `SELECT DISTINCT id FROM (${seenRows(parts, add, 'id', String(countLimit))}) found LIMIT ${countLimit}`;
  return { text: `SELECT count(*)::int AS count FROM (${found}) counted`, values };
}

/** Their ids, up to a limit; only of these tasks if `among` is given. */
export function idsStatement({
  limit,
  among,
  ...parts
}: Parts & { limit: number; among?: readonly string[] }): Statement {
  const { values, add } = parametersOf(parts.viewer);
  const most = add(limit);
  const more = among ? [`id = ANY(${add(among)}::uuid[])`] : [];
  return { text: `SELECT DISTINCT id FROM (${seenRows(parts, add, 'id', most, more)}) found LIMIT ${most}`, values };
}

/** Conditions that are a range of an index by due date. */
const dueConditions = ['due', 'dueFrom', 'dueBefore', 'hasDue', 'isOverdue'] as const;

/**
 * Up to this many rows of each place, possibly with duplicates. They are read in an order, so that an index is used:
 * the newest, or those due last.
 */
export function seenRows(
  parts: Parts,
  add: AddParameter,
  columns: string,
  limit: string,
  more: readonly string[] = [],
): string {
  const isByDue = dueConditions.some((condition) => required(parts.filter, condition) != null);
  const key = isByDue ? '"dueAt"' : '"createdAt"';
  const scans = placesOf(parts, add).map((place) => {
    const order = [...place.orderedBy, key, 'id'].map((column) => `${column} DESC`).join(', ');
    const ending = parts.reading === 'ORDER' ? `ORDER BY ${order} LIMIT ${limit}` : `LIMIT ${limit}`;
    return `SELECT * FROM (${place.scan(columns, more, ending)}) part LIMIT ${limit}`;
  });
  return unionOf(scans);
}

/** The number of matches of a search and tags that the planner estimates (`EXPLAIN`, which runs nothing). */
export function matchStatement({ viewer, filter, moment }: Omit<Parts, 'reading'>): Statement {
  const values: unknown[] = [viewer.tenantId];
  const add: AddParameter = (value) => `$${values.push(value)}`;
  const query = wholeWordQuery(required(filter, 'text') ?? '');
  const conditions = [
    '"tenantId" = $1',
    ...(query ? [`${searchedWords} @@ ${add(query)}::tsquery`] : []),
    ...filterSql({ tags: required(filter, 'tags') }, add, moment),
  ];
  return { text: `EXPLAIN (FORMAT JSON) SELECT FROM task WHERE ${conditions.join(' AND ')}`, values };
}

/** The parameters of a statement: the tenant and the user, then added values. */
export function parametersOf({ tenantId, userId }: Viewer): { values: unknown[]; add: AddParameter } {
  const values: unknown[] = [tenantId, userId];
  return { values, add: (value) => `$${values.push(value)}` };
}

/** The number of places that a task can be in: its creator may be its assignee. */
const maxPlaces = 2;

/** The places of the tasks that the viewer can see. They may overlap. */
type Place = {
  /** Leading columns of its index that the planner does not recognize as constant. */
  orderedBy: readonly string[];
  scan: (columns: string, conditions: readonly string[], ending: string) => string;
};

function placesOf({ viewer, filter, moment, reading }: Parts, add: AddParameter): Place[] {
  const conditions = ['"tenantId" = $1', ...filterSql(filter, add, moment)];
  const scanOf = (place: readonly string[]): Place['scan'] => {
    return (columns, more, ending) =>
      `SELECT ${columns} FROM task WHERE ${[...conditions, ...place, ...more].join(' AND ')} ${ending}`;
  };
  if (reading === 'MATCH') return [{ orderedBy: [], scan: scanOf([isSeen]) }];

  const status = required(filter, 'status');
  const statuses = `unnest(${add(status ? [status] : ['ACTIVE', 'COMPLETED'])}::"TaskStatus"[]) AS of_status`;
  const each = (from: string, place: string[], orderedBy: string[] = []): Place => ({
    orderedBy,
    scan: (...parts) =>
      `SELECT scan.* FROM ${from} CROSS JOIN LATERAL (${scanOf([...place, 'status = of_status'])(...parts)}) scan`,
  });
  const projectId = required(filter, 'projectId');
  const assigneeId = required(filter, 'assigneeId');
  const isNamed = projectId ? ` AND id = ${add(projectId)}` : '';
  const projects = each(`(${seenProjects}${isNamed}) seen CROSS JOIN ${statuses}`, ['"projectId" = seen.id']);
  if (projectId || required(filter, 'hasProject')) return [projects];

  const isPersonal = '"projectId" IS NULL';
  const made = each(statuses, [isPersonal, '"creatorId" = $2']);
  const assigned = each(statuses, [isPersonal, '"assigneeId" = $2'], ['"projectId"']);
  const madeForAnother = each(statuses, [isPersonal, '"creatorId" = $2'], ['"projectId"']);
  const personal = !assigneeId ? [made, assigned] : [assigneeId === viewer.userId ? assigned : madeForAnother];
  return required(filter, 'hasProject') === false ? personal : [...personal, projects];
}

/** The parts of an order between the cursors: rows with a sort value, then rows without one. */
function stretchesOf(sort: SortKey, key: string, { after, before }: PageQuery, add: AddParameter): string[][] {
  const bounds = [
    ...(after ? [{ at: after, isAfter: true }] : []),
    ...(before ? [{ at: before, isAfter: false }] : []),
  ];
  const beyond = ([value, id]: Key, isAfter: boolean) => {
    const sign = isAfter === sort.isAscending ? '>' : '<';
    if (value === nothing) return `id ${sign} ${add(id)}::uuid`;
    return `(${key}, id) ${sign} (${add(value)}::${sort.type}, ${add(id)}::uuid)`;
  };
  if (!sort.isNullable) return [bounds.map(({ at, isAfter }) => beyond(at, isAfter))];
  const stretches = [true, false].flatMap((hasValue) => {
    const isWithin = bounds.map(({ at }) => (at[0] !== nothing) === hasValue);
    // With a cursor in the other part, this part is included as a whole or not at all: rows with a value come first.
    if (bounds.some(({ isAfter }, index) => !isWithin[index] && isAfter === hasValue)) return [];
    const inner = bounds.filter((_, index) => isWithin[index]).map(({ at, isAfter }) => beyond(at, isAfter));
    return [[`${key} IS ${hasValue ? 'NOT NULL' : 'NULL'}`, ...inner]];
  });
  return stretches.length > 0 ? stretches : [['false']];
}

function unionOf(scans: readonly string[]): string {
  return scans.map((scan) => `(${scan})`).join(' UNION ALL ');
}
