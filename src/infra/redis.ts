import type { Redis, RedisOptions } from 'ioredis';
import { reconnectMs } from '../shared/reconnect.ts';

/**
 * A connection to Redis that is opened again when it is lost. Errors are reported, and do not end the process. ioredis is
 * loaded here, because only processes with Redis need it.
 */
export async function connectRedis(
  url: string,
  onError: (error: unknown) => void,
  options: RedisOptions = {},
): Promise<Redis> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, { ...options, retryStrategy: (failures) => reconnectMs(failures) });
  redis.on('error', onError);
  return redis;
}
