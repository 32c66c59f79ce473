import { createRedisBackend } from 'bullmq';
import { connectRedis } from '../infra/redis.ts';
import type { OnQueueError, QueueBackend } from './backend.ts';

/**
 * Stores jobs in Redis under keys that begin with `errand:`. Workers duplicate the connection, because they block on
 * it.
 */
export function redisBackend(url: string, onError: OnQueueError): QueueBackend {
  const connection = connectRedis(url, onError, { maxRetriesPerRequest: null });
  return {
    factory: (name, options, extra) => {
      const prefixed = { ...options, connection, prefix: 'errand' };
      return createRedisBackend(name, prefixed, extra);
    },
    [Symbol.asyncDispose]: async () => connection.disconnect(),
  };
}
