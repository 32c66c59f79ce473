import type { Viewer } from '../../auth/viewer.ts';
import type { Kind } from '../../events/contract.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { unseen } from '../../infra/postgres/unseen.ts';
import { notFound } from '../../shared/errors.ts';
import { type Records, withTask } from './record-kind.ts';
import { statement } from './statement.ts';

const user = unseen('$3', 'uuid');

/** The user is always referred to: PostgreSQL refuses a parameter that a statement does not have. */
const selectSeen = statement((records) => {
  const { table, columns, seen, key } = records;
  return `SELECT ${columns} FROM ${withTask(records)}
    WHERE ${table}."tenantId" = ${unseen('$1', 'uuid')} AND ${table}."${key.at(-1)}" = ANY(${unseen('$2', 'uuid[]')})
      AND ${user} IS NOT NULL AND (${seen(user)})`;
});

/** Who reads. */
export type Reading = { app: { db: Database }; viewer: Viewer };

/** Those of the records that the viewer sees, in no order. */
export async function readRecords<Row extends object>(
  { app, viewer }: Reading,
  records: Records<Kind, Row>,
  ids: readonly string[],
): Promise<Row[]> {
  const { name } = records;
  const text = selectSeen(records);
  const values = [viewer.tenantId, ids, viewer.userId];
  const { rows } = await app.db.query<Row>({ name: `read-${name}s`, text, values });
  return rows;
}

/** A record that the viewer sees. @throws AppError `NOT_FOUND`. */
export async function readRecord<Row extends object>(
  reading: Reading,
  records: Records<Kind, Row>,
  id: string,
): Promise<Row> {
  const [found] = await readRecords(reading, records, [id]);
  if (!found) throw notFound(`The ${records.noun}`);
  return found;
}
