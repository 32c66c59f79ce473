import { authorize } from '../../auth/permissions.ts';
import { isEventOf, type LoggedEvent, type LoggedEventOf } from '../../events/contract.ts';
import type { StreamSignal, Watched } from '../../events/event-log.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import { changesAccess } from '../projects/visibility.ts';
import { type SeeingJudge, watchSeen } from '../projects/watch-seen.ts';
import type { Acting } from '../records/acting.ts';
import { type TaskFilter, taskMatcher } from './filter.ts';
import { taskSight } from './visibility.ts';

type TaskEvent = LoggedEventOf<'task'>;
/** A permanently deleted task has no state after the event. */
type TaskChanged = Exclude<TaskEvent, { type: 'task.purged' }>;

/** A payload for a subscriber to tasks, in addition to the items of the stream. */
export type TaskStreamItem =
  | StreamSignal
  | { kind: 'CHANGED'; cursor: StreamCursor; event: TaskChanged; task: Task }
  | { kind: 'LEFT'; cursor: StreamCursor; event: TaskEvent; taskId: string };

/**
 * The changes of the tasks that the viewer can see and that match the filter, after a cursor or from now on. A task
 * that no longer does is LEFT, without its new state. If the viewer gains or loses access to a project, there is a
 * RESYNC: its tasks were not changed, but their visibility was.
 */
export function watchTasks(
  { app, viewer }: Acting,
  { filter: given, ...options }: { filter?: TaskFilter | null; after: StreamCursor | null; signal: AbortSignal },
): Watched<TaskStreamItem> {
  authorize(viewer, 'task:read');
  const filter = given ?? {};
  const isMatch = taskMatcher(filter);
  const judge: SeeingJudge<TaskStreamItem> = (event, seesProject) => {
    const isMeant = (task: Task) =>
      taskSight.sees(viewer.userId, task, seesProject) &&
      isMatch(task, { now: app.clock.now(), timeZone: viewer.timeZone });
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

/**
 * Whether the event gives the viewer access to a project, or takes it away; only for a project that the filter can
 * match.
 */
function opensOrCloses(event: LoggedEvent, userId: string, { projectId }: TaskFilter): boolean {
  if (!isEventOf(event, 'project') || (projectId && projectId !== event.objectId)) return false;
  return changesAccess(event.before, event.after, userId);
}
