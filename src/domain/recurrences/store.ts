import type { Viewer } from '../../auth/viewer.ts';
import { Prisma, type Recurrence, type Task } from '../../generated/prisma/client.ts';
import { AppError, conflict, notFound } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import type { Locked } from '../records/record-kind.ts';
import { taskRecords } from '../tasks/store.ts';
import { type RecurrenceTransition, transitions } from './transitions.ts';
import { seenSeriesSql } from './visibility.ts';

const columns = Object.keys(Prisma.RecurrenceScalarFieldEnum) as (keyof Recurrence)[];
const fixed: readonly (keyof Recurrence)[] = ['id', 'tenantId', 'creatorId', 'createdAt'];
const changing = columns.filter((column) => !fixed.includes(column));

export const recurrenceColumns = columns.map((column) => `recurrence."${column}"`).join(', ');

const insert = `INSERT INTO recurrence (${columns.map((column) => `"${column}"`).join(', ')})
  VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`;

const update = `UPDATE recurrence SET ${changing.map((column) => `"${column}" = after."${column}"`).join(', ')}
  FROM jsonb_populate_recordset(NULL::recurrence, $2) after
  WHERE recurrence."tenantId" = $1 AND recurrence.id = after.id`;

const lockVisible = `SELECT ${recurrenceColumns} FROM recurrence
  WHERE "tenantId" = $1 AND id = $2 AND ${seenSeriesSql('$3')} FOR UPDATE OF recurrence`;

const lockAny = `SELECT ${recurrenceColumns} FROM recurrence WHERE "tenantId" = $1 AND id = ANY($2) ORDER BY id FOR UPDATE`;

const lockThese = `SELECT ${recurrenceColumns}, ${seenSeriesSql('$3')} AS "isSeen" FROM recurrence
  WHERE "tenantId" = $1 AND id = ANY($2) ORDER BY id FOR UPDATE OF recurrence`;

const lockOpen = `SELECT ${taskRecords.columns} FROM task
  WHERE "tenantId" = $1 AND "recurrenceId" = $2 AND status = 'ACTIVE' AND "deletedAt" IS NULL
  ORDER BY id FOR UPDATE`;

type SeriesKey = { tenantId: string; id: string };
export type RecurrenceChanges = Partial<Omit<Recurrence, 'id' | 'tenantId' | 'creatorId' | 'createdAt'>>;

export async function insertRecurrence(tx: Change, recurrence: Recurrence): Promise<void> {
  await tx.query(
    'insert-recurrence',
    insert,
    columns.map((column) => recurrence[column]),
  );
  tx.record({ type: 'recurrence.created', objectId: recurrence.id, before: null, after: recurrence });
}

const insertAll = `INSERT INTO recurrence (${columns.map((column) => `"${column}"`).join(', ')})
  SELECT ${columns.map((column) => `"${column}"`).join(', ')} FROM jsonb_populate_recordset(NULL::recurrence, $1)`;

/** Writes many new series in one statement. */
export async function insertRecurrences(tx: Change, recurrences: readonly Recurrence[]): Promise<void> {
  if (recurrences.length === 0) return;
  await tx.query('insert-recurrences', insertAll, [JSON.stringify(recurrences)]);
  for (const recurrence of recurrences)
    tx.record({ type: 'recurrence.created', objectId: recurrence.id, before: null, after: recurrence });
}

/**
 * Locks a series the viewer sees. What locks its tasks too locks them before, as completing one does.
 * @throws AppError `NOT_FOUND`, or `PRECONDITION_FAILED` when it is not at the expected version.
 */
export async function lockRecurrence(
  tx: Change,
  viewer: Viewer,
  { id, expectedVersion }: { id: string; expectedVersion?: number | null },
): Promise<Recurrence> {
  const values = [viewer.tenantId, id, viewer.userId];
  const [recurrence] = await tx.query<Recurrence>('lock-visible-recurrence', lockVisible, values);
  if (!recurrence) throw notFound('The recurrence');
  if (expectedVersion != null && recurrence.version !== expectedVersion) {
    throw new AppError(
      'PRECONDITION_FAILED',
      `The recurrence has version ${recurrence.version}, not ${expectedVersion}.`,
    );
  }
  return recurrence;
}

/** Locks series whoever asks: for those who have tasks of them in hand, and for Errand itself. */
export async function lockSeries(tx: Change, tenantId: string, ids: readonly string[]): Promise<Recurrence[]> {
  return ids.length > 0 ? tx.query<Recurrence>('lock-recurrences', lockAny, [tenantId, ids]) : [];
}

/** The same, and whether the viewer sees each. */
export async function lockWhoever(
  tx: Change,
  { tenantId, userId }: Viewer,
  ids: readonly string[],
): Promise<Locked<Recurrence>[]> {
  const values = [tenantId, ids, userId];
  const rows = await tx.query<Recurrence & { isSeen: boolean }>('lock-these-recurrences', lockThese, values);
  return rows.map(({ isSeen, ...row }) => ({ row, isSeen }));
}

/** The open occurrences of a series by their dates, locked. */
export async function lockOpenOccurrences(tx: Change, { tenantId, id }: SeriesKey): Promise<Task[]> {
  const open = await tx.query<Task>('lock-open-occurrences', lockOpen, [tenantId, id]);
  return open.sort((a, b) => Number(a.occurrenceAt) - Number(b.occurrenceAt));
}

type Move = { event: RecurrenceTransition; changes?: RecurrenceChanges };

/** Moves a locked series as one of the transitions, recorded as its event. @throws AppError `CONFLICT` when it is not legal. */
export async function moveRecurrence(tx: Change, before: Recurrence, move: Move): Promise<Recurrence> {
  const after = recordMove(tx, before, move);
  await saveRecurrences(tx, [after]);
  return after;
}

/** Records a move of a locked series, which is still to be written. @throws AppError `CONFLICT` when it is not legal. */
export function recordMove(tx: Change, before: Recurrence, { event, changes = {} }: Move): Recurrence {
  const { from, to } = transitions[event];
  if (!from.includes(before.status))
    throw conflict(`This change is not possible while the recurrence is ${before.status}.`);
  const status = to ?? before.status;
  const after: Recurrence = { ...before, status, ...changes, version: before.version + 1, updatedAt: tx.now };
  tx.record({ type: event, objectId: after.id, before, after });
  return after;
}

/** Writes the new states of locked series of one tenant. */
export async function saveRecurrences(tx: Change, recurrences: readonly Recurrence[]): Promise<void> {
  const [first] = recurrences;
  if (first) await tx.query('save-recurrences', update, [first.tenantId, JSON.stringify(recurrences)]);
}
