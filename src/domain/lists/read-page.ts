import type { Kind } from '../../events/contract.ts';
import type { Reading } from '../records/read-records.ts';
import { type Records, withTask } from '../records/record-kind.ts';
import type { Key, PageQuery } from './page.ts';

/** What the records of a list fulfil: a condition in SQL about a value and the user. Without a value it does not count. */
type Condition = { value: unknown; sql: (value: string, user: string) => string };
type List = { query: PageQuery; orderedBy: string; isDescending?: boolean; conditions: readonly Condition[] };

/**
 * The records of a page that the viewer sees, in reading order and one more than the limit; among those of the same
 * value, in the order of their ids.
 */
export async function readPage<Row extends object>(
  { app, viewer }: Reading,
  records: Records<Kind, Row>,
  { query, orderedBy, isDescending = false, conditions }: List,
): Promise<Row[]> {
  const { table, columns, seen } = records;
  const values: unknown[] = [viewer.tenantId, viewer.userId];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const place = [`${table}."${orderedBy}"`, `${table}.id`] as const;
  const beyond = (key: Key, isLater: boolean) =>
    `(${place.join()}) ${isLater === isDescending ? '<' : '>'} (${key.map(parameter).join()})`;
  const wanted = [
    `${table}."tenantId" = $1 AND (${seen('$2')})`,
    ...conditions.flatMap(({ value, sql }) => (value == null ? [] : [sql(parameter(value), '$2')])),
    ...(query.after ? [beyond(query.after, true)] : []),
    ...(query.before ? [beyond(query.before, false)] : []),
  ];
  const direction = query.isBackward === isDescending ? 'ASC' : 'DESC';
  const text = `SELECT ${columns} FROM ${withTask(records)} WHERE ${wanted.join(' AND ')}
    ORDER BY ${place.map((column) => `${column} ${direction}`).join()} LIMIT ${parameter(query.limit + 1)}`;
  // One plan cannot serve all values, so the statement is planned for each call.
  return (await app.db.query<Row>(text, values)).rows;
}
