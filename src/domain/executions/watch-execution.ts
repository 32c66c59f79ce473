import { authorize } from '../../auth/permissions.ts';
import {
  type ExecutionEvent,
  isEventOf,
  type LoggedEvent,
  type LoggedExecution,
  type LoggedStep,
} from '../../events/contract.ts';
import type { StreamOptions, StreamSignal, Watched } from '../../events/event-log.ts';
import { watchToEnd } from '../../events/watch-to-end.ts';
import type { ExecutionLogEntry } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';
import { readExecution } from './read-executions.ts';
import { endEvents, isEnd } from './state.ts';

/** An execution after one of its transitions. The last one it has is its end. */
export type ExecutionChangedItem = {
  kind: 'EXECUTION';
  cursor: StreamCursor;
  event: ExecutionEvent;
  execution: LoggedExecution;
};

/** What a subscriber to an execution gets. */
export type ExecutionStreamItem =
  | StreamSignal
  | ExecutionChangedItem
  | { kind: 'STEP'; cursor: StreamCursor; event: ExecutionEvent; step: LoggedStep };

/** What a subscriber to an execution's log gets. */
export type ExecutionLogStreamItem =
  | StreamSignal
  | ExecutionChangedItem
  | {
      kind: 'LOGGED';
      cursor: StreamCursor;
      event: Extract<ExecutionEvent, { type: 'execution.logged' }>;
      entries: ExecutionLogEntry[];
    };

export type WatchOptions = StreamOptions & { id: string };

/**
 * Every transition of an execution and its steps, after a cursor or from now on. Its end is the last item: also for who comes
 * when it is over, unless the cursor is of the end already. @throws AppError `NOT_FOUND`.
 */
export function watchExecution(acting: Acting, options: WatchOptions): Promise<Watched<ExecutionStreamItem>> {
  return watch<ExecutionStreamItem>(acting, options, {
    toItem: (event) => {
      if (event.type === 'execution.logged' || !event.after) return null;
      const { cursor } = event;
      return isEventOf(event, 'executionStep')
        ? { kind: 'STEP', cursor, event, step: event.after as LoggedStep }
        : { kind: 'EXECUTION', cursor, event, execution: event.after as LoggedExecution };
    },
  });
}

/** What the steps of an execution write, after a cursor or from now on, and its end. @throws AppError `NOT_FOUND`. */
export function watchLog(acting: Acting, options: WatchOptions): Promise<Watched<ExecutionLogStreamItem>> {
  return watch<ExecutionLogStreamItem>(acting, options, {
    toItem: (event) => {
      const { cursor } = event;
      if (isEnd(event.type)) return { kind: 'EXECUTION', cursor, event, execution: event.after as LoggedExecution };
      return event.type === 'execution.logged' && event.after ? { kind: 'LOGGED', cursor, event, entries: [] } : null;
    },
    complete: async (item) => {
      if (item.kind !== 'LOGGED' || !item.event.after) return item;
      const { fromSeq, toSeq } = item.event.after;
      const entries = await acting.app.prisma.executionLogEntry.findMany({
        where: { executionId: options.id, seq: { gte: fromSeq, lte: toSeq } },
        orderBy: { seq: 'asc' },
      });
      return { ...item, entries };
    },
  });
}

type Watching<T extends object> = { toItem: (event: ExecutionEvent) => T | null; complete?: (item: T) => Promise<T> };

async function watch<T extends object>(
  acting: Acting,
  { id, ...options }: WatchOptions,
  { toItem, complete }: Watching<T>,
): Promise<Watched<T>> {
  const { app, viewer } = acting;
  authorize(viewer, 'execution:read');
  await readExecution(acting, id);
  return watchToEnd<T>(app.events, {
    ...options,
    tenantId: viewer.tenantId,
    objectId: id,
    endTypes: endEvents,
    judge: (event) =>
      isEventOf(event, 'execution', 'executionStep') && executionOf(event) === id ? toItem(event) : null,
    ...(complete && { complete }),
  });
}

/** Whose execution an event is of; null for other events. */
function executionOf(event: LoggedEvent): string | null {
  if (isEventOf(event, 'executionStep')) return event.after?.executionId ?? null;
  return isEventOf(event, 'execution') ? event.objectId : null;
}
