import type { Reminder, Task } from '../../generated/prisma/client.ts';
import { type Change, changeAsSystem } from '../records/change.ts';
import { saveIfCurrent, saveRecord } from '../records/save-records.ts';
import { taskRecords } from '../tasks/store.ts';
import type { Outcome } from '../work/retry.ts';
import type { WorkContext } from '../work/work.ts';
import type { ReminderClaim } from './claim-reminder.ts';
import { followingChange } from './follow-task.ts';
import { type ReminderChange, reminderRecords } from './store.ts';

const selectTask = `SELECT ${taskRecords.columns} FROM task WHERE "tenantId" = $1 AND id = $2`;

/** Records how sending ended. @throws StaleRecordError when the reminder has been changed or taken over meanwhile. */
export async function settleDelivery(
  { app, requestId }: WorkContext,
  { row: sending }: Pick<ReminderClaim, 'row'>,
  outcome: Outcome,
): Promise<void> {
  await changeAsSystem({ app, tenantId: sending.tenantId, requestId }, async (tx) => {
    const settled = await saveIfCurrent(tx, reminderRecords, sending, changeOf(outcome, tx.now));
    await followTask(tx, settled);
    return {};
  });
}

/** The due date of the task may have changed while the reminder was being sent. */
async function followTask(tx: Change, settled: Reminder): Promise<void> {
  const [task] = await tx.query<Task>('task-of-settled-reminder', selectTask, [settled.tenantId, settled.taskId]);
  const change = task && followingChange(settled, task, tx.now);
  if (change) await saveRecord(tx, reminderRecords, settled, change);
}

function changeOf(outcome: Outcome, now: Date): ReminderChange {
  if (outcome.kind === 'DONE') return { event: 'reminder.sent', changes: { sentAt: now, lastError: null } };
  const lastError = outcome.failure.message;
  if (outcome.kind === 'DEAD') return { event: 'reminder.failed', changes: { lastError } };
  return { event: 'reminder.deferred', changes: { nextAttemptAt: outcome.retryAt, lastError } };
}
