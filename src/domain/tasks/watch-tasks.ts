import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { isTaskEvent, type LoggedEvent } from '../../events/contract.ts';
import type { StreamItem } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../acting.ts';
import { matches, type TaskFilter } from './filter.ts';
import { isVisible } from './visibility.ts';

type TaskEvent = Extract<LoggedEvent, { type: `task.${string}` }>;

/** What a subscriber to tasks gets, beside the stream's own items. */
export type TaskStreamItem =
  | Exclude<StreamItem, { kind: 'EVENT' }>
  | { kind: 'CHANGED'; cursor: StreamCursor; event: TaskEvent; task: Task }
  | { kind: 'LEFT'; cursor: StreamCursor; event: TaskEvent };

/**
 * The changes of the tasks that the viewer sees and the filter means, after a cursor or from now on. A task that stops
 * being one of them is said to have LEFT, without its new state.
 */
export function watchTasks(
  { app, viewer }: Acting,
  { filter, after, signal }: { filter: TaskFilter; after: StreamCursor | null; signal: AbortSignal },
): AsyncIterableIterator<TaskStreamItem> {
  authorize(viewer, 'task:read');
  return leavable(signal, async function* (leaving) {
    for await (const item of app.events.stream({ tenantId: viewer.tenantId, after, signal: leaving })) {
      const taskItem = item.kind === 'EVENT' ? select(viewer, filter, item.event, app.clock.now()) : item;
      if (taskItem) yield taskItem;
    }
  });
}

function select(viewer: Viewer, filter: TaskFilter, event: LoggedEvent, now: Date): TaskStreamItem | null {
  if (!isTaskEvent(event)) return null;
  const isMeant = (task: Task | null) => task !== null && isVisible(viewer, task) && matches(filter, task, now);
  const { cursor, after } = event;
  if (after && isMeant(after)) return { kind: 'CHANGED', cursor, event, task: after };
  return isMeant(event.before) ? { kind: 'LEFT', cursor, event } : null;
}
