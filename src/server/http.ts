import type { App } from '../app.ts';
import { watchAccess } from '../domain/tenants/watch-access.ts';
import { pendingMigrations } from '../infra/postgres/migrate.ts';
import { schema } from '../schema/index.ts';
import { type RunningServer, startServer } from './server.ts';

/** Starts Errand's server with Errand's schema. */
export function startHttp(app: App): Promise<RunningServer> {
  return startServer(app, { schema, watchAccess, pendingMigrations });
}
