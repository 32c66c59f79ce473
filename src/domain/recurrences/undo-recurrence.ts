import type { Recurrence } from '../../generated/prisma/client.ts';
import { placeBack } from '../projects/place-task.ts';
import { lockByIds, lockRecords } from '../records/lock-records.ts';
import { recordNext, writeRecords } from '../records/save-records.ts';
import type { Undoable } from '../records/undoable.ts';
import { advanceSeries } from './advance-series.ts';
import { recurrenceRecords } from './store.ts';
import type { RecurrenceEvent } from './transitions.ts';

/** How changes of recurrences are undone; a created recurrence is cancelled. */
export const undoableRecurrence: Undoable<Recurrence, RecurrenceEvent> = {
  lock: (tx, { viewer }, ids) => lockRecords(tx, recurrenceRecords, viewer, ids),
  describe: (recurrence) => `The recurrence "${recurrence.title}"`,
  restore: (tx, current, { before }) => {
    if (!before) return recordNext(tx, recurrenceRecords, { before: current, event: 'recurrence.cancelled' });
    const { id: _, tenantId: __, creatorId: ___, createdAt: ____, ...changes } = before;
    return recordNext(tx, recurrenceRecords, { before: current, event: 'recurrence.restored', changes });
  },
  save: async (tx, { viewer }, restored) => {
    await placeBack(tx, viewer, restored);
    await writeRecords(tx, recurrenceRecords, restored);
  },
  settle: async (tx, { viewer }, restored) => {
    // Its open occurrences may have been completed or removed from it while it was paused or ended.
    const ids = restored.filter(({ after }) => after.status === 'ACTIVE').map(({ after }) => after.id);
    const advanced: Recurrence[] = [];
    for (const series of await lockByIds(tx, recurrenceRecords, viewer.tenantId, ids)) {
      advanced.push((await advanceSeries(tx, series, { event: 'recurrence.advanced' })).recurrence);
    }
    return advanced;
  },
};
