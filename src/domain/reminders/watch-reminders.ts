import { authorize } from '../../auth/permissions.ts';
import { isEventOf, type LoggedEvent, type LoggedEventOf } from '../../events/contract.ts';
import type { StreamItem } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import type { Reminder } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';
import { visibleTask } from '../tasks/visibility.ts';

type ReminderEvent = LoggedEventOf<'reminder'>;

/** What a subscriber to reminders gets, beside the stream's own items. */
export type ReminderStreamItem =
  | Exclude<StreamItem, { kind: 'EVENT' }>
  | { kind: 'CHANGED'; cursor: StreamCursor; event: ReminderEvent; reminder: Reminder };

/** The changes of the reminders to the viewer about tasks they see, after a cursor or from now on. */
export function watchReminders(
  { app, viewer }: Acting,
  { after, signal }: { after: StreamCursor | null; signal: AbortSignal },
): AsyncIterableIterator<ReminderStreamItem> {
  authorize(viewer, 'task:read');
  const { tenantId, userId } = viewer;
  const isWanted = (event: LoggedEvent) => isEventOf(event, 'reminder') && event.after?.userId === userId;
  return leavable(signal, async function* (leaving) {
    for await (const item of app.events.stream({ tenantId, after, isWanted, signal: leaving })) {
      const reminderItem = item.kind === 'EVENT' ? await toItem(item) : item;
      if (reminderItem) yield reminderItem;
    }
  });

  /** A reminder stays until its moment when its user no longer sees the task; then they are told nothing of it. */
  async function toItem({ cursor, event }: Extract<StreamItem, { kind: 'EVENT' }>): Promise<ReminderStreamItem | null> {
    if (!isEventOf(event, 'reminder') || !event.after || !(await seesTask({ app, viewer }, event.after.taskId)))
      return null;
    return { kind: 'CHANGED', cursor, event, reminder: { ...event.after, leaseExpiresAt: null } };
  }
}

async function seesTask({ app, viewer }: Pick<Acting, 'app' | 'viewer'>, id: string): Promise<boolean> {
  const seen = await app.prisma.task.findFirst({ where: { id, ...visibleTask(viewer) }, select: { id: true } });
  return seen !== null;
}
