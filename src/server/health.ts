import type { ServerResponse } from 'node:http';
import type { App } from '../app.ts';

const readyWithinMs = 1_000;

/** Handles `/healthz`: the process is running. */
export function answerHealth(res: ServerResponse): void {
  sendJson(res, 200, { status: 'ok' });
}

/** What readiness depends on in addition to the database. */
export type ReadinessParts = {
  pendingMigrations: PendingMigrations;
  /** The background work of this process, where it does any. */
  workers?: { readonly isHealthy: boolean };
};

/**
 * Handles `/readyz`: 200 if the database is available and has the schema that this version needs, and background work
 * is running if this process does any. Otherwise 503, with the name of the failed part.
 */
export async function answerReadiness(
  res: ServerResponse,
  { db, log }: Pick<App, 'db' | 'log'>,
  { pendingMigrations, workers }: ReadinessParts,
) {
  const database = await inTime(
    db.query('SELECT 1').then(
      () => 'ok',
      (error: unknown) => down(log, error),
    ),
  );
  const schema =
    database === 'ok'
      ? await inTime(schemaState(db, pendingMigrations).catch((error: unknown) => down(log, error)))
      : 'unknown';
  const jobs = workers && { jobs: workers.isHealthy ? 'ok' : 'down' };
  const isReady = database === 'ok' && schema === 'ok' && jobs?.jobs !== 'down';
  sendJson(res, isReady ? 200 : 503, { status: isReady ? 'ok' : 'unavailable', database, schema, ...jobs });
}

/** The migrations that the database lacks. */
export type PendingMigrations = (db: App['db']) => Promise<string[]>;

async function schemaState(db: App['db'], pendingMigrations: PendingMigrations): Promise<string> {
  const pending = await pendingMigrations(db);
  return pending.length === 0 ? 'ok' : `${pending.length} migrations to apply`;
}

function down(log: App['log'], error: unknown): string {
  log.warn({ err: error }, 'not ready');
  return 'down';
}

async function inTime(state: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, readyWithinMs, `no answer within ${readyWithinMs} ms`);
  });
  return Promise.race([state, late]).finally(() => clearTimeout(timer));
}

export function sendJson(res: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  res.writeHead(status, headers).end(JSON.stringify(body));
}
