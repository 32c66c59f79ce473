import type { Viewer } from '../../auth/viewer.ts';
import { Prisma, type Reminder } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Change } from '../records/change.ts';
import type { Locked } from '../records/record-kind.ts';
import { seenTaskSql } from '../tasks/visibility.ts';
import { type ReminderEvent, type ReminderTransition, transitions } from './transitions.ts';

const columns = Object.keys(Prisma.ReminderScalarFieldEnum) as (keyof Reminder)[];
const changing = [
  'status',
  'remindAt',
  'nextAttemptAt',
  'attempts',
  'lastError',
  'sentAt',
  'isWithdrawn',
  'acknowledgedAt',
  'version',
  'updatedAt',
] as const satisfies (keyof Reminder)[];

export const reminderColumns = columns.map((column) => `reminder."${column}"`).join(', ');

const insert = `INSERT INTO reminder (${columns.map((column) => `"${column}"`).join(', ')})
  VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`;

/** A lease is only ever given by the database's own clock. */
const update = `UPDATE reminder SET ${changing.map((column, index) => `"${column}" = $${index + 6}`).join(', ')},
    "leaseExpiresAt" = clock_timestamp() + $5 * interval '1 millisecond'
  WHERE "tenantId" = $1 AND id = $2 AND version = $3 AND status = ANY($4)`;

const updateLocked = `UPDATE reminder SET ${changing.map((column) => `"${column}" = after."${column}"`).join(', ')},
    "leaseExpiresAt" = NULL
  FROM jsonb_populate_recordset(NULL::reminder, $2) after
  WHERE reminder."tenantId" = $1 AND reminder.id = after.id`;

const lock = `SELECT ${reminderColumns} FROM reminder JOIN task USING ("tenantId")
  WHERE "tenantId" = $1 AND reminder.id = $2 AND task.id = reminder."taskId" AND ${seenTaskSql('$3')}
  FOR UPDATE OF reminder`;

const lockThese = `SELECT ${reminderColumns}, ${seenTaskSql('$3')} AS "isSeen" FROM reminder JOIN task USING ("tenantId")
  WHERE "tenantId" = $1 AND reminder.id = ANY($2) AND task.id = reminder."taskId"
  ORDER BY task.id, reminder.id FOR UPDATE OF task, reminder`;

/** What a reminder is made with. */
export type NewReminder = Pick<
  Reminder,
  'tenantId' | 'taskId' | 'userId' | 'trigger' | 'offsetMinutes' | 'timeOfDay' | 'channel' | 'remindAt'
>;

/** Makes a reminder that waits for its moment. */
export async function insertReminder(tx: Change, wanted: NewReminder): Promise<Reminder> {
  const reminder = newReminder(tx, wanted);
  await tx.query(
    'insert-reminder',
    insert,
    columns.map((column) => reminder[column]),
  );
  return reminder;
}

/** Records a reminder that waits for its moment, and which is still to be written. */
export function newReminder(tx: Pick<Change, 'now' | 'record'>, wanted: NewReminder): Reminder {
  const reminder: Reminder = {
    ...wanted,
    id: newId(),
    status: 'PENDING',
    nextAttemptAt: wanted.remindAt,
    attempts: 0,
    lastError: null,
    sentAt: null,
    isWithdrawn: false,
    acknowledgedAt: null,
    version: 1,
    createdAt: tx.now,
    updatedAt: tx.now,
    leaseExpiresAt: null,
  };
  record(tx, 'reminder.created', null, reminder);
  return reminder;
}

const insertAll = `INSERT INTO reminder (${columns.map((column) => `"${column}"`).join(', ')})
  SELECT ${columns.map((column) => `"${column}"`).join(', ')} FROM jsonb_populate_recordset(NULL::reminder, $1)`;

/** Writes many recorded reminders in one statement. */
export async function insertReminders(tx: Change, reminders: readonly Reminder[]): Promise<void> {
  if (reminders.length > 0) await tx.query('insert-reminders', insertAll, [JSON.stringify(reminders)]);
}

