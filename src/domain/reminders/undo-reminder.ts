import type { Reminder } from '../../generated/prisma/client.ts';
import type { Undoable } from '../undoable.ts';
import { lockWhoever, recordMove, saveReminders } from './store.ts';
import type { ReminderEvent, ReminderTransition } from './transitions.ts';

/** What undoing a user's change of a reminder is recorded as. What Errand did itself, such as sending, is nobody's to undo. */
const inverses: Partial<Record<ReminderEvent, ReminderTransition>> = {
  'reminder.created': 'reminder.cancelled',
  'reminder.moved': 'reminder.moved',
  'reminder.cancelled': 'reminder.restored',
  'reminder.expired': 'reminder.restored',
  'reminder.retried': 'reminder.failed',
  'reminder.acknowledged': 'reminder.restored',
  'reminder.restored': 'reminder.restored',
};

/** How a change of a reminder is taken back; one that was made is cancelled. */
export const undoableReminder: Undoable<Reminder, ReminderEvent> = {
  lock: (tx, { viewer }, ids) => lockWhoever(tx, viewer, ids),
  describe: () => 'A reminder',
  restore: (tx, current, { event, before }) => {
    const inverse = inverses[event];
    return inverse ? recordMove(tx, current, { event: inverse, changes: restored(before) }) : null;
  },
  save: (tx, _, undone) =>
    saveReminders(
      tx,
      undone.map(({ after }) => after),
    ),
};

function restored(before: Reminder | null) {
  if (!before) return { isWithdrawn: true };
  const { status, remindAt, nextAttemptAt, attempts, lastError, acknowledgedAt, isWithdrawn } = before;
  return { status, remindAt, nextAttemptAt, attempts, lastError, acknowledgedAt, isWithdrawn: isWithdrawn ?? false };
}
