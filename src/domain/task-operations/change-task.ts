import type { Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { seriesFollow } from '../recurrences/follow-task.ts';
import { type Changing, type TaskChange, writeTasks } from '../reminders/write-tasks.ts';

/**
 * Changes locked tasks of one tenant, records the events, and updates their reminders and recurrences. It takes a few
 * statements for any number of tasks, and a few more for each recurrence. @returns the new states, in the same order.
 */
export async function changeTasks(tx: Change, changes: readonly TaskChange[]): Promise<Task[]> {
  const changed = await writeTasks(tx, changes);
  await seriesFollow(tx, changed);
  return changed.map(({ after }) => after);
}

/** `changeTasks` for one task. */
export async function changeTask(tx: Change, before: Task, change: Changing): Promise<Task> {
  const [task] = await changeTasks(tx, [{ before, ...change }]);
  return task as Task;
}
