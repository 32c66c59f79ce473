import type { Reminder, Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import type { Changed } from '../records/record-kind.ts';
import { saveRecords } from '../records/save-records.ts';
import { isRelative, isSameDue, relativeMoment } from '../reminder-rules/moment.ts';
import { withinLimits } from './return-limits.ts';
import { type ReminderChange, reminderRecords } from './store.ts';

/** Reminders that follow their task and are copied: not those that a user cancelled, nor those of former members. */
export const isWantedSql = `(NOT reminder."isWithdrawn" AND EXISTS (SELECT FROM membership
  WHERE membership."tenantId" = reminder."tenantId" AND membership."userId" = reminder."userId"
    AND membership."removedAt" IS NULL))`;

const lockAll = `SELECT ${reminderRecords.columns} FROM reminder
  WHERE "tenantId" = $1 AND "taskId" = ANY($2) AND ${isWantedSql} ORDER BY id FOR UPDATE`;

/**
 * Updates the reminders of changed tasks of one tenant, in the same transaction. If a task is completed, deleted or
 * loses the due date that they depend on, pending ones are cancelled. If it is open again or has another due date, each
 * reminder with a future time becomes pending for it, even if it was sent. Reminders that a user cancelled stay
 * cancelled. A reminder that is being sent is left to its worker, which checks the task again afterwards. A time is in
 * the future if it is after `wantedSince`. @returns the new states of changed reminders.
 */
export async function remindersFollow(
  tx: Change,
  changed: readonly Changed<Task>[],
  wantedSince = tx.now,
): Promise<Reminder[]> {
  const tasks = changed.filter(concernsReminders).map(({ after }) => after);
  return followTasks(tx, tasks, wantedSince);
}

/** Updates the reminders of locked tasks of one tenant to their current state. */
export async function followTasks(tx: Change, tasks: readonly Task[], wantedSince: Date): Promise<Reminder[]> {
  const [first] = tasks;
  if (!first) return [];
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const reminders = await tx.query<Reminder>('lock-reminders-of-tasks', lockAll, [first.tenantId, [...byId.keys()]]);
  const followed = reminders.map((reminder) => {
    const task = byId.get(reminder.taskId);
    const change = task && reminder.status !== 'SENDING' ? followingChange(reminder, task, wantedSince) : null;
    return { reminder, change };
  });
  const changes = withinLimits(followed).flatMap(({ reminder, change }) =>
    change ? [{ before: reminder, ...change }] : [],
  );
  return saveRecords(tx, reminderRecords, changes);
}

function concernsReminders({ before, after }: Changed<Task>): boolean {
  return isOpen(before) !== isOpen(after) || !isSameDue(before, after);
}

/** The change of a reminder that its task requires; null if there is none. A time counts if it is after `since`. */
export function followingChange(reminder: Reminder, task: Task, since: Date): ReminderChange | null {
  const isWaiting = reminder.status === 'PENDING' || reminder.status === 'SENDING';
  return isWaiting ? waitingChange(reminder, task, since) : returningChange(reminder, task, since);
}

function waitingChange(reminder: Reminder, task: Task, since: Date): ReminderChange | null {
  if (!isOpen(task)) return { event: 'reminder.cancelled', changes: {} };
  if (!isRelative(reminder)) return null;
  const moment = relativeMoment(reminder, task);
  if (!moment) return { event: 'reminder.cancelled', changes: {} };
  if (moment.getTime() === reminder.remindAt.getTime()) return null;
  if (moment > since) return { event: 'reminder.moved', changes: pendingFor(moment) };
  const lastError = 'The due date was moved, so the time of this reminder has passed.';
  return { event: 'reminder.expired', changes: { remindAt: moment, lastError } };
}

/** A delivery ends a reminder only for its current time. */
function returningChange(reminder: Reminder, task: Task, since: Date): ReminderChange | null {
  if (reminder.isWithdrawn || !isOpen(task)) return null;
  const moment = isRelative(reminder) ? relativeMoment(reminder, task) : reminder.remindAt;
  if (!moment || moment <= since) return null;
  if (reminder.status !== 'CANCELLED' && moment.getTime() === reminder.remindAt.getTime()) return null;
  const changes = { ...pendingFor(moment), status: 'PENDING' as const, acknowledgedAt: null };
  return { event: 'reminder.restored', changes };
}

function pendingFor(moment: Date) {
  return { remindAt: moment, nextAttemptAt: moment, attempts: 0, lastError: null };
}

function isOpen(task: Task): boolean {
  return task.status === 'ACTIVE' && task.deletedAt === null;
}
