import { authorize } from '../../auth/permissions.ts';
import type { Reminder } from '../../generated/prisma/client.ts';
import { AppError, conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { lockRecord } from '../records/lock-records.ts';
import { saveRecord } from '../records/save-records.ts';
import { lockLiveTask } from '../tasks/store.ts';
import { reminderRecords } from './store.ts';

export type ReminderTarget = { id: string; idempotencyKey?: string | null };
type ReminderChange = { reminder: Reminder; changeId: string };

/** Why a reminder cannot be cancelled. */
const refusals: Partial<Record<Reminder['status'], string>> = {
  SENDING: 'The reminder is being delivered.',
  SENT: 'The reminder was already delivered.',
  CANCELLED: 'The reminder is already cancelled.',
  EXPIRED: 'The reminder has expired.',
  FAILED: 'The reminder has already failed.',
};

/** Cancels a pending reminder. @throws AppError `NOT_FOUND`; `CONFLICT` if it is not pending. */
export async function cancelReminder(acting: Acting, { id, idempotencyKey }: ReminderTarget): Promise<ReminderChange> {
  authorize(acting.viewer, 'reminder:write');
  return change(acting, { operation: 'cancelReminder', input: { id }, idempotencyKey }, async (tx) => {
    const before = await lockRecord(tx, reminderRecords, acting.viewer, { id });
    const refused = refusals[before.status];
    if (refused) throw conflict(refused);
    return {
      reminder: await saveRecord(tx, reminderRecords, before, {
        event: 'reminder.cancelled',
        changes: { isWithdrawn: true },
      }),
    };
  });
}

/**
 * Retries a failed reminder immediately, with all attempts. @throws AppError `NOT_FOUND`; `CONFLICT` if it has not
 * failed, or its task is completed or in the trash.
 */
export async function retryReminder(acting: Acting, { id, idempotencyKey }: ReminderTarget): Promise<ReminderChange> {
  authorize(acting.viewer, 'reminder:write');
  return change(acting, { operation: 'retryReminder', input: { id }, idempotencyKey }, async (tx) => {
    const before = await lockRecord(tx, reminderRecords, acting.viewer, { id });
    if (before.status !== 'FAILED') throw conflict('Only a failed reminder can be retried.');
    const task = await lockLiveTask(tx, acting.viewer, { id: before.taskId });
    if (task.status !== 'ACTIVE') throw conflict('The task is completed. Reopen it first.');
    const changes = { nextAttemptAt: tx.now, attempts: 0, lastError: null };
    return { reminder: await saveRecord(tx, reminderRecords, before, { event: 'reminder.retried', changes }) };
  });
}

/**
 * Acknowledges a reminder that was shown to the viewer. @throws AppError `NOT_FOUND`; `FORBIDDEN` if it is for another
 * user; `CONFLICT` if it is not IN_APP, was not shown yet, or is already acknowledged.
 */
export async function acknowledgeReminder(
  acting: Acting,
  { id, idempotencyKey }: ReminderTarget,
): Promise<ReminderChange> {
  authorize(acting.viewer, 'reminder:write');
  return change(acting, { operation: 'acknowledgeReminder', input: { id }, idempotencyKey }, async (tx) => {
    const before = await lockRecord(tx, reminderRecords, acting.viewer, { id });
    if (before.userId !== acting.viewer.userId) throw new AppError('FORBIDDEN', 'The reminder is for another user.');
    if (before.channel !== 'IN_APP') throw conflict('Only an IN_APP reminder can be acknowledged.');
    if (before.status !== 'SENT') throw conflict('The reminder is not SENT, so it cannot be acknowledged.');
    if (before.acknowledgedAt) throw conflict('The reminder is already acknowledged.');
    const changes = { acknowledgedAt: tx.now };
    return { reminder: await saveRecord(tx, reminderRecords, before, { event: 'reminder.acknowledged', changes }) };
  });
}
