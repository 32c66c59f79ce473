import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Reminder, Task } from '../../generated/prisma/client.ts';
import { conflict, invalidInput } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { maxOpenPerTask, type WantedReminder } from '../reminder-rules/input.ts';
import { relativeMoment } from '../reminder-rules/moment.ts';
import { channelFault, readReach } from './reach.ts';
import { newReminder, reminderRecords } from './store.ts';

/** A requested reminder, and its path in the arguments. */
type PlacedReminder = { wanted: WantedReminder; place: readonly (string | number)[] };

/**
 * Creates reminders of a locked, open task for the viewer, as part of a larger change. @throws AppError `INVALID_INPUT`
 * if a time has passed, the task has no due date that a trigger needs, or the viewer cannot be reached through the
 * channel; `CONFLICT` if the task would have more than 20 open reminders.
 */
export async function addReminders(
  tx: Change,
  viewer: Viewer,
  { task, reminders }: { task: Task; reminders: readonly PlacedReminder[] },
): Promise<Reminder[]> {
  authorize(viewer, 'reminder:write');
  const reach = await readReach(tx, viewer, task);
  if (reach.open + reminders.length > maxOpenPerTask) {
    throw conflict(`A task can have at most ${maxOpenPerTask} open reminders.`);
  }
  const added: Reminder[] = [];
  for (const { wanted, place } of reminders) {
    const { at, ...row } = wanted;
    const fault = (field: keyof WantedReminder, message: string) =>
      invalidInput([{ path: [...place, field], message }]);
    const unreachable = channelFault(reach, wanted.channel);
    if (unreachable) throw fault('channel', unreachable);
    const remindAt = at ?? relativeMoment(wanted, task);
    if (!remindAt) throw fault('trigger', 'The task has no due date. Set one, or use ABSOLUTE.');
    if (remindAt <= tx.now && at) throw fault('at', 'This time has passed.');
    if (remindAt <= tx.now) {
      throw fault('trigger', `The time of this reminder, ${remindAt.toISOString()}, has passed.`);
    }
    added.push(newReminder(tx, { ...row, ...idsOf(viewer, task), remindAt }));
  }
  await insertRecords(tx, reminderRecords, added);
  return added;
}

/**
 * Creates the viewer's default reminders of a task that just got a due date, except those whose time has passed or that
 * cannot reach them. None if they already have a reminder of it, or the task is completed.
 */
export async function addDefaultReminders(tx: Change, viewer: Viewer, task: Task): Promise<void> {
  if (task.status !== 'ACTIVE') return;
  const reach = await readReach(tx, viewer, task);
  if (reach.ownOpen > 0) return;
  const added = reach.defaultReminders.slice(0, maxOpenPerTask - reach.open).flatMap((wanted) => {
    const remindAt = relativeMoment(wanted, task);
    if (!remindAt || remindAt <= tx.now || channelFault(reach, wanted.channel)) return [];
    return newReminder(tx, { ...wanted, ...idsOf(viewer, task), remindAt });
  });
  await insertRecords(tx, reminderRecords, added);
}

function idsOf({ tenantId, userId }: Viewer, { id: taskId }: Task) {
  return { tenantId, userId, taskId };
}
