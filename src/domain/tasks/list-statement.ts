import type { Key, PageQuery } from '../lists/page.ts';
import { quoted } from '../records/quoted.ts';
import { nothing, type SortColumn, type SortKey } from './list-orders.ts';
import { type AddParameter, type Parameters, parametersOf, type Statement } from './parameters.ts';
import { type Parts, type Place, placesOf, rowsOf, unionOf } from './places.ts';
import { taskRecords } from './store.ts';

/*
 * How lists are read: the places are merged in order, and only as far as the page goes. Rows come from the scan that
 * finds them. The projects are many places with few rows of the page in each: there, only sort values and ids are read
 * from the index, and then the rows of the page. The cost depends neither on the number of tasks nor on how many are
 * completed.
 */

type Listing = Parts & {
  sort: SortKey;
  query: PageQuery;
  isPrepared: boolean;
  /** The columns of the result, in addition to the id and the sort value. All columns of a task by default. */
  columns?: readonly string[] | undefined;
  /** Conditions in addition to the filter. */
  conditions?: readonly string[];
};

/** A list whose statement is made: what all its parts have in common. */
type Made = Pick<Listing, 'sort' | 'isPrepared'> & {
  places: readonly Place[];
  parameters: Parameters;
  fields: readonly (string | SortColumn)[];
  /** The sort value as SQL on a row of task. */
  key: string;
  direction: 'ASC' | 'DESC';
  size: number;
  conditions: readonly string[];
};

/** A page, and one more row that shows whether there is another page. */
export function listStatement(listing: Listing): Statement {
  const { sort, query, isPrepared, columns = taskRecords.readFields, conditions = [] } = listing;
  const parameters = parametersOf(listing.viewer, listing);
  const list: Made = {
    ...{ sort, isPrepared, parameters, conditions },
    places: placesOf(listing, parameters),
    fields: [...new Set(['id', ...columns, sort.column])],
    key: sort.sql(parameters.add),
    direction: sort.isAscending !== query.isBackward ? 'ASC' : 'DESC',
    size: query.limit + 1,
  };
  const stretches = stretchesOf(sort, list.key, query, parameters.add);
  const [first, second] = query.isBackward ? stretches.toReversed() : stretches;
  const text = second ? inTwoParts(list, query, [first as Stretch, second]) : pageOf(list, first as Stretch);
  return { text, values: parameters.values };
}

/** The second part is read only if the first one does not fill the page. */
function inTwoParts(list: Made, { isBackward }: PageQuery, [first, second]: [Stretch, Stretch]): string {
  const { direction, size, sort } = list;
  const nulls = isBackward ? 'NULLS FIRST' : 'NULLS LAST';
  return `WITH first AS MATERIALIZED (${pageOf(list, first)})
    SELECT * FROM (SELECT * FROM first
      UNION ALL SELECT * FROM (${pageOf(list, second)}) second WHERE (SELECT count(*) FROM first) < ${size}) page
    ORDER BY "${sort.column}" ${direction} ${nulls}, id ${direction} LIMIT ${size}`;
}

/** The number of places that a task can be in: its creator may be its assignee. */
const maxPlaces = 2;

/** A page of one part of the order. Without the inner limit, the planner would expect to read much more for it. */
function pageOf(list: Made, stretch: Stretch): string {
  const { places, fields, sort, direction, size } = list;
  const scans = places.map((place) => scanOf(list, place, [...stretch.conditions, ...list.conditions], stretch));
  const order = `ORDER BY "${sort.column}" ${direction}, id ${direction}`;
  const nearest = `SELECT * FROM (${unionOf(scans)}) found ${order} LIMIT ${maxPlaces * size}`;
  return `SELECT DISTINCT ON ("${sort.column}", id) ${quoted(fields)} FROM (${nearest}) nearest ${order} LIMIT ${size}`;
}

/** The rows of a place. PostgreSQL takes from each scan only what the page needs. */
function scanOf(list: Made, place: Place, more: readonly string[], stretch: Stretch): string {
  const { fields, key, direction, size, parameters } = list;
  const isInOrder = place.isOrdered && !place.each && place.orderedBy.length === 0;
  if (isInOrder) {
    const ending = `ORDER BY ${key} ${direction}, id ${direction} LIMIT ${size}`;
    return `SELECT * FROM (${rowsOf(place, { columns: quoted(fields), more, ending })}) part`;
  }
  const inOrder = `ORDER BY key ${direction}, id ${direction}`;
  const ids = place.each ? nearestOf(list, place, more, stretch) : idsOf(list, place, more);
  return `SELECT ${fields.map((field) => columnOf(list, field)).join(', ')} FROM (SELECT * FROM (${ids}) ids ${inOrder}) page,
      LATERAL (SELECT * FROM task WHERE "tenantId" = ${parameters.tenant} AND id = page.id LIMIT 1) task
    ORDER BY page.key ${direction}, page.id ${direction}`;
}

