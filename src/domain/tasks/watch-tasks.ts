import { authorize } from '../../auth/permissions.ts';
import { isProjectEvent, isTaskEvent, type LoggedEvent } from '../../events/contract.ts';
import type { StreamItem } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../acting.ts';
import { changesAccess } from '../projects/visibility.ts';
import { type TaskFilter, taskMatcher } from './filter.ts';
import { isVisible } from './visibility.ts';

type TaskEvent = Extract<LoggedEvent, { type: `task.${string}` }>;
/** A task that was deleted for good has no state after it. */
type TaskChanged = Exclude<TaskEvent, { type: 'task.purged' }>;

/** What a subscriber to tasks gets, beside the stream's own items. */
export type TaskStreamItem =
  | Exclude<StreamItem, { kind: 'EVENT' }>
  | { kind: 'CHANGED'; cursor: StreamCursor; event: TaskChanged; task: Task }
  | { kind: 'LEFT'; cursor: StreamCursor; event: TaskEvent; taskId: string };

/**
 * The changes of the tasks that the viewer sees and the filter means, after a cursor or from now on. A task that stops
 * being one of them is said to have LEFT, without its new state. A project that the viewer comes to see or sees no longer
 * is a RESYNC: none of its tasks was changed, but the viewer's view of them was.
 */
export function watchTasks(
  { app, viewer }: Acting,
  { filter, after, signal }: { filter: TaskFilter; after: StreamCursor | null; signal: AbortSignal },
): AsyncIterableIterator<TaskStreamItem> {
  authorize(viewer, 'task:read');
  const isMatch = taskMatcher(filter);
  return leavable(signal, async function* (leaving) {
    const { tenantId, userId } = viewer;
    const audience = await app.audiences.acquire(tenantId);
    const isSeen = (task: Task) => isVisible(viewer, task, (projectId) => audience.sees(userId, projectId));
    const isMeant = (task: Task | null) =>
      task !== null && isSeen(task) && isMatch(task, { now: app.clock.now(), timeZone: viewer.timeZone });
    const toItem = (event: LoggedEvent): TaskStreamItem | null => {
      if (isTaskEvent(event)) return select(event, isMeant);
      return opensOrCloses(event, userId, filter) ? { kind: 'RESYNC', cursor: event.cursor } : null;
    };
    // While it is not known who sees what, nothing is passed over.
    const isWanted = (event: LoggedEvent) => !audience.isSettled || toItem(event) !== null;
    try {
      for await (const item of app.events.stream({ tenantId, after, isWanted, signal: leaving })) {
        if (!audience.isSettled) await audience.settled();
        const taskItem = item.kind === 'EVENT' ? toItem(item.event) : item;
        if (taskItem) yield taskItem;
      }
    } finally {
      app.audiences.release(tenantId);
    }
  });
}

function select(event: TaskEvent, isMeant: (task: Task | null) => boolean): TaskStreamItem | null {
  const { cursor, after } = event;
  if (event.type !== 'task.purged' && after && isMeant(after)) return { kind: 'CHANGED', cursor, event, task: after };
  return isMeant(event.before) ? { kind: 'LEFT', cursor, event, taskId: event.objectId } : null;
}

/** Whether the viewer comes to see a project by it, or sees it no longer; one that the filter means. */
function opensOrCloses(event: LoggedEvent, userId: string, { projectId }: TaskFilter): boolean {
  if (!isProjectEvent(event) || (projectId && projectId !== event.objectId)) return false;
  return changesAccess(event.before, event.after, userId);
}
