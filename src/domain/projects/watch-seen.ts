import type { LoggedEvent } from '../../events/contract.ts';
import type { StreamItem } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';

/** Items of the stream itself. */
export type StreamSignal = Exclude<StreamItem, { kind: 'EVENT' }>;

/** The payload for a viewer of an event, if any; `seesProject` tells which projects they can see at that time. */
export type Judge<T> = (event: LoggedEvent, seesProject: (projectId: string) => boolean) => T | null;

/**
 * The part of the log that the viewer can see, after a cursor or from now on. Each event is checked against the
 * visibility of projects when it is delivered, so that no event is delivered after the one that ends access.
 */
export function watchSeen<T>(
  { app, viewer }: Pick<Acting, 'app' | 'viewer'>,
  { after, signal, judge }: { after: StreamCursor | null; signal: AbortSignal; judge: Judge<T> },
): AsyncIterableIterator<T | StreamSignal, void, undefined> {
  const { tenantId, userId } = viewer;
  return leavable(signal, async function* (leaving) {
    const audience = await app.audiences.acquire(tenantId);
    const toItem = (event: LoggedEvent) => judge(event, (projectId) => audience.sees(userId, projectId));
    // While the visibility is unknown, no event is skipped.
    const isWanted = (event: LoggedEvent) => !audience.isSettled || toItem(event) !== null;
    try {
      for await (const item of app.events.stream({ tenantId, after, isWanted, signal: leaving })) {
        await audience.settled();
        const own = item.kind === 'EVENT' ? toItem(item.event) : item;
        if (own) yield own;
      }
    } finally {
      app.audiences.release(tenantId);
    }
  });
}
