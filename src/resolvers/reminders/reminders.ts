import type { Reminder, Task } from '../../generated/prisma/client.ts';
import type { RequestContext } from '../context.ts';
import { requireSeenTask, seenTask } from '../tasks/seen-task.ts';

export function task({ taskId }: Reminder, _: unknown, context: RequestContext) {
  return requireSeenTask(taskId, context);
}

/** The reason tells the address or the server that the user is reminded at, which is theirs alone. */
export function lastError({ userId, lastError }: Reminder, _: unknown, { viewer }: RequestContext): string | null {
  return userId === viewer.userId ? lastError : null;
}

export async function deliveries(reminder: Reminder, _: unknown, context: RequestContext) {
  return (await seenTask(reminder.taskId, context)) ? context.loaders.deliveriesOfReminder.load(reminder) : [];
}

export async function remindersOfTask({ id }: Task, _: unknown, context: RequestContext) {
  return (await seenTask(id, context)) ? context.loaders.remindersOfTask.load(id) : [];
}
