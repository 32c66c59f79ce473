import { createPostgresBackend } from 'bullmq';
import pg from 'pg';
import type { DatabaseConfig } from '../config/config.ts';
import type { OnQueueError, QueueBackend } from './backend.ts';
import { queues } from './contract.ts';

/** Each worker keeps one connection for LISTEN; the rest are shared. */
const sharedConnections = 5;

/**
 * Stores jobs in the schema bullmq of Errand's database, which its migrations create. LISTEN needs sessions:
 * `directUrl`.
 */
export function postgresBackend(database: DatabaseConfig, onError: OnQueueError): QueueBackend {
  const pool = new pg.Pool({
    connectionString: database.directUrl,
    options: '-c search_path=bullmq',
    application_name: 'errand queues',
    max: Object.keys(queues).length + sharedConnections,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // Each queue and worker also uses LISTEN.
  pool.setMaxListeners(50);
  pool.on('error', onError);
  return {
    factory: (name, options, extra) => createPostgresBackend(name, { ...options, connection: pool }, extra),
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
