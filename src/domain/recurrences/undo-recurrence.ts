import type { Recurrence } from '../../generated/prisma/client.ts';
import { placeBack } from '../projects/place-task.ts';
import { lockByIds } from '../records/lock-records.ts';
import type { UndoRule } from '../records/undo-rule.ts';
import { advanceSeries } from './advance-series.ts';
import { recurrenceRecords } from './store.ts';

/** How changes of recurrences are undone; a created recurrence is cancelled. */
export const undoRecurrence: UndoRule<'recurrence', Recurrence> = {
  inverses: {
    'recurrence.created': 'recurrence.cancelled',
    'recurrence.updated': 'recurrence.restored',
    'recurrence.advanced': 'recurrence.restored',
    'recurrence.paused': 'recurrence.restored',
    'recurrence.resumed': 'recurrence.restored',
    'recurrence.completed': 'recurrence.restored',
    'recurrence.cancelled': 'recurrence.restored',
    'recurrence.restored': 'recurrence.restored',
  },
  requires: () => ['task:write'],
  describe: (recurrence) => `The recurrence "${recurrence.title}"`,
  restore: (_, { before }) => before ?? {},
  check: placeBack,
  afterRestore: async (tx, viewer, restored) => {
    // Its open occurrences may have been completed or removed from it while it was paused or ended.
    const ids = restored.filter(({ after }) => after.status === 'ACTIVE').map(({ after }) => after.id);
    const advanced: Recurrence[] = [];
    for (const series of await lockByIds(tx, recurrenceRecords, viewer.tenantId, ids)) {
      advanced.push((await advanceSeries(tx, series, { event: 'recurrence.advanced' })).recurrence);
    }
    return advanced;
  },
};
