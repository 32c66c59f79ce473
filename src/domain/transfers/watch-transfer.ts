import { authorize } from '../../auth/permissions.ts';
import { isEventOf, type LoggedEvent, type LoggedEventOf, type LoggedTransfer } from '../../events/contract.ts';
import type { StreamOptions, StreamSignal, Watched } from '../../events/event-log.ts';
import { watchToEnd } from '../../events/watch-to-end.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';
import { readTransfer } from './read-transfers.ts';
import { endEvents } from './transitions.ts';

/** A payload for a subscriber to a transfer, in addition to the items of the stream. The last change is its end. */
export type TransferStreamItem =
  | StreamSignal
  | { kind: 'CHANGED'; cursor: StreamCursor; event: LoggedEventOf<'transfer'>; transfer: LoggedTransfer };

/**
 * The steps of a transfer of the viewer, after a cursor or from now on. Its end is the last item, even for a
 * subscription that starts later, unless the cursor is already at the end. @throws AppError `NOT_FOUND`.
 */
export async function watchTransfer(
  acting: Acting,
  { id, ...options }: StreamOptions & { id: string },
): Promise<Watched<TransferStreamItem>> {
  const { app, viewer } = acting;
  authorize(viewer, 'task:read');
  await readTransfer(acting, id);
  const judge = (event: LoggedEvent): TransferStreamItem | null =>
    isEventOf(event, 'transfer') && event.objectId === id && event.after
      ? { kind: 'CHANGED', cursor: event.cursor, event, transfer: event.after }
      : null;
  return watchToEnd(app.events, { ...options, tenantId: viewer.tenantId, objectId: id, endTypes: endEvents, judge });
}
