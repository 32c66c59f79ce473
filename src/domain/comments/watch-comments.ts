import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { isEventOf, type LoggedEvent, type LoggedEventOf } from '../../events/contract.ts';
import type { StreamOptions, StreamSignal, Watched } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Ask } from '../../shared/results-by-answers.ts';
import { changesAccess } from '../projects/visibility.ts';
import type { Acting } from '../records/acting.ts';
import { readTask } from '../tasks/store.ts';
import { readSeenTasks } from '../tasks/subtasks.ts';

export type CommentEvent = LoggedEventOf<'comment'>;

/**
 * A payload for a subscriber to the comments of a task, in addition to the items of the stream. LEFT is the last one.
 */
export type CommentStreamItem =
  | StreamSignal
  | { kind: 'CHANGED'; cursor: StreamCursor; event: CommentEvent }
  | { kind: 'LEFT'; cursor: StreamCursor; taskId: string };

/**
 * The changes of the comments on a task, after a cursor or from now on, until the viewer can no longer see the task.
 * @throws AppError `NOT_FOUND`.
 */
export async function watchComments(
  acting: Acting,
  { taskId, signal, ...options }: StreamOptions & { taskId: string },
): Promise<Watched<CommentStreamItem>> {
  const { app, viewer } = acting;
  authorize(viewer, 'task:read');
  await readTask(acting, taskId);
  const { tenantId, userId } = viewer;
  const isSeen = async () => (await readSeenTasks(app.db, [{ tenantId, taskId, userId }]))[0] != null;
  const judge = (event: LoggedEvent, ask: Ask<Pick<Viewer, 'userId'>>) => {
    const { cursor } = event;
    if (isAbout(event, taskId)) return { kind: 'CHANGED' as const, cursor, event };
    return isHiding(event, taskId, ask) ? { kind: 'HIDING' as const, cursor } : null;
  };
  return leavable(signal, async function* (leaving) {
    for await (const item of app.events.watch({ ...options, tenantId, judge, subscriber: viewer, signal: leaving })) {
      // A loss of access before the start of the stream has no event in it.
      const mayHide = item.kind === 'HIDING' || item.kind === 'READY' || item.kind === 'RESYNC';
      if (mayHide && !(await isSeen())) {
        yield { kind: 'LEFT', cursor: item.cursor, taskId };
        return;
      }
      if (item.kind !== 'HIDING') yield item;
    }
  });
}

function isAbout(event: LoggedEvent, taskId: string): event is CommentEvent {
  return isEventOf(event, 'comment') && event.after?.taskId === taskId;
}

/** Whether the event may end the viewer's access to the task; the tables have the current state. */
function isHiding(event: LoggedEvent, taskId: string, ask: Ask<Pick<Viewer, 'userId'>>): boolean {
  if (isEventOf(event, 'project')) return ask(({ userId }) => changesAccess(event.before, event.after, userId));
  if (!isEventOf(event, 'task') || event.objectId !== taskId) return false;
  const { before, after } = event;
  return !after || before?.projectId !== after.projectId || before?.assigneeId !== after.assigneeId;
}
