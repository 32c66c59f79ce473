import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Reminder, Task } from '../../generated/prisma/client.ts';
import { type FieldFault, invalidInput } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { recordCreated } from '../records/insert-records.ts';
import { recordNext } from '../records/save-records.ts';
import type { WantedReminder } from '../reminder-rules/input.ts';
import { relativeMoment } from '../reminder-rules/moment.ts';
import { channelFault, type Reach } from './reach.ts';
import { newReminder, reminderRecords } from './store.ts';

/**
 * @throws AppError `FORBIDDEN`; `INVALID_INPUT` with the paths of reminders under `at` that cannot reach the viewer.
 */
export function requireReach(
  viewer: Viewer,
  { reach, wanted, at }: { reach: Reach; wanted: readonly WantedReminder[]; at: FieldFault['path'] },
): void {
  if (wanted.length === 0) return;
  authorize(viewer, 'reminder:write');
  const faults = wanted.flatMap(({ channel }, index) => {
    const message = channelFault(reach, channel);
    return message ? [{ path: [...at, index, 'channel'], message }] : [];
  });
  if (faults.length > 0) throw invalidInput(faults);
}

/**
 * Imported reminders of a new task for the viewer; they are recorded, but not written yet. Only reminders of an open
 * task with a future time are pending. The others become pending again together with the task.
 */
export function restoredReminders(
  tx: Pick<Change, 'now' | 'record'>,
  { tenantId, userId }: Viewer,
  { task, wanted }: { task: Task; wanted: readonly WantedReminder[] },
): Reminder[] {
  return wanted.map(({ at, ...row }) => {
    const moment = at ?? relativeMoment(row, task);
    const reminder = newReminder(tx, { ...row, tenantId, userId, taskId: task.id, remindAt: moment ?? tx.now });
    recordCreated(tx, reminderRecords, reminder);
    if (task.status !== 'ACTIVE' || !moment)
      return recordNext(tx, reminderRecords, { before: reminder, event: 'reminder.cancelled' });
    if (moment > tx.now) return reminder;
    const changes = { lastError: 'The time of this reminder had passed when it was imported.' };
    return recordNext(tx, reminderRecords, { before: reminder, event: 'reminder.expired', changes });
  });
}
