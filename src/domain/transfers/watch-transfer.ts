import { authorize } from '../../auth/permissions.ts';
import { isEventOf, type LoggedEvent, type LoggedEventOf, type LoggedTransfer } from '../../events/contract.ts';
import type { StreamItem } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import { readLastEvent } from '../../events/log.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';
import { readTransfer } from './read-transfers.ts';
import { endEvents } from './transitions.ts';

/** What a subscriber to a transfer gets, beside the stream's own items. The last change it has is its end. */
export type TransferStreamItem =
  | Exclude<StreamItem, { kind: 'EVENT' }>
  | { kind: 'CHANGED'; cursor: StreamCursor; event: LoggedEventOf<'transfer'>; transfer: LoggedTransfer };

/**
 * Every step of a transfer of the viewer's, after a cursor or from now on. Its end is the last item: also for who comes
 * when it is over, unless the cursor is of the end already. @throws AppError `NOT_FOUND`.
 */
export async function watchTransfer(
  acting: Acting,
  { id, after, signal }: { id: string; after: StreamCursor | null; signal: AbortSignal },
): Promise<AsyncIterableIterator<TransferStreamItem, void, undefined>> {
  const { app, viewer } = acting;
  const { tenantId } = viewer;
  authorize(viewer, 'task:read');
  await readTransfer(acting, id);
  const isWanted = (event: LoggedEvent) => isEventOf(event, 'transfer') && event.objectId === id;
  return leavable(signal, async function* (leaving) {
    for await (const item of app.events.stream({ tenantId, after, isWanted, signal: leaving })) {
      if (item.kind === 'EVENT') {
        yield* changed(item.event);
        if (isEnd(item.event)) return;
        continue;
      }
      yield item;
      if (item.kind === 'CHECKPOINT') continue;
      const end = await readLastEvent(app.db, { tenantId, objectId: id, types: endEvents, epoch: item.cursor.epoch });
      if (!end || end.seq > item.cursor.seq) continue;
      // Who resumes has had the end, or else it would be behind the cursor.
      if (item.kind === 'RESYNC' || after === null) yield* changed(end);
      return;
    }
  });
}

function* changed(event: LoggedEvent): Generator<TransferStreamItem> {
  if (isEventOf(event, 'transfer') && event.after)
    yield { kind: 'CHANGED', cursor: event.cursor, event, transfer: event.after };
}

function isEnd({ type }: LoggedEvent): boolean {
  return endEvents.some((end) => end === type);
}
