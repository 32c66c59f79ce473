import type { LoggedEvent } from '../../events/contract.ts';
import type { Watched, WatchOptions } from '../../events/event-log.ts';
import { leavable } from '../../events/leavable.ts';
import type { Acting } from '../records/acting.ts';

/** The payload for a viewer of an event, if any; `seesProject` tells which projects they can see at that time. */
export type SeeingJudge<T> = (event: LoggedEvent, seesProject: (projectId: string) => boolean) => T | null;

/**
 * The part of the log that the viewer can see, after a cursor or from now on. Each event is judged by the visibility of
 * projects when it is delivered, so that no event is delivered after the one that ends access.
 */
export function watchSeen<T>(
  { app, viewer }: Pick<Acting, 'app' | 'viewer'>,
  { signal, judge, after }: Pick<WatchOptions<T>, 'signal' | 'after'> & { judge: SeeingJudge<T> },
): Watched<T> {
  const { tenantId, userId } = viewer;
  return leavable(signal, async function* (leaving) {
    const knowledge = await app.audiences.acquire(tenantId);
    const judgeSeen = (event: LoggedEvent) => judge(event, (projectId) => knowledge.sees(userId, projectId));
    try {
      yield* app.events.watch({ tenantId, after, signal: leaving, knowledge, judge: judgeSeen });
    } finally {
      app.audiences.release(tenantId);
    }
  });
}