/** Locks a reminder of a task the viewer sees. @throws AppError `NOT_FOUND`. */
export async function lockReminder(tx: Change, viewer: Viewer, id: string): Promise<Reminder> {
  const [reminder] = await tx.query<Reminder>('lock-reminder', lock, [viewer.tenantId, id, viewer.userId]);
  if (!reminder) throw notFound('The reminder');
  return reminder;
}

/** Locks reminders and their tasks, whoever asks. */
export async function lockWhoever(
  tx: Change,
  { tenantId, userId }: Viewer,
  ids: readonly string[],
): Promise<Locked<Reminder>[]> {
  const values = [tenantId, ids, userId];
  const rows = await tx.query<Reminder & { isSeen: boolean }>('lock-these-reminders', lockThese, values);
  return rows.map(({ isSeen, ...row }) => ({ row, isSeen }));
}

type Changes = Partial<Pick<Reminder, (typeof changing)[number]>>;
/** A transition of a reminder, and the columns that change with it. */
export type Move = { event: ReminderTransition; changes: Changes };

/**
 * Moves a reminder as one of the transitions, recorded as its event. It ends any lease, and gives a new one for
 * `leaseMs`. @returns the new state, or null when the reminder is no longer as `before` says: somebody else was first.
 */
export async function tryMove(
  tx: Change,
  before: Reminder,
  { leaseMs = null, ...move }: Move & { leaseMs?: number | null },
): Promise<Reminder | null> {
  const after = moved(tx, before, move);
  const { from } = transitions[move.event];
  const values = [after.tenantId, after.id, before.version, from, leaseMs, ...changing.map((column) => after[column])];
  const written = await tx.query('move-reminder', `${update} RETURNING id`, values);
  if (written.length === 0) return null;
  record(tx, move.event, before, after);
  return after;
}

/** The same for a reminder that is locked. @throws AppError `CONFLICT` when the move is not legal. */
export async function moveReminder(tx: Change, before: Reminder, move: Move): Promise<Reminder> {
  const [after] = await moveReminders(tx, [{ before, ...move }]);
  return after as Reminder;
}

/** The same for locked reminders of one tenant, in one statement. @returns their new states, in the same order. */
export async function moveReminders(tx: Change, moves: readonly (Move & { before: Reminder })[]): Promise<Reminder[]> {
  const reminders = moves.map(({ before, ...move }) => recordMove(tx, before, move));
  await saveReminders(tx, reminders);
  return reminders;
}

/** Records a move of a locked reminder, which is still to be written. @throws AppError `CONFLICT` when it is not legal. */
export function recordMove(tx: Pick<Change, 'now' | 'record'>, before: Reminder, move: Move): Reminder {
  if (!transitions[move.event].from.includes(before.status)) {
    throw conflict(`This change is not possible while the reminder is ${before.status}.`);
  }
  const after = moved(tx, before, move);
  record(tx, move.event, before, after);
  return after;
}

/** Writes the new states of locked reminders of one tenant. */
export async function saveReminders(tx: Change, reminders: readonly Reminder[]): Promise<void> {
  const [first] = reminders;
  if (first) await tx.query('save-reminders', updateLocked, [first.tenantId, JSON.stringify(reminders)]);
}

function moved(tx: Pick<Change, 'now'>, before: Reminder, { event, changes }: Move): Reminder {
  const { to } = transitions[event];
  return {
    ...before,
    status: to ?? before.status,
    ...(to !== 'PENDING' && { nextAttemptAt: null }),
    ...changes,
    version: before.version + 1,
    updatedAt: tx.now,
    leaseExpiresAt: null,
  };
}

function record(tx: Pick<Change, 'record'>, type: ReminderEvent, before: Reminder | null, after: Reminder): void {
  tx.record({ type, objectId: after.id, before: before && logged(before), after: logged(after) });
}

function logged({ leaseExpiresAt: _, ...reminder }: Reminder) {
  return reminder;
}
