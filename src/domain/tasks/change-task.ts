import type { EventType } from '../../events/contract.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { Change } from '../change.ts';
import { seriesFollows } from '../recurrences/follow-task.ts';
import { remindersFollow } from '../reminders/follow-task.ts';
import { saveTask } from './store.ts';

/** What happens to a task while there is one. */
export type TaskEventType = Exclude<Extract<EventType, `task.${string}`>, 'task.purged'>;

type TaskChange = { event: TaskEventType; changes: Partial<Task> };

/** Changes a locked task, records it, and lets what hangs on the task follow. @returns its new state. */
export async function changeTask(tx: Change, before: Task, change: TaskChange): Promise<Task> {
  const task = await changeOccurrence(tx, before, change);
  await seriesFollows(tx, before, task);
  return task;
}

/** The same for what changes a series, which is then not to follow its task. */
export async function changeOccurrence(tx: Change, before: Task, { event, changes }: TaskChange): Promise<Task> {
  const task = await saveTask(tx, before, changes);
  tx.record({ type: event, objectId: task.id, before, after: task });
  await remindersFollow(tx, before, task);
  return task;
}
