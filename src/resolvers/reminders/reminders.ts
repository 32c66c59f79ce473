import { authorize } from '../../auth/permissions.ts';
import { visibleReminder } from '../../domain/reminders/visibility.ts';
import type { Reminder, Task } from '../../generated/prisma/client.ts';
import type { RequestContext } from '../context.ts';
import { requireSeenTask, seenTask } from '../tasks/seen-task.ts';

/** Rows that `node` can return. */
export function findReminder<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'task:read');
  return { id, ...visibleReminder(viewer) };
}

export function task({ taskId }: Reminder, _: unknown, context: RequestContext) {
  return requireSeenTask(taskId, context);
}

export async function deliveries(reminder: Reminder, _: unknown, context: RequestContext) {
  return (await seenTask(reminder.taskId, context)) ? context.loaders.deliveriesOfReminder.load(reminder) : [];
}

export async function remindersOfTask({ id }: Task, _: unknown, context: RequestContext) {
  return (await seenTask(id, context)) ? context.loaders.remindersOfTask.load(id) : [];
}
