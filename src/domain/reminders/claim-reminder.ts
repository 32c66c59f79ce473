import type { Reminder, Task, User } from '../../generated/prisma/client.ts';
import type { DueRow } from '../../queues/contract.ts';
import type { Change } from '../records/change.ts';
import { saveRecord } from '../records/save-records.ts';
import { latestMs } from '../reminder-rules/moment.ts';
import { taskRecords } from '../tasks/store.ts';
import { taskSight } from '../tasks/visibility.ts';
import { changeDue } from '../work/change-due.ts';
import { isExhausted, patientRetry } from '../work/retry.ts';
import type { WorkContext } from '../work/work.ts';
import { followingChange } from './follow-task.ts';
import { type ReminderChange, reminderRecords } from './store.ts';

export const retry = patientRetry;

/** A claimed reminder with the data for its delivery. The worker holds the lease until it expires. */
export type ReminderClaim = { row: Reminder; task: Task; recipient: Recipient };
export type Recipient = Pick<User, 'id' | 'name' | 'email' | 'wantsReminderMails'> & {
  webhookId: string | null;
  webhookUrl: string | null;
};

const lock = `SELECT ${reminderRecords.columns} FROM reminder
  WHERE "tenantId" = $1 AND id = $2 AND version = $3 AND status IN ('PENDING', 'SENDING') FOR UPDATE`;
const selectTask = `SELECT ${taskRecords.columns}, ${taskSight.sql('$3')} AS "isSeen" FROM task WHERE "tenantId" = $1 AND id = $2`;
const selectRecipient = `SELECT "user".id, "user".name, "user".email, "user"."wantsReminderMails",
    webhook.id AS "webhookId", webhook.url AS "webhookUrl"
  FROM membership JOIN "user" ON "user".id = membership."userId" LEFT JOIN webhook USING ("tenantId", "userId")
  WHERE membership."tenantId" = $1 AND membership."userId" = $2 AND membership."removedAt" IS NULL`;

/**
 * Claims a reminder for delivery. Null if it must not be delivered: it has another version than the job, its task no
 * longer needs it, or it can no longer be delivered. It then gets the corresponding status.
 */
export async function claimReminder(context: WorkContext, { id, version }: DueRow): Promise<ReminderClaim | null> {
  return changeDue(context, { table: 'reminder', id }, async (tx, tenantId) => {
    const [reminder] = await tx.query<Reminder>('lock-reminder-version', lock, [tenantId, id, version]);
    return reminder ? judge(tx, reminder) : null;
  });
}

async function judge(tx: Change, reminder: Reminder): Promise<ReminderClaim | null> {
  const { tenantId, taskId, userId } = reminder;
  const [found] = await tx.query<Task & { isSeen: boolean }>('task-of-reminder', selectTask, [
    tenantId,
    taskId,
    userId,
  ]);
  const [recipient] = await tx.query<Recipient>('recipient-of-reminder', selectRecipient, [tenantId, userId]);
  if (!found) return null;
  const { isSeen, ...task } = found;
  const other = followingChange(reminder, task, tx.now) ?? obstacle(reminder, isSeen ? recipient : undefined, tx.now);
  if (other) await saveRecord(tx, reminderRecords, reminder, other);
  if (other || !recipient) return null;
  const changes = { attempts: reminder.attempts + 1, lastError: reminder.lastError };
  const row = await saveRecord(tx, reminderRecords, reminder, { event: 'reminder.sending', changes });
  return { row, task, recipient };
}

/** Why a reminder cannot be delivered although its task needs it. */
function obstacle(reminder: Reminder, recipient: Recipient | undefined, now: Date): ReminderChange | null {
  if (!recipient) {
    return { event: 'reminder.cancelled', changes: { lastError: 'The recipient can no longer see the task.' } };
  }
  // The user reads the inbox at any time, so late IN_APP reminders are still useful.
  const isLate = reminder.nextAttemptAt && now.getTime() - reminder.nextAttemptAt.getTime() > latestMs;
  if (isLate && reminder.channel !== 'IN_APP') {
    return {
      event: 'reminder.expired',
      changes: { lastError: 'The reminder could not be delivered within one day after its time.' },
    };
  }
  if (isExhausted(retry, reminder.attempts)) {
    return { event: 'reminder.failed', changes: { lastError: reminder.lastError ?? 'Every attempt was interrupted.' } };
  }
  if (reminder.channel === 'EMAIL' && !recipient.wantsReminderMails) {
    return { event: 'reminder.cancelled', changes: { lastError: 'The recipient has turned off reminder e-mails.' } };
  }
  if (reminder.channel === 'WEBHOOK' && !recipient.webhookId) {
    return { event: 'reminder.failed', changes: { lastError: 'The recipient has no webhook.' } };
  }
  return null;
}
