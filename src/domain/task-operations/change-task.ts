import type { Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { seriesFollow } from '../recurrences/follow-task.ts';
import { type Changing, type TaskChange, writeTasks } from '../reminders/write-tasks.ts';

/**
 * Changes locked tasks of one tenant, records it, and lets what hangs on them follow. However many they are, it takes a
 * few statements, and some more for each series. @returns their new states, in the same order.
 */
export async function changeTasks(tx: Change, changes: readonly TaskChange[]): Promise<Task[]> {
  const changed = await writeTasks(tx, changes);
  await seriesFollow(tx, changed);
  return changed.map(({ after }) => after);
}

/** The same for one. */
export async function changeTask(tx: Change, before: Task, change: Changing): Promise<Task> {
  const [task] = await changeTasks(tx, [{ before, ...change }]);
  return task as Task;
}
