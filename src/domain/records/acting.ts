import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { TenantAccess } from '../../infra/postgres/tenant-connections.ts';

/**
 * The context of a change: the viewer, the resources of the process, and the request. The first argument of domain
 * functions.
 */
export type Acting = {
  app: Pick<
    App,
    | 'config'
    | 'log'
    | 'tenants'
    | 'clock'
    | 'hints'
    | 'events'
    | 'audiences'
    | 'tokenKey'
    | 'credentialsKey'
    | 'planHashKey'
    | 'counters'
    | 'queues'
    | 'egress'
  > &
    TenantAccess;
  viewer: Viewer;
  requestId: string;
};

/** The app as it works for one tenant: reads take connections in turns with those of other tenants. */
export type TenantApp = Omit<App, keyof TenantAccess> & TenantAccess;

/** The app for what is done on behalf of a tenant. */
export function appOf(app: App, { tenantId }: { tenantId: string }): TenantApp {
  return { ...app, ...app.tenants.of(tenantId) };
}

/** The context of a change by Errand itself in one tenant: a job, never a request. Its events have no actor. */
export type SystemActing = Pick<Acting, 'app' | 'requestId'> & { tenantId: string };
