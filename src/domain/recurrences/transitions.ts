import type { EventTypeOf } from '../../events/contract.ts';
import type { RecurrenceStatus } from '../../generated/prisma/enums.ts';

type RecurrenceEvent = EventTypeOf<'recurrence'>;
export type RecurrenceTransition = Exclude<RecurrenceEvent, 'recurrence.created'>;

/**
 * The legal transitions of a recurrence. ACTIVE creates occurrences; PAUSED creates none until it is resumed; COMPLETED
 * has had its last; CANCELLED was ended by a user. The open occurrences are ordinary tasks in every status.
 */
export const transitions: Record<RecurrenceTransition, { from: readonly RecurrenceStatus[]; to?: RecurrenceStatus }> = {
  'recurrence.updated': { from: ['ACTIVE', 'PAUSED'] },
  // A paused recurrence only goes back to a reopened occurrence.
  'recurrence.advanced': { from: ['ACTIVE', 'PAUSED'] },
  'recurrence.paused': { from: ['ACTIVE'], to: 'PAUSED' },
  'recurrence.resumed': { from: ['PAUSED'], to: 'ACTIVE' },
  'recurrence.completed': { from: ['ACTIVE', 'PAUSED'], to: 'COMPLETED' },
  'recurrence.cancelled': { from: ['ACTIVE', 'PAUSED'], to: 'CANCELLED' },
  // An undo restores its earlier status.
  'recurrence.restored': { from: ['ACTIVE', 'PAUSED', 'COMPLETED', 'CANCELLED'] },
};
