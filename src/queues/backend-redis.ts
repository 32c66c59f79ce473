import { createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { OnQueueError, QueueBackend } from './backend.ts';

/**
 * Stores jobs in Redis under keys that begin with `errand:`. Workers duplicate the connection, because they block on
 * it.
 */
export function redisBackend(url: string, onError: OnQueueError): QueueBackend {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connection.on('error', onError);
  return {
    factory: (name, options, extra) => {
      const prefixed = { ...options, connection, prefix: 'errand' };
      return createRedisBackend(name, prefixed, extra);
    },
    [Symbol.asyncDispose]: async () => connection.disconnect(),
  };
}
