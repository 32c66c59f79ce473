import type { LoggedEvent } from '../../events/contract.ts';
import type { StreamItem } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';

/** What the stream itself has to say. */
export type StreamSignal = Exclude<StreamItem, { kind: 'EVENT' }>;

/** What a viewer gets of an event, if anything; `seesProject` tells which projects they see at that moment. */
export type Judge<T> = (event: LoggedEvent, seesProject: (projectId: string) => boolean) => T | null;

/**
 * The viewer's part of the log, after a cursor or from now on. Each event is judged by who sees which project when it is
 * delivered, so that behind the event that ends somebody's access nothing reaches them.
 */
export function watchSeen<T>(
  { app, viewer }: Pick<Acting, 'app' | 'viewer'>,
  { after, signal, judge }: { after: StreamCursor | null; signal: AbortSignal; judge: Judge<T> },
): AsyncIterableIterator<T | StreamSignal, void, undefined> {
  const { tenantId, userId } = viewer;
  return leavable(signal, async function* (leaving) {
    const audience = await app.audiences.acquire(tenantId);
    const toItem = (event: LoggedEvent) => judge(event, (projectId) => audience.sees(userId, projectId));
    // While it is not known who sees what, nothing is passed over.
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
