import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';

/**
 * The context of a change: the viewer, the resources of the process, and the request. The first argument of domain
 * functions.
 */
export type Acting = {
  app: Pick<
    App,
    | 'config'
    | 'log'
    | 'db'
    | 'prisma'
    | 'clock'
    | 'hints'
    | 'events'
    | 'audiences'
    | 'tokenKey'
    | 'counters'
    | 'queues'
    | 'egress'
  >;
  viewer: Viewer;
  requestId: string;
};

/** The context of a change by Errand itself in one tenant: a job, never a request. Its events have no actor. */
export type SystemActing = Pick<Acting, 'app' | 'requestId'> & { tenantId: string };
