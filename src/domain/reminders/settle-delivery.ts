import { setTimeout as delay } from 'node:timers/promises';
import type { Reminder, Task } from '../../generated/prisma/client.ts';
import type { SystemActing } from '../records/acting.ts';
import { type Change, changeAsSystem } from '../records/change.ts';
import { taskRecords } from '../tasks/store.ts';
import { followingMove } from './follow-task.ts';
import { afterFailure, type DeliveryFailure } from './retries.ts';
import { tryMove } from './store.ts';

const selectTask = `SELECT ${taskRecords.columns} FROM task WHERE "tenantId" = $1 AND id = $2`;

/** A database that is away for so long costs a second mail. */
const persistMs = 60_000;

/**
 * Writes down how sending ended, null being well. When the reminder has moved on meanwhile (the lease was lost),
 * nothing is written. A database that is away is asked again: an accepted mail must not be sent twice for that.
 */
export async function settleDelivery(
  acting: SystemActing,
  sending: Reminder,
  failure: DeliveryFailure | null,
): Promise<void> {
  for (const startMs = performance.now(); ; await delay(250)) {
    try {
      await changeAsSystem(acting, async (tx) => {
        const settled = await tryMove(tx, sending, outcome(sending, failure, tx.now));
        if (settled) await followTask(tx, settled);
        return {};
      });
      return;
    } catch (error) {
      if (performance.now() - startMs > persistMs) throw error;
    }
  }
}

/** The task may have been given another due while its reminder was being sent. */
async function followTask(tx: Change, settled: Reminder): Promise<void> {
  const [task] = await tx.query<Task>('task-of-settled-reminder', selectTask, [settled.tenantId, settled.taskId]);
  const move = task && followingMove(settled, task, tx.now);
  if (move) await tryMove(tx, settled, move);
}

function outcome({ attempts }: Reminder, failure: DeliveryFailure | null, now: Date): Parameters<typeof tryMove>[2] {
  if (!failure) return { event: 'reminder.sent', changes: { sentAt: now, lastError: null } };
  const { nextAttemptAt, lastError } = afterFailure(attempts, failure, now);
  return nextAttemptAt
    ? { event: 'reminder.deferred', changes: { nextAttemptAt, lastError } }
    : { event: 'reminder.failed', changes: { lastError } };
}
