import { authorize } from '../../auth/permissions.ts';
import { isEventOf, type LoggedEvent, type LoggedEventOf } from '../../events/contract.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import { changesAccess } from '../projects/visibility.ts';
import { type Judge, type StreamSignal, watchSeen } from '../projects/watch-seen.ts';
import type { Acting } from '../records/acting.ts';
import { type TaskFilter, taskMatcher } from './filter.ts';
import { isVisible } from './visibility.ts';

type TaskEvent = LoggedEventOf<'task'>;
/** A task that was deleted for good has no state after it. */
type TaskChanged = Exclude<TaskEvent, { type: 'task.purged' }>;

/** What a subscriber to tasks gets, beside the stream's own items. */
export type TaskStreamItem =
  | StreamSignal
  | { kind: 'CHANGED'; cursor: StreamCursor; event: TaskChanged; task: Task }
  | { kind: 'LEFT'; cursor: StreamCursor; event: TaskEvent; taskId: string };

/**
 * The changes of the tasks that the viewer sees and the filter means, after a cursor or from now on. A task that stops
 * being one of them is said to have LEFT, without its new state. A project that the viewer comes to see or sees no longer
 * is a RESYNC: none of its tasks was changed, but the viewer's view of them was.
 */
export function watchTasks(
  { app, viewer }: Acting,
  { filter: given, ...options }: { filter?: TaskFilter | null; after: StreamCursor | null; signal: AbortSignal },
): AsyncIterableIterator<TaskStreamItem, void, undefined> {
  authorize(viewer, 'task:read');
  const filter = given ?? {};
  const isMatch = taskMatcher(filter);
  const judge: Judge<TaskStreamItem> = (event, seesProject) => {
    const isMeant = (task: Task) =>
      isVisible(viewer, task, seesProject) && isMatch(task, { now: app.clock.now(), timeZone: viewer.timeZone });
    if (isEventOf(event, 'task')) return select(event, isMeant);
    return opensOrCloses(event, viewer.userId, filter) ? { kind: 'RESYNC', cursor: event.cursor } : null;
  };
  return watchSeen({ app, viewer }, { ...options, judge });
}

function select(event: TaskEvent, isMeant: (task: Task) => boolean): TaskStreamItem | null {
  const { cursor, before, after } = event;
  if (event.type !== 'task.purged' && after && isMeant(after)) return { kind: 'CHANGED', cursor, event, task: after };
  return before && isMeant(before) ? { kind: 'LEFT', cursor, event, taskId: event.objectId } : null;
}

/** Whether the viewer comes to see a project by it, or sees it no longer; one that the filter means. */
function opensOrCloses(event: LoggedEvent, userId: string, { projectId }: TaskFilter): boolean {
  if (!isEventOf(event, 'project') || (projectId && projectId !== event.objectId)) return false;
  return changesAccess(event.before, event.after, userId);
}
