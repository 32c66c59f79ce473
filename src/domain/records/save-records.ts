import type { EventTypeOf, Kind } from '../../events/contract.ts';
import { conflict } from '../../shared/errors.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import type { Change } from './change.ts';
import { recordEvent } from './record-event.ts';
import type { Changed, Records } from './record-kind.ts';
import { statement } from './statement.ts';

/** A record, its event, and its changed columns. */
export type Changing<K extends Kind, Row> = { before: Row; event: EventTypeOf<K>; changes?: Partial<NoInfer<Row>> };

/**
 * Thrown when a record has another version than the caller expects, such as after a lost lease. Nothing was written.
 */
export class StaleRecordError extends Error {
  override readonly name: string = 'StaleRecordError';
}

/**
 * Writes the next versions of locked records of one tenant and records their events, in one statement. @returns the new
 * states, in the same order. @throws AppError `CONFLICT` if an event is not legal.
 */
export async function saveRecords<K extends Kind, Row extends object>(
  tx: Change,
  records: Records<K, Row>,
  changing: readonly Changing<K, Row>[],
): Promise<Row[]> {
  const changed = changing.map((one) => ({ before: one.before, after: recordNext(tx, records, one) }));
  await writeRecords(tx, records, changed);
  return changed.map(({ after }) => after);
}

/** `saveRecords` for one. */
export async function saveRecord<K extends Kind, Row extends object>(
  tx: Change,
  records: Records<K, Row>,
  before: Row,
  change: Omit<Changing<K, Row>, 'before'>,
): Promise<Row> {
  const [after] = await saveRecords(tx, records, [{ before, ...change }]);
  return after as Row;
}

/** `saveRecord` for a record that need not be locked: written if it is still at the version at hand. @throws StaleRecordError. */
export async function saveIfCurrent<K extends Kind, Row extends { version: number }>(
  tx: Change,
  records: Records<K, Row>,
  before: Row,
  change: Omit<Changing<K, Row>, 'before'>,
): Promise<Row> {
  const after = nextVersion(tx, records, { before, ...change });
  const changed = [{ before, after }];
  await records.beforeSave?.(tx, changed);
  const values = [JSON.stringify(toStored(records, { before, after })), before.version];
  const written = await tx.query(`save-current-${records.name}`, updateCurrent(records), values);
  if (written.length === 0) throw new StaleRecordError(`The ${records.noun} no longer has version ${before.version}.`);
  recordEvent(tx, records, { event: change.event, before, after });
  await records.afterSave?.(tx, changed);
  return after;
}

/** Records the next version of a locked record; `writeRecords` writes it. @throws AppError `CONFLICT`. */
export function recordNext<K extends Kind, Row extends object>(
  tx: Pick<Change, 'record' | 'now'>,
  records: Records<K, Row>,
  changing: Changing<K, Row>,
): Row {
  const after = nextVersion(tx, records, changing);
  recordEvent(tx, records, { event: changing.event, before: changing.before, after });
  return after;
}

/** Writes the next versions of locked records of one tenant whose events are already recorded. */
export async function writeRecords<Row extends object>(
  tx: Change,
  records: Records<Kind, Row>,
  changed: readonly Changed<Row>[],
): Promise<void> {
  if (changed.length === 0) return;
  await records.beforeSave?.(tx, changed);
  const slice = new TimeSlice();
  const rows: Fields[] = [];
  for (const one of changed) {
    rows.push(toStored(records, one));
    await slice.pause();
  }
  const id = records.key.at(-1) ?? 'id';
  if (rows.length === 1) await tx.write(`save-${records.name}`, updateOne(records), [JSON.stringify(rows[0])]);
  else await tx.write(`save-${records.name}s`, updateAll(records), [JSON.stringify(rows), rows.map((row) => row[id])]);
  await records.afterSave?.(tx, changed);
}

/** The next version of a record. @throws AppError `CONFLICT` if the event is not legal. */
export function nextVersion<K extends Kind, Row extends object>(
  { now }: Pick<Change, 'now'>,
  { noun, transitions, normalise }: Records<K, Row>,
  { before, event, changes }: Changing<K, Row>,
): Row {
  const { status, version } = before as { status?: string; version?: number };
  const transition = transitions?.[event];
  if (transition && !transition.from.includes(status ?? '')) {
    throw conflict(`This change is not possible while the ${noun} is ${status}.`);
  }
  const after = {
    ...before,
    ...(transition?.to && { status: transition.to }),
    ...changes,
    ...(version !== undefined && { version: version + 1 }),
    ...('updatedAt' in before && { updatedAt: now }),
    ...('leaseExpiresAt' in before && { leaseExpiresAt: null }),
  };
  return normalise ? normalise(after, now) : after;
}

/** SQL that writes next versions, which `source` gives. */
export const updateFrom = ({ table, key, changing, unreadFields, lease }: Records) => {
  // Leases are always on the database's clock.
  const leased = `CASE WHEN after.status = '${lease?.status}' THEN clock_timestamp() + ${lease?.ms} * interval '1 millisecond' END`;
  const assignments = [
    ...changing.map((field) => `"${field}" = ${lease && field === 'leaseExpiresAt' ? leased : `after."${field}"`}`),
    ...unreadFields.map((field) => `"${field}" = coalesce(after."${field}", ${table}."${field}")`),
  ];
  const isSame = key.map((field) => `${table}."${field}" = after."${field}"`).join(' AND ');
  return (source: string) => `UPDATE ${table} SET ${assignments.join(', ')} FROM ${source} after WHERE ${isSame}`;
};

/** The planner takes a set for a hundred rows and would scan a small table, so one record is not a set. */
const updateOne = statement((records) => updateFrom(records)(`jsonb_populate_record(NULL::${records.table}, $1)`));
const updateCurrent = statement((records) => `${updateOne(records)} AND ${records.table}.version = $2 RETURNING 1`);
const updateAll = statement((records) => {
  const { table, key } = records;
  return `${updateFrom(records)(`jsonb_populate_recordset(NULL::${table}, $1)`)} AND ${table}."${key.at(-1)}" = ANY($2)`;
});

function toStored<Row extends object>({ unread }: Records<Kind, Row>, { before, after }: Changed<Row>): Fields {
  return { ...after, ...unread?.of?.(after, before) };
}

type Fields = Record<string, unknown>;
