import type { Viewer } from '../../auth/viewer.ts';
import type { StreamOptions, Watched } from '../../events/event-log.ts';
import type { Judge } from '../../events/shared-judge.ts';
import type { Acting } from '../records/acting.ts';

/** A subscriber as judges know it: `seesProject` tells which projects they can see at that time. */
export type Seeing = Pick<Viewer, 'userId' | 'timeZone'> & { seesProject: (projectId: string) => boolean };

/**
 * The part of the log that the viewer can see, after a cursor or from now on. Each event is judged by the visibility of
 * projects when it is delivered, so that no event is delivered after the one that ends access.
 */
export async function watchSeen<T extends object>(
  { app, viewer }: Pick<Acting, 'app' | 'viewer'>,
  { judge, ...options }: StreamOptions & { judge: Judge<Seeing, T> },
): Promise<Watched<T>> {
  const { tenantId, userId, timeZone } = viewer;
  const audience = await app.audiences.acquire(tenantId);
  const seesProject = (projectId: string) => audience.sees(userId, projectId);
  return app.events.watch({
    ...options,
    tenantId,
    judge,
    subscriber: { userId, timeZone, seesProject },
    knowledge: audience,
    onEnd: () => app.audiences.release(tenantId),
  });
}
