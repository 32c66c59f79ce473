import type { EventTypeOf } from '../../events/contract.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import type { Changed } from '../records/record-kind.ts';
import { saveRecords } from '../records/save-records.ts';
import { taskRecords } from '../tasks/store.ts';
import { remindersFollow } from './follow-task.ts';

/** The events of a task that still exists. */
export type TaskEventType = Exclude<EventTypeOf<'task'>, 'task.purged'>;

export type Changing = { event: TaskEventType; changes: Partial<Task> };
/** A locked task, and its change. */
export type TaskChange = Changing & { before: Task };

/**
 * Writes the next versions of locked tasks of one tenant, records them, and lets their reminders follow. `remindSince` as
 * `remindersFollow` says. @returns what has changed, in the same order.
 */
export async function writeTasks(
  tx: Change,
  changes: readonly TaskChange[],
  remindSince?: Date,
): Promise<Changed<Task>[]> {
  const saved = await saveRecords(tx, taskRecords, changes);
  const changed = saved.map((after, index) => ({ before: (changes[index] as TaskChange).before, after }));
  await remindersFollow(tx, changed, remindSince);
  return changed;
}

/**
 * Changes an occurrence on behalf of its recurrence, without updating the recurrence. Its reminders whose time is after
 * `remindSince` become pending; by default, those whose time is in the future.
 */
export async function changeOccurrence(
  tx: Change,
  before: Task,
  { remindSince, ...change }: Changing & { remindSince?: Date },
): Promise<Task> {
  const [changed] = await writeTasks(tx, [{ before, ...change }], remindSince);
  return (changed as Changed<Task>).after;
}
