import type { EventTypeOf } from '../../events/contract.ts';
import type { ReminderStatus } from '../../generated/prisma/enums.ts';

export type ReminderEvent = EventTypeOf<'reminder'>;
export type ReminderTransition = Exclude<ReminderEvent, 'reminder.created'>;

/**
 * Every legal move of a reminder. PENDING waits for its moment or its next attempt; SENDING is in the hands of a worker,
 * or was when the worker died, and is then taken up again; SENT, FAILED, CANCELLED and EXPIRED stay until a
 * user retries or undoes, or the task gives it a moment that lies ahead.
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
  // An undo gives it the status it had; a task that is open again or has another due makes it PENDING.
  'reminder.restored': { from: ['PENDING', 'SENT', 'FAILED', 'CANCELLED', 'EXPIRED'] },
};
