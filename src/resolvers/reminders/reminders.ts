import { authorize } from '../../auth/permissions.ts';
import type { PageArgs } from '../../domain/lists/page.ts';
import { type CreateReminderInput, createReminder as create } from '../../domain/reminders/create-reminder.ts';
import { listReminders, type ReminderFilter } from '../../domain/reminders/list-reminders.ts';
import * as status from '../../domain/reminders/reminder-status.ts';
import { visibleReminder } from '../../domain/reminders/visibility.ts';
import { type ReminderStreamItem, watchReminders } from '../../domain/reminders/watch-reminders.ts';
import type { Reminder, Task } from '../../generated/prisma/client.ts';
import { decodeGlobalId } from '../../shared/global-id.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { optionalId } from '../ids.ts';
import { delivered, startCursor } from '../subscriptions.ts';
import { requireSeenTask, seenTask } from '../tasks/seen-task.ts';

type Keyed = { idempotencyKey?: string | null };

/** Rows that `node` can return. */
export function findReminder<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'task:read');
  return { id, ...visibleReminder(viewer) };
}

export function task({ taskId }: Reminder, _: unknown, context: RequestContext) {
  return requireSeenTask(taskId, context);
}

export function user({ userId }: Reminder, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(userId);
}

export async function deliveries(reminder: Reminder, _: unknown, context: RequestContext) {
  return (await seenTask(reminder.taskId, context)) ? context.loaders.deliveriesOfReminder.load(reminder) : [];
}

export async function remindersOfTask({ id }: Task, _: unknown, context: RequestContext) {
  return (await seenTask(id, context)) ? context.loaders.remindersOfTask.load(id) : [];
}

export async function reminders(
  _: unknown,
  { filter, ...args }: { filter?: ReminderFilter | null } & PageArgs,
  context: RequestContext,
) {
  const taskId = optionalId('Task', filter?.taskId, ['filter', 'taskId']);
  return toConnection(await listReminders(context, { ...args, filter: { ...filter, taskId } }));
}

export function createReminder(_: unknown, args: { input: CreateReminderInput } & Keyed, context: RequestContext) {
  const taskId = decodeGlobalId('Task', args.input.taskId, ['input', 'taskId']);
  return create(context, { ...args, input: { ...args.input, taskId } });
}

export const cancelReminder = onReminder(status.cancelReminder);
export const retryReminder = onReminder(status.retryReminder);
export const acknowledgeReminder = onReminder(status.acknowledgeReminder);

function onReminder(act: typeof status.cancelReminder) {
  return (_: unknown, args: status.ReminderTarget, context: RequestContext) =>
    act(context, { ...args, id: decodeGlobalId('Reminder', args.id, ['id']) });
}

export function reminderChanged(
  _: unknown,
  { after }: { after?: string | null },
  context: RequestContext,
): AsyncIterable<ReminderStreamItem> {
  const options = { after: startCursor(context, after), signal: context.stream.access };
  return delivered(context, watchReminders(context, options));
}
