import type { EventTypeOf } from '../../events/contract.ts';
import type { ReminderStatus } from '../../generated/prisma/enums.ts';

type ReminderEvent = EventTypeOf<'reminder'>;
type ReminderTransition = Exclude<ReminderEvent, 'reminder.created'>;

/**
 * The legal transitions of a reminder. PENDING waits for its time or its next attempt; SENDING is claimed by a worker,
 * and is claimed again if the worker died; SENT, FAILED, CANCELLED and EXPIRED stay until a user retries or undoes, or
 * the task gives it a future time.
 */
export const transitions: Record<ReminderTransition, { from: readonly ReminderStatus[]; to?: ReminderStatus }> = {
  'reminder.moved': { from: ['PENDING', 'SENDING'], to: 'PENDING' },
  'reminder.cancelled': { from: ['PENDING', 'SENDING'], to: 'CANCELLED' },
  'reminder.expired': { from: ['PENDING', 'SENDING'], to: 'EXPIRED' },
  'reminder.retried': { from: ['FAILED'], to: 'PENDING' },
  'reminder.sending': { from: ['PENDING', 'SENDING'], to: 'SENDING' },
  'reminder.deferred': { from: ['SENDING'], to: 'PENDING' },
  'reminder.sent': { from: ['SENDING'], to: 'SENT' },
  'reminder.failed': { from: ['PENDING', 'SENDING'], to: 'FAILED' },
  'reminder.acknowledged': { from: ['SENT'] },
  // An undo restores its earlier status; a task that is open again or has another due date makes it PENDING.
  'reminder.restored': { from: ['PENDING', 'SENT', 'FAILED', 'CANCELLED', 'EXPIRED'] },
};
