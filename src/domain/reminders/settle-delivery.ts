import { setTimeout as delay } from 'node:timers/promises';
import type { Reminder } from '../../generated/prisma/client.ts';
import type { SystemActing } from '../acting.ts';
import { changeAsSystem } from '../change.ts';
import { afterFailure, type DeliveryFailure } from './retries.ts';
import { tryMove } from './store.ts';

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
      await changeAsSystem(acting, async (tx) => ({
        moved: await tryMove(tx, sending, outcome(sending, failure, tx.now)),
      }));
      return;
    } catch (error) {
      if (performance.now() - startMs > persistMs) throw error;
    }
  }
}

function outcome({ attempts }: Reminder, failure: DeliveryFailure | null, now: Date): Parameters<typeof tryMove>[2] {
  if (!failure) return { event: 'reminder.sent', changes: { sentAt: now, lastError: null } };
  const { nextAttemptAt, lastError } = afterFailure(attempts, failure, now);
  return nextAttemptAt
    ? { event: 'reminder.deferred', changes: { nextAttemptAt, lastError } }
    : { event: 'reminder.failed', changes: { lastError } };
}
