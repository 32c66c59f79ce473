import type { App } from '../app.ts';
import { warmUp } from '../domain/chat/interpret.ts';
import { watchAccess } from '../domain/tenants/watch-access.ts';
import { pendingMigrations } from '../infra/postgres/migrate.ts';
import { schema } from '../schema/index.ts';
import type { ReadinessParts } from './health.ts';
import { type RunningServer, startServer } from './server.ts';

/** Starts the server with the schema of Errand. With the workers of the process, it is ready only while they run. */
export async function startHttp(app: App, { workers }: Pick<ReadinessParts, 'workers'> = {}): Promise<RunningServer> {
  const server = await startServer(app, { schema, watchAccess, pendingMigrations, workers });
  warmUp().catch((error: unknown) =>
    app.log.warn({ err: error }, 'The rules that interpret chat messages cannot be loaded.'),
  );
  return server;
}
