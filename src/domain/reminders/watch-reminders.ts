import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { isEventOf, type LoggedEvent, type LoggedEventOf } from '../../events/contract.ts';
import type { StreamOptions, StreamSignal, Watched } from '../../events/event-log.ts';
import type { Reminder } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Ask } from '../../shared/results-by-answers.ts';
import type { Acting } from '../records/acting.ts';
import { readRecords } from '../records/read-records.ts';
import { taskRecords } from '../tasks/store.ts';

type Changed = { kind: 'CHANGED'; cursor: StreamCursor; event: LoggedEventOf<'reminder'>; reminder: Reminder };
/** What a subscriber to reminders gets. */
export type ReminderStreamItem = StreamSignal | Changed;

/** The changes of the viewer's reminders of tasks that they can see, after a cursor or from now on. */
export function watchReminders({ app, viewer }: Acting, options: StreamOptions): Watched<Changed> {
  authorize(viewer, 'task:read');
  return app.events.watch({
    ...options,
    tenantId: viewer.tenantId,
    judge: select,
    subscriber: viewer,
    // A reminder of a task that its user can no longer see is kept until its time, but not reported.
    complete: async (item) => {
      const [task] = await readRecords({ app, viewer }, taskRecords, [item.reminder.taskId]);
      return task ? item : null;
    },
  });
}

function select(event: LoggedEvent, ask: Ask<Pick<Viewer, 'userId'>>): Changed | null {
  if (!isEventOf(event, 'reminder') || !event.after) return null;
  const { cursor, after } = event;
  const isTheirs = ask(({ userId }) => userId === after.userId);
  return isTheirs ? { kind: 'CHANGED', cursor, event, reminder: { ...after, leaseExpiresAt: null } } : null;
}
