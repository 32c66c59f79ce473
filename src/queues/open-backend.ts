import type { RunConfig } from '../config/config.ts';
import type { OnQueueError, QueueBackend } from './backend.ts';

/**
 * Redis if it is configured, otherwise PostgreSQL. Loading BullMQ takes a quarter of a second, so it is loaded when
 * this is called.
 */
export async function openBackend(
  config: Pick<RunConfig, 'database' | 'redis'>,
  onError: OnQueueError,
): Promise<QueueBackend> {
  if (config.redis) return (await import('./backend-redis.ts')).redisBackend(config.redis.url, onError);
  return (await import('./backend-postgres.ts')).postgresBackend(config.database, onError);
}
