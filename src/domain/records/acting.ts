import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';

/** Who does something, on which process's resources, for which request. The first argument of domain functions. */
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

/** Errand itself at work in one tenant: a job, never a request. Its events have no actor. */
export type SystemActing = Pick<Acting, 'app' | 'requestId'> & { tenantId: string };
