import type { Viewer } from '../../auth/viewer.ts';
import { searchedWords } from './conditions.ts';
import type { Moment } from './due-period.ts';
import { filterSql, required, type TaskFilter } from './filter.ts';
import { type Parameters, parametersOf, type Statement } from './parameters.ts';
import { type Parts, placesOf, rowsOf, unionOf } from './places.ts';
import { wholeWordQuery } from './words.ts';

const countLimit = 10_001;

/** The number of tasks as `count`, at most 10,001. */
export function countStatement(parts: Parts & { isPrepared: boolean }): Statement {
  const parameters = parametersOf(parts.viewer, parts);
  const found = `SELECT DISTINCT id FROM (${seenRows(parts, parameters, { columns: 'id', limit: countLimit })}) found LIMIT ${countLimit}`;
  return { text: `SELECT count(*)::int AS count FROM (${found}) counted`, values: parameters.values };
}

/** Their ids, up to a limit; only of these tasks if `among` is given. */
export function idsStatement({
  limit,
  among,
  ...parts
}: Parts & { limit: number; among?: readonly string[] }): Statement {
  const parameters = parametersOf(parts.viewer, { isPrepared: false });
  const more = among ? [`id = ANY(${parameters.add(among, 'uuid[]')})`] : [];
  const found = seenRows(parts, parameters, { columns: 'id', limit, more });
  return { text: `SELECT DISTINCT id FROM (${found}) found LIMIT ${limit}`, values: parameters.values };
}

/** Conditions that are a range of an index by due date. */
export const dueConditions = ['due', 'dueFrom', 'dueBefore', 'hasDue', 'isOverdue'] as const;

type Wanted = { columns: string; limit: number; more?: readonly string[] };

/**
 * Up to this many rows of each place, possibly with duplicates. They are read in an order, so that an index is used:
 * the newest, or those due last.
 */
export function seenRows(parts: Parts, parameters: Parameters, { columns, limit, more = [] }: Wanted): string {
  const isByDue = dueConditions.some((condition) => required(parts.filter, condition) != null);
  const key = isByDue ? '"dueAt"' : '"createdAt"';
  const scans = placesOf(parts, parameters).map((place) => {
    const order = [...place.orderedBy, key, 'id'].map((column) => `${column} DESC`).join(', ');
    const ending = `${place.isOrdered ? `ORDER BY ${order}` : ''} LIMIT ${limit}`;
    return `SELECT * FROM (${rowsOf(place, { columns, more, ending })}) part LIMIT ${limit}`;
  });
  return unionOf(scans);
}

/** The number of matches of a search and tags that the planner estimates (`EXPLAIN`, which runs nothing). */
export function matchStatement({
  viewer,
  filter,
  moment,
}: {
  viewer: Viewer;
  filter: TaskFilter;
  moment: Moment;
}): Statement {
  const values: unknown[] = [];
  const add = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const query = wholeWordQuery(required(filter, 'text') ?? '');
  const conditions = [
    `"tenantId" = ${add(viewer.tenantId, 'uuid')}`,
    ...(query ? [`${searchedWords} @@ ${add(query, 'tsquery')}`] : []),
    ...filterSql({ tags: required(filter, 'tags') }, add, moment),
  ];
  return { text: `EXPLAIN (FORMAT JSON) SELECT FROM task WHERE ${conditions.join(' AND ')}`, values };
}
