import type { ServerResponse } from 'node:http';
import type { App } from '../app.ts';
import { isReadOnly, requireWritable } from '../infra/postgres/connection.ts';
import { PatientPool } from '../infra/postgres/pool.ts';
import { inTime } from '../shared/in-time.ts';

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

type ReadinessApp = Pick<App, 'db' | 'hints' | 'config' | 'log'>;
type Readiness = { status: 200 | 503; body: object };

/**
 * Handles `/readyz`: 200 if the database accepts writes and has the schema that this version needs, and background work
 * is running if this process does any. Otherwise 503, with the name of the failed part. The API works without Redis, so
 * only a process with background work needs it. Requests at the same time share one check, because anybody can send them.
 */
export function createReadinessAnswer(app: ReadinessApp, parts: ReadinessParts) {
  let running: Promise<Readiness> | null = null;
  return async (res: ServerResponse): Promise<void> => {
    running ??= checkReadiness(app, parts).finally(() => {
      running = null;
    });
    const { status, body } = await running;
    sendJson(res, status, body);
  };
}

async function checkReadiness(app: ReadinessApp, { pendingMigrations, workers }: ReadinessParts): Promise<Readiness> {
  const [database, redis] = await Promise.all([databaseState(app), redisState(app)]);
  const schema = database === 'ok' ? await schemaState(app, pendingMigrations) : 'unknown';
  const jobs = workers && { jobs: workers.isHealthy && redis?.redis !== 'down' ? 'ok' : 'down' };
  const isReady = database === 'ok' && schema === 'ok' && jobs?.jobs !== 'down';
  const body = { status: isReady ? 'ok' : 'unavailable', database, schema, ...redis, ...jobs };
  return { status: isReady ? 200 : 503, body };
}

/** A connection that can be opened only later is not waited for: what the trouble is is known. */
function databaseState({ db, log }: Pick<App, 'db' | 'log'>): Promise<string> {
  const asked = requireWritable(db).then(
    () => 'ok',
    (error: unknown) => down(log, error),
  );
  return inTime(asked, readyWithinMs, () =>
    db instanceof PatientPool && db.trouble ? down(log, db.trouble) : tooLate,
  );
}

async function redisState({ hints, config, log }: Pick<App, 'hints' | 'config' | 'log'>) {
  if (!config.redis) return null;
  const asked = hints.check().then(
    () => 'ok',
    (error: unknown) => down(log, error),
  );
  return { redis: await inTime(asked, readyWithinMs, () => 'down') };
}

/** The migrations that the database lacks. */
type PendingMigrations = (db: App['db']) => Promise<string[]>;

async function schemaState(
  { db, log }: Pick<App, 'db' | 'log'>,
  pendingMigrations: PendingMigrations,
): Promise<string> {
  const asked = pendingMigrations(db).then(
    ({ length }) => (length === 0 ? 'ok' : `${length} migrations to apply`),
    (error: unknown) => down(log, error),
  );
  return inTime(asked, readyWithinMs, () => tooLate);
}

function down(log: App['log'], error: unknown): string {
  log.warn({ err: error }, 'not ready');
  return isReadOnly(error) ? 'read-only' : 'down';
}

const tooLate = `no answer within ${readyWithinMs} ms`;

export function sendJson(res: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  res.writeHead(status, headers).end(JSON.stringify(body));
}
