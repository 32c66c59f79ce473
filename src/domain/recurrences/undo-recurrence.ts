import type { Recurrence } from '../../generated/prisma/client.ts';
import { placeBack } from '../projects/place-task.ts';
import type { Undoable } from '../undoable.ts';
import { lockRecurrence, moveRecurrence } from './store.ts';
import type { RecurrenceEvent } from './transitions.ts';

/** How a change of a series is taken back; one that was made is cancelled. */
export const undoableRecurrence: Undoable<Recurrence, RecurrenceEvent> = {
  lock: (tx, { viewer }, id) => lockRecurrence(tx, viewer, { id }),
  describe: (recurrence) => `The series "${recurrence.title}"`,
  restore: async (tx, current, { acting, before }) => {
    if (!before) return moveRecurrence(tx, current, { event: 'recurrence.cancelled' });
    await placeBack(tx, acting.viewer, current, before);
    const { id: _, tenantId: __, creatorId: ___, createdAt: ____, ...changes } = before;
    return moveRecurrence(tx, current, { event: 'recurrence.restored', changes });
  },
};
