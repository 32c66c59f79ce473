import type { EventTypeOf } from '../../events/contract.ts';
import type { RecurrenceStatus } from '../../generated/prisma/enums.ts';

export type RecurrenceEvent = EventTypeOf<'recurrence'>;
export type RecurrenceTransition = Exclude<RecurrenceEvent, 'recurrence.created'>;

/**
 * Every legal move of a series. ACTIVE makes occurrences; PAUSED makes none until it is resumed; COMPLETED has had its
 * last; CANCELLED was ended by a user. The open occurrences of any of them stay tasks like others.
 */
export const transitions: Record<RecurrenceTransition, { from: readonly RecurrenceStatus[]; to?: RecurrenceStatus }> = {
  'recurrence.updated': { from: ['ACTIVE', 'PAUSED'] },
  // Of a paused series only back, to an occurrence that is open again.
  'recurrence.advanced': { from: ['ACTIVE', 'PAUSED'] },
  'recurrence.paused': { from: ['ACTIVE'], to: 'PAUSED' },
  'recurrence.resumed': { from: ['PAUSED'], to: 'ACTIVE' },
  'recurrence.completed': { from: ['ACTIVE', 'PAUSED'], to: 'COMPLETED' },
  'recurrence.cancelled': { from: ['ACTIVE', 'PAUSED'], to: 'CANCELLED' },
  // An undo gives it the status it had.
  'recurrence.restored': { from: ['ACTIVE', 'PAUSED', 'COMPLETED', 'CANCELLED'] },
};
