import type { App } from '../app.ts';
import { warmUp } from '../domain/chat/interpret.ts';
import { watchAccess } from '../domain/tenants/watch-access.ts';
import { pendingMigrations } from '../infra/postgres/migrate.ts';
import { schema } from '../schema/index.ts';
import { type RunningServer, startServer } from './server.ts';

/** Starts Errand's server with Errand's schema. */
export async function startHttp(app: App): Promise<RunningServer> {
  const server = await startServer(app, { schema, watchAccess, pendingMigrations });
  warmUp().catch((error: unknown) => app.log.warn({ err: error }, 'The rules of plain words cannot be loaded.'));
  return server;
}
