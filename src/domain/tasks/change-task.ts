import type { EventType } from '../../events/contract.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { Change } from '../change.ts';
import { remindersFollow } from '../reminders/follow-task.ts';
import { saveTask } from './store.ts';

export type TaskEventType = Extract<EventType, `task.${string}`>;

/** Changes a locked task, records it, and lets what hangs on the task follow. @returns its new state. */
export async function changeTask(
  tx: Change,
  before: Task,
  { event, changes }: { event: TaskEventType; changes: Partial<Task> },
): Promise<Task> {
  const task = await saveTask(tx, before, changes);
  tx.record({ type: event, objectId: task.id, before, after: task });
  await remindersFollow(tx, before, task);
  return task;
}
