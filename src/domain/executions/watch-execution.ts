import { authorize } from '../../auth/permissions.ts';
import {
  type ExecutionEvent,
  isEventOf,
  type LoggedEvent,
  type LoggedExecution,
  type LoggedStep,
} from '../../events/contract.ts';
import type { StreamItem } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import type { ExecutionLogEntry } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';
import { readEnd } from './read-end.ts';
import { readExecution } from './read-executions.ts';
import { isEnd } from './state.ts';

type StreamSignal = Exclude<StreamItem, { kind: 'EVENT' }>;
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
  | { kind: 'LOGGED'; cursor: StreamCursor; event: ExecutionEvent; entries: ExecutionLogEntry[] };

/** Where a subscription begins, and what ends it. */
export type WatchOptions = { id: string; after: StreamCursor | null; signal: AbortSignal };

/**
 * Every transition of an execution and its steps, after a cursor or from now on. Its end is the last item: also for who comes
 * when it is over, unless the cursor is of the end already. @throws AppError `NOT_FOUND`.
 */
export async function watchExecution(
  acting: Acting,
  options: WatchOptions,
): Promise<AsyncIterableIterator<ExecutionStreamItem, void, undefined>> {
  return watch<ExecutionStreamItem>(acting, options, async (event) => {
    if (event.type === 'execution.logged' || !event.after) return null;
    const { cursor } = event;
    return isEventOf(event, 'executionStep')
      ? { kind: 'STEP', cursor, event, step: event.after as LoggedStep }
      : { kind: 'EXECUTION', cursor, event, execution: event.after as LoggedExecution };
  });
}

/** What the steps of an execution write, after a cursor or from now on, and its end. @throws AppError `NOT_FOUND`. */
export async function watchLog(
  acting: Acting,
  options: WatchOptions,
): Promise<AsyncIterableIterator<ExecutionLogStreamItem, void, undefined>> {
  return watch<ExecutionLogStreamItem>(acting, options, async (event) => {
    const { cursor } = event;
    if (isEnd(event.type)) return { kind: 'EXECUTION', cursor, event, execution: event.after as LoggedExecution };
    if (event.type !== 'execution.logged' || !event.after) return null;
    const { fromSeq, toSeq } = event.after;
    const entries = await acting.app.prisma.executionLogEntry.findMany({
      where: { executionId: options.id, seq: { gte: fromSeq, lte: toSeq } },
      orderBy: { seq: 'asc' },
    });
    return { kind: 'LOGGED', cursor, event, entries };
  });
}

async function watch<T extends { kind: string }>(
  acting: Acting,
  { id, after, signal }: WatchOptions,
  toItem: (event: ExecutionEvent) => Promise<T | null>,
): Promise<AsyncIterableIterator<T | StreamSignal, void, undefined>> {
  const { app, viewer } = acting;
  authorize(viewer, 'execution:read');
  await readExecution(acting, id);
  return leavable(signal, async function* (leaving) {
    const isWanted = (event: LoggedEvent) => executionOf(event) === id;
    for await (const item of app.events.stream({ tenantId: viewer.tenantId, after, isWanted, signal: leaving })) {
      if (item.kind !== 'EVENT') yield item;
      if (item.kind === 'READY' || item.kind === 'RESYNC') {
        const end = await readEnd(app.db, { tenantId: viewer.tenantId, id, epoch: item.cursor.epoch });
        const isPast = end !== null && end.seq <= item.cursor.seq;
        const isKnown = isPast && item.kind === 'READY' && after !== null;
        const last = isPast && !isKnown ? await toItem(end) : null;
        if (last) yield last;
        if (isPast) return;
      }
      if (item.kind !== 'EVENT' || !isEventOf(item.event, 'execution', 'executionStep')) continue;
      const wanted = await toItem(item.event);
      if (wanted) yield wanted;
      if (isEnd(item.event.type)) return;
    }
  });
}

/** Whose execution an event is of; null for other events. */
function executionOf(event: LoggedEvent): string | null {
  if (isEventOf(event, 'executionStep')) return event.after?.executionId ?? null;
  return isEventOf(event, 'execution') ? event.objectId : null;
}
