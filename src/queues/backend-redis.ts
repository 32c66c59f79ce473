import { createRedisBackend } from 'bullmq';
import { connectRedis } from '../infra/redis.ts';
import type { OnQueueError, QueueBackend } from './backend.ts';

/**
 * Stores jobs in Redis under keys that begin with `errand:`. Workers duplicate the connection, because they block on
 * it.
 */
export async function redisBackend(url: string, onError: OnQueueError): Promise<QueueBackend> {
  const connection = await connectRedis(url, onError, { maxRetriesPerRequest: null });
  return {
    factory: (name, options, extra) => {
      const prefixed = { ...options, connection, prefix: 'errand' };
      return createRedisBackend(name, prefixed, extra);
    },
    // A Redis that does not respond is noticed only when the wait is over.
    waitSeconds: 1,
    [Symbol.asyncDispose]: async () => connection.disconnect(),
  };
}
