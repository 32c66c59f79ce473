import { createPostgresBackend } from 'bullmq';
import type { DatabaseConfig } from '../config/config.ts';
import { PatientPool } from '../infra/postgres/pool.ts';
import type { OnQueueError, QueueBackend } from './backend.ts';
import { queues } from './contract.ts';

/** Each worker keeps one connection for LISTEN; the rest are shared. */
const sharedConnections = 5;
/** Of these, connections that are kept while they are idle. */
const keptIdle = 1;

/**
 * Stores jobs in the schema bullmq of Errand's database, which its migrations create. LISTEN needs sessions:
 * `directUrl`.
 */
export function postgresBackend(database: DatabaseConfig, onError: OnQueueError): QueueBackend {
  const listening = Object.keys(queues).length;
  const pool = new PatientPool(database.directUrl, {
    options: '-c search_path=bullmq',
    application_name: 'errand queues',
    min: listening + keptIdle,
    max: listening + sharedConnections,
  });
  // Each queue and worker also uses LISTEN.
  pool.setMaxListeners(100);
  pool.on('error', onError);
  return {
    factory: (name, options, extra) => createPostgresBackend(name, { ...options, connection: pool }, extra),
    // BullMQ can miss notifications when a connection breaks while it begins to listen.
    waitSeconds: 5,
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
