import { authorize } from '../../auth/permissions.ts';
import { isEventOf, type LoggedEventOf } from '../../events/contract.ts';
import type { StreamSignal, Watched } from '../../events/event-log.ts';
import type { Reminder } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';
import { readRecords } from '../records/read-records.ts';
import { taskRecords } from '../tasks/store.ts';

type Changed = { kind: 'CHANGED'; cursor: StreamCursor; event: LoggedEventOf<'reminder'>; reminder: Reminder };
/** What a subscriber to reminders gets. */
export type ReminderStreamItem = StreamSignal | Changed;

/** The changes of the viewer's reminders of tasks that they can see, after a cursor or from now on. */
export function watchReminders(
  { app, viewer }: Acting,
  options: { after: StreamCursor | null; signal: AbortSignal },
): Watched<Changed> {
  authorize(viewer, 'task:read');
  return app.events.watch<Changed>({
    ...options,
    tenantId: viewer.tenantId,
    judge: (event) => {
      if (!isEventOf(event, 'reminder') || event.after?.userId !== viewer.userId) return null;
      const { cursor, after } = event;
      return { kind: 'CHANGED', cursor, event, reminder: { ...after, leaseExpiresAt: null } };
    },
    // A reminder of a task that its user can no longer see is kept until its time, but not reported.
    complete: async (item) => {
      const [task] = await readRecords({ app, viewer }, taskRecords, [item.reminder.taskId]);
      return task ? item : null;
    },
  });
}