/** The order is known from the page, so that the rows are only read as far as they are needed. */
function columnOf({ sort }: Made, field: string): string {
  if (field === sort.column) return `page.key AS "${field}"`;
  return field === 'id' ? 'page.id' : `task."${field}"`;
}

/** The sort values and ids of a page, and other columns. */
function idsOf(
  { key, direction, size }: Made,
  place: Place,
  more: readonly string[],
  { limit = size, columns = '' } = {},
): string {
  const order = [...place.orderedBy, key, 'id'].map((column) => `${column} ${direction}`).join(', ');
  return rowsOf(place, { columns: `${key} AS key, id${columns}`, more, ending: `ORDER BY ${order} LIMIT ${limit}` });
}

/** So many entries of each of many places are enough to know how far the page can go. */
const sampleSize = 4;
const extremeIds = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

/**
 * The sort values and ids of a page of many places. The first few entries of each are read first: the page does not go
 * beyond the last of a page of these. Only places that have more up to there are read further. With conditions that no
 * index covers, this could read all of a place twice.
 */
function nearestOf(list: Made, place: Place, more: readonly string[], stretch: Stretch): string {
  const { sort, key, direction, size, isPrepared } = list;
  const ending = `ORDER BY key ${direction}, id ${direction}`;
  if (!isPrepared || size <= sampleSize) return `${idsOf(list, place, more)} ${ending} LIMIT ${size}`;
  const [extreme, sign] = direction === 'ASC' ? ([1, '<='] as const) : ([0, '>='] as const);
  const id = `coalesce((SELECT id FROM farthest), '${extremeIds[extreme]}')`;
  const value = `coalesce((SELECT key FROM farthest), '${sort.extremes[extreme]}')`;
  const isNear = (column: string) =>
    stretch.isValueless ? `id ${sign} ${id}` : `(${column}, id) ${sign} (${value}, ${id})`;
  const full = `SELECT place AS id, status, array_agg(id) AS known FROM near
      GROUP BY place, status HAVING count(*) = ${sampleSize}`;
  return `WITH sample AS MATERIALIZED (${idsOf(list, place, more, { limit: sampleSize, columns: ', place.id AS place, place.status' })}),
    farthest AS MATERIALIZED (SELECT key, id FROM sample ${ending} LIMIT 1 OFFSET ${size - 1}),
    near AS MATERIALIZED (SELECT * FROM sample WHERE ${isNear('key')})
    SELECT key, id FROM near
    UNION ALL ${idsOf(list, { ...place, each: full }, [...more, isNear(key), 'id <> ALL (place.known)'])}
    ${ending} LIMIT ${size}`;
}

/** A part of the order between the cursors. */
type Stretch = { conditions: readonly string[]; isValueless: boolean };

/** The parts of an order between the cursors: rows with a sort value, then rows without one. At least one. */
function stretchesOf(sort: SortKey, key: string, { after, before }: PageQuery, add: AddParameter): Stretch[] {
  const bounds = [
    ...(after ? [{ at: after, isAfter: true }] : []),
    ...(before ? [{ at: before, isAfter: false }] : []),
  ];
  const beyond = ([value, id]: Key, isAfter: boolean) => {
    const sign = isAfter === sort.isAscending ? '>' : '<';
    if (value === nothing) return `id ${sign} ${add(id, 'uuid')}`;
    return `(${key}, id) ${sign} (${add(value, sort.type)}, ${add(id, 'uuid')})`;
  };
  if (!sort.isNullable) {
    return [{ conditions: bounds.map(({ at, isAfter }) => beyond(at, isAfter)), isValueless: false }];
  }
  const stretches = [true, false].flatMap((hasValue): Stretch[] => {
    const isWithin = bounds.map(({ at }) => (at[0] !== nothing) === hasValue);
    // With a cursor in the other part, this part is included as a whole or not at all: rows with a value come first.
    if (bounds.some(({ isAfter }, index) => !isWithin[index] && isAfter === hasValue)) return [];
    const inner = bounds.filter((_, index) => isWithin[index]).map(({ at, isAfter }) => beyond(at, isAfter));
    return [{ conditions: [`${key} IS ${hasValue ? 'NOT NULL' : 'NULL'}`, ...inner], isValueless: !hasValue }];
  });
  return stretches.length > 0 ? stretches : [{ conditions: ['false'], isValueless: true }];
}
