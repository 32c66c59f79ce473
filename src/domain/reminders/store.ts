import type { Viewer } from '../../auth/viewer.ts';
import { Prisma, type Reminder } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import type { Change } from '../change.ts';
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

const lock = `SELECT ${reminderColumns} FROM reminder JOIN task USING ("tenantId")
  WHERE "tenantId" = $1 AND reminder.id = $2 AND task.id = reminder."taskId" AND ${seenTaskSql('$3')}
  FOR UPDATE OF reminder`;

export async function insertReminder(tx: Change, reminder: Reminder): Promise<void> {
  await tx.query(
    'insert-reminder',
    insert,
    columns.map((column) => reminder[column]),
  );
  record(tx, 'reminder.created', null, reminder);
}

/** Locks a reminder of a task the viewer sees. @throws AppError `NOT_FOUND`. */
export async function lockReminder(tx: Change, viewer: Viewer, id: string): Promise<Reminder> {
  const [reminder] = await tx.query<Reminder>('lock-reminder', lock, [viewer.tenantId, id, viewer.userId]);
  if (!reminder) throw notFound('The reminder');
  return reminder;
}

type Changes = Partial<Pick<Reminder, (typeof changing)[number]>>;

/**
 * Moves a reminder as one of the transitions, recorded as its event. It ends any lease, and gives a new one for
 * `leaseMs`. @returns the new state, or null when the reminder is no longer as `before` says: somebody else was first.
 */
export async function tryMove(
  tx: Change,
  before: Reminder,
  { event, changes, leaseMs = null }: { event: ReminderTransition; changes: Changes; leaseMs?: number | null },
): Promise<Reminder | null> {
  const { from, to } = transitions[event];
  const after: Reminder = {
    ...before,
    status: to ?? before.status,
    ...(to !== 'PENDING' && { nextAttemptAt: null }),
    ...changes,
    version: before.version + 1,
    updatedAt: tx.now,
    leaseExpiresAt: null,
  };
  const values = [after.tenantId, after.id, before.version, from, leaseMs, ...changing.map((column) => after[column])];
  const moved = await tx.query('move-reminder', `${update} RETURNING id`, values);
  if (moved.length === 0) return null;
  record(tx, event, before, after);
  return after;
}

/** The same for a reminder that is locked. @throws AppError `CONFLICT` when the move is not legal. */
export async function moveReminder(
  tx: Change,
  before: Reminder,
  move: { event: ReminderTransition; changes: Changes },
): Promise<Reminder> {
  const after = await tryMove(tx, before, move);
  if (!after) throw conflict(`The reminder is ${before.status} and cannot be changed so.`);
  return after;
}

function record(tx: Change, type: ReminderEvent, before: Reminder | null, after: Reminder): void {
  tx.record({ type, objectId: after.id, before: before && logged(before), after: logged(after) });
}

function logged({ leaseExpiresAt: _, ...reminder }: Reminder) {
  return reminder;
}
