import { authorize } from '../../auth/permissions.ts';
import { isTaskEvent, type LoggedEvent } from '../../events/contract.ts';
import type { StreamItem } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../acting.ts';
import { type TaskFilter, taskMatcher } from './filter.ts';
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
  const isMatch = taskMatcher(filter);
  const isMeant = (task: Task | null) => task !== null && isVisible(viewer, task) && isMatch(task, app.clock.now());
  return leavable(signal, async function* (leaving) {
    const isWanted = (event: LoggedEvent) => isTaskEvent(event) && (isMeant(event.after) || isMeant(event.before));
    const items = app.events.stream({ tenantId: viewer.tenantId, after, isWanted, signal: leaving });
    for await (const item of items) {
      const taskItem = item.kind === 'EVENT' ? select(item.event, isMeant) : item;
      if (taskItem) yield taskItem;
    }
  });
}

function select(event: LoggedEvent, isMeant: (task: Task | null) => boolean): TaskStreamItem | null {
  if (!isTaskEvent(event)) return null;
  const { cursor, after } = event;
  if (after && isMeant(after)) return { kind: 'CHANGED', cursor, event, task: after };
  return isMeant(event.before) ? { kind: 'LEFT', cursor, event } : null;
}
