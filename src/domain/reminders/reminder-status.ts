import type { Reminder } from '../../generated/prisma/client.ts';
import { AppError, conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import { onRecord } from '../records/on-record.ts';
import { saveRecord } from '../records/save-records.ts';
import { lockLiveTask } from '../tasks/store.ts';
import { reminderRecords } from './store.ts';

/** Why a reminder cannot be cancelled. */
const refusals: Partial<Record<Reminder['status'], string>> = {
  SENDING: 'The reminder is being delivered.',
  SENT: 'The reminder was already delivered.',
  CANCELLED: 'The reminder is already cancelled.',
  EXPIRED: 'The reminder has expired.',
  FAILED: 'The reminder has already failed.',
};

type Work = (tx: Change, before: Reminder, acting: Acting) => Promise<Reminder>;

function onReminder(operation: string, work: Work) {
  return onRecord(reminderRecords, { operation, permission: 'reminder:write' }, async (...args) => ({
    reminder: await work(...args),
  }));
}

/** Cancels a pending reminder. @throws AppError `NOT_FOUND`; `CONFLICT` if it is not pending. */
export const cancelReminder = onReminder('cancelReminder', (tx, before) => {
  const refused = refusals[before.status];
  if (refused) throw conflict(refused);
  return saveRecord(tx, reminderRecords, before, { event: 'reminder.cancelled', changes: { isWithdrawn: true } });
});

/**
 * Retries a failed reminder immediately, with all attempts. @throws AppError `NOT_FOUND`; `CONFLICT` if it has not
 * failed, or its task is completed or in the trash.
 */
export const retryReminder = onReminder('retryReminder', async (tx, before, { viewer }) => {
  if (before.status !== 'FAILED') throw conflict('Only a failed reminder can be retried.');
  const task = await lockLiveTask(tx, viewer, { id: before.taskId });
  if (task.status !== 'ACTIVE') throw conflict('The task is completed. Reopen it first.');
  const changes = { nextAttemptAt: tx.now, attempts: 0, lastError: null };
  return saveRecord(tx, reminderRecords, before, { event: 'reminder.retried', changes });
});

/**
 * Acknowledges a reminder that was shown to the viewer. @throws AppError `NOT_FOUND`; `FORBIDDEN` if it is for another
 * user; `CONFLICT` if it is not IN_APP, was not shown yet, or is already acknowledged.
 */
export const acknowledgeReminder = onReminder('acknowledgeReminder', (tx, before, { viewer }) => {
  if (before.userId !== viewer.userId) throw new AppError('FORBIDDEN', 'The reminder is for another user.');
  if (before.channel !== 'IN_APP') throw conflict('Only an IN_APP reminder can be acknowledged.');
  if (before.status !== 'SENT') throw conflict('The reminder is not SENT, so it cannot be acknowledged.');
  if (before.acknowledgedAt) throw conflict('The reminder is already acknowledged.');
  const changes = { acknowledgedAt: tx.now };
  return saveRecord(tx, reminderRecords, before, { event: 'reminder.acknowledged', changes });
});
