import type { EventType } from '../../events/contract.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { Change } from '../change.ts';
import { seriesFollow } from '../recurrences/follow-task.ts';
import { remindersFollow } from '../reminders/follow-task.ts';
import { type Changed, nextVersion, saveTasks } from './store.ts';

/** What happens to a task while there is one. */
export type TaskEventType = Exclude<Extract<EventType, `task.${string}`>, 'task.purged'>;

type Changing = { event: TaskEventType; changes: Partial<Task> };
/** A locked task, and what is to change of it. */
export type TaskChange = Changing & { before: Task };

/**
 * Changes locked tasks of one tenant, records it, and lets what hangs on them follow. However many they are, it takes a
 * few statements, and some more for each series. @returns their new states, in the same order.
 */
export async function changeTasks(tx: Change, changes: readonly TaskChange[]): Promise<Task[]> {
  const changed = await write(tx, changes);
  await seriesFollow(tx, changed);
  return changed.map(({ after }) => after);
}

/** The same for one. */
export async function changeTask(tx: Change, before: Task, change: Changing): Promise<Task> {
  const [task] = await changeTasks(tx, [{ before, ...change }]);
  return task as Task;
}

/**
 * Changes an occurrence for its series, which is then not to follow it. `remindSince` as `oldestWanted` says, when a date has
 * come; otherwise reminders are wanted whose moment lies ahead.
 */
export async function changeOccurrence(
  tx: Change,
  before: Task,
  { remindSince, ...change }: Changing & { remindSince?: Date },
): Promise<Task> {
  const [changed] = await write(tx, [{ before, ...change }], remindSince);
  return (changed as Changed).after;
}

async function write(tx: Change, changes: readonly TaskChange[], remindSince?: Date): Promise<Changed[]> {
  const changed = changes.map(({ event, before, changes: columns }) => {
    const after = nextVersion(tx, before, columns);
    tx.record({ type: event, objectId: after.id, before, after });
    return { before, after };
  });
  await saveTasks(tx, changed);
  await remindersFollow(tx, changed, remindSince);
  return changed;
}
