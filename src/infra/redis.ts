import { Redis, type RedisOptions } from 'ioredis';
import { reconnectMs } from '../shared/reconnect.ts';

/** A connection to Redis that is opened again when it is lost. Errors are reported, and do not end the process. */
export function connectRedis(url: string, onError: (error: unknown) => void, options: RedisOptions = {}): Redis {
  const redis = new Redis(url, { ...options, retryStrategy: (failures) => reconnectMs(failures) });
  redis.on('error', onError);
  return redis;
}
