import type { EventTypeOf, Kind } from '../../events/contract.ts';
import { jsonBatches } from '../../shared/json-batches.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import type { Change } from './change.ts';
import { quoted } from './quoted.ts';
import { recordEvent } from './record-event.ts';
import type { Records, Unread } from './record-kind.ts';
import { statement } from './statement.ts';

/** Writes new records and their events, in one statement unless their texts are long. */
export async function insertRecords<K extends Kind, Row extends object>(
  tx: Change,
  records: Records<K, Row>,
  rows: readonly Row[],
  unread?: (row: Row) => Unread,
): Promise<void> {
  const slice = new TimeSlice();
  for (const row of rows) {
    recordCreated(tx, records, row);
    await slice.pause();
  }
  await writeNew(tx, records, rows, unread);
}

/** Writes a new record unless it conflicts with another one. @returns whether it was written. */
export async function insertIfAbsent<K extends Kind, Row extends object>(
  tx: Change,
  records: Records<K, Row>,
  row: Row,
): Promise<boolean> {
  const text = `${insertOne(records)} ON CONFLICT DO NOTHING RETURNING 1`;
  const written = await tx.query(`insert-${records.name}-if-absent`, text, valuesOf(records, row));
  if (written.length > 0) recordCreated(tx, records, row);
  return written.length > 0;
}

/** Records the creation of a record; `writeNew` writes it. */
export function recordCreated<K extends Kind, Row extends object>(
  tx: Pick<Change, 'record'>,
  records: Records<K, Row>,
  row: Row,
): void {
  recordEvent(tx, records, { event: records.created as EventTypeOf<K>, before: null, after: row });
}

/** Writes new records whose events are already recorded. */
export async function writeNew<Row extends object>(
  tx: Change,
  records: Records<Kind, Row>,
  rows: readonly Row[],
  unread?: (row: Row) => Unread,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  if (rows.length === 1) {
    await tx.write(`insert-${records.name}`, insertOne(records), valuesOf(records, first, unread?.(first)));
    return;
  }
  const toStored = (row: Row) => ({ ...row, ...records.unread?.of?.(row, null), ...unread?.(row) });
  for await (const batch of jsonBatches(rows, toStored)) {
    await tx.write(`insert-${records.name}s`, insertAll(records), [batch]);
  }
}

const insertOne = statement(({ table, readFields, unreadFields }) => {
  const fields = [...readFields, ...unreadFields];
  const places = fields.map((_, index) => `$${index + 1}`);
  return `INSERT INTO ${table} (${quoted(fields)}) VALUES (${places.join(', ')})`;
});

/** The driver encodes objects as JSON and arrays as arrays: no record is created with an array in a JSON column. */
function valuesOf<Row extends object>(records: Records<Kind, Row>, row: Row, unread?: Unread): unknown[] {
  const all: Record<string, unknown> = { ...row, ...records.unread?.of?.(row, null), ...unread };
  return [...records.readFields, ...records.unreadFields].map((field) => all[field]);
}

const insertAll = statement(({ table, readFields, unreadFields }) => {
  const fields = quoted([...readFields, ...unreadFields]);
  return `INSERT INTO ${table} (${fields}) SELECT ${fields} FROM jsonb_populate_recordset(NULL::${table}, $1)`;
});
