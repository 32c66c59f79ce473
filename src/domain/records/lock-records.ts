import type { Kind } from '../../events/contract.ts';
import { unseen } from '../../infra/postgres/unseen.ts';
import { AppError, notFound } from '../../shared/errors.ts';
import type { Change } from './change.ts';
import { type Asker, type Locked, type Records, withTask } from './record-kind.ts';
import { statement } from './statement.ts';

/** The id of a record, and optionally its expected version. */
export type Target = { id: string; expectedVersion?: number | null };

/** Locks records in the order of their ids, independent of visibility; missing ones are left out. */
export async function lockRecords<Row extends object>(
  tx: Change,
  records: Records<Kind, Row>,
  asker: Asker,
  ids: readonly string[],
): Promise<Locked<Row>[]> {
  if (ids.length === 0) return [];
  if (records.lockWith) return records.lockWith(tx, asker, ids);
  const text = lockAll(records);
  const rows = await tx.query<Row & { isSeen: boolean }>(`lock-all-${records.name}s`, text, valuesOf(text, asker, ids));
  return rows.map(({ isSeen, ...row }) => ({ row: row as unknown as Row, isSeen }));
}

/**
 * Locks a record that the viewer can see. @throws AppError `NOT_FOUND`, or `PRECONDITION_FAILED` if it has another
 * version than expected.
 */
export async function lockRecord<Row extends object>(
  tx: Change,
  records: Records<Kind, Row>,
  viewer: Asker,
  { id, expectedVersion }: Target,
): Promise<Row> {
  const [row] = await lockSeen(tx, records, viewer, [id]);
  return requireRecord(records, row, expectedVersion);
}

/** Locks the records that the viewer can see, in the order of their ids; nobody has to wait for others because of them. */
export async function lockSeen<Row extends object>(
  tx: Change,
  records: Records<Kind, Row>,
  viewer: Asker,
  ids: readonly string[],
): Promise<Row[]> {
  if (records.lockWith) {
    const locked = await records.lockWith(tx, viewer, ids);
    return locked.flatMap(({ row, isSeen }) => (isSeen ? [row] : []));
  }
  const text = seenOnly(records);
  return tx.query<Row>(`lock-${records.name}s`, text, valuesOf(text, viewer, ids));
}

/** Not every kind asks who the user is, and PostgreSQL refuses a parameter that a statement does not have. */
function valuesOf(text: string, { tenantId, userId }: Asker, ids: readonly string[]): unknown[] {
  return [tenantId, ids, ...(text.includes('$3') ? [userId] : [])];
}

/** The check of `lockRecord`, for a record that is already locked. @throws AppError like `lockRecord`. */
export function requireRecord<Row extends object>(
  { noun }: Pick<Records<Kind, Row>, 'noun'>,
  row: Row | null | undefined,
  expectedVersion: number | null | undefined,
): Row {
  if (!row) throw notFound(`The ${noun}`);
  const { version } = row as { version?: number };
  if (expectedVersion == null || version === expectedVersion) return row;
  throw new AppError('PRECONDITION_FAILED', `The ${noun} has version ${version}, not ${expectedVersion}.`);
}

/** Locks records of a tenant independent of visibility. */
export async function lockByIds<Row extends object>(
  tx: Change,
  records: Records<Kind, Row>,
  tenantId: string,
  ids: readonly string[],
): Promise<Row[]> {
  return ids.length > 0 ? tx.query<Row>(`lock-${records.name}s-by-id`, lockAny(records), [tenantId, ids]) : [];
}

const user = unseen('$3', 'uuid');
const lockAll = statement((records) =>
  lock(records, { columns: `${records.columns}, (${records.seen(user)}) AS "isSeen"` }),
);
const seenOnly = statement((records) => lock(records, { condition: records.seen(user) }));
const lockAny = statement((records) => lock(records));

function lock(records: Records, { columns = records.columns, condition = 'true' } = {}): string {
  const { table, taskField, key } = records;
  const id = `${table}."${key.at(-1)}"`;
  const tenant = unseen('$1', 'uuid');
  return `SELECT ${columns} FROM ${withTask(records)}
    WHERE ${key.includes('tenantId') ? `${table}."tenantId" = ${tenant}` : `${tenant} IS NOT NULL`}
      AND ${id} = ANY(${unseen('$2', 'uuid[]')}) AND (${condition})
    ORDER BY ${taskField ? 'task.id, ' : ''}${id}
    ${records.lock ?? 'FOR UPDATE'} OF ${taskField ? 'task, ' : ''}${table}`;
}
