import type { Kind } from '../../events/contract.ts';
import { isCursorInstant } from '../../shared/date-range.ts';
import { isId } from '../../shared/ids.ts';
import type { Reading } from '../records/read-records.ts';
import { type Records, withTask } from '../records/record-kind.ts';
import { encodeKey, type Key, type Page, type PageArgs, pageQuery, toPage } from './page.ts';

/** A condition in SQL about a value and the user. It does not apply while the value is null. */
type Condition = { value: unknown; sql: (value: string, user: string) => string };
/** By a column, and by id among equal values; or by id alone, which is the order of creation. */
type Order = { name: string; by: { column: string; holds: 'INSTANT' | 'NUMBER' } | null; isDescending?: boolean };
type List = { args: PageArgs; order: Order; conditions?: readonly Condition[] };

const isValue = {
  INSTANT: isCursorInstant,
  NUMBER: (text: string) => text !== '' && Number.isFinite(Number(text)),
};

/** A page of the records that the viewer can see. @throws AppError `INVALID_INPUT`. */
export async function listRecords<Row extends { id: string }>(
  { app, viewer }: Reading,
  records: Records<Kind, Row>,
  { args, order, conditions = [] }: List,
): Promise<Page<Row>> {
  const { by, isDescending = false } = order;
  const isKey = ([value, id]: Key) => (by ? isValue[by.holds](value) : value === '') && isId(id);
  const query = pageQuery(args, { name: order.name, isKey });

  const { table, columns, seen } = records;
  const values: unknown[] = [viewer.tenantId, viewer.userId];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const place = [...(by ? [`${table}."${by.column}"`] : []), `${table}.id`];
  const beyond = (key: Key, isLater: boolean) =>
    `(${place.join()}) ${isLater === isDescending ? '<' : '>'} (${key.slice(-place.length).map(parameter).join()})`;
  const wanted = [
    `${table}."tenantId" = $1 AND $2::uuid IS NOT NULL AND (${seen('$2')})`,
    ...conditions.flatMap(({ value, sql }) => (value == null ? [] : [sql(parameter(value), '$2')])),
    ...(query.after ? [beyond(query.after, true)] : []),
    ...(query.before ? [beyond(query.before, false)] : []),
  ];
  const direction = query.isBackward === isDescending ? 'ASC' : 'DESC';
  const text = `SELECT ${columns} FROM ${withTask(records)} WHERE ${wanted.join(' AND ')}
    ORDER BY ${place.map((column) => `${column} ${direction}`).join()} LIMIT ${parameter(query.limit + 1)}`;
  // One plan cannot serve all values, so the statement is planned for each call.
  const { rows } = await app.db.query<Row>(text, values);
  return toPage(rows, query, (row) => encodeKey(order, [by ? textOf(row[by.column as keyof Row]) : '', row.id]));
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
