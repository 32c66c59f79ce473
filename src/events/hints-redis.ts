import { connectRedis } from '../infra/redis.ts';
import type { OpenHintTransport } from './hints.ts';

const channel = 'errand:hints';
/** Every process also polls each second: a hint that takes longer is of no use. */
const publishMs = 1_000;

/** Sends hints by Redis pub/sub if `REDIS_URL` is set. */
export function redisHints(url: string, onError: (error: unknown) => void): OpenHintTransport {
  return (onText) => {
    const publisher = connectRedis(url, onError, { maxRetriesPerRequest: 1, commandTimeout: publishMs });
    // ioredis would subscribe again by itself, and a failure of that would be an unhandled rejection.
    const subscriber = connectRedis(url, onError, { maxRetriesPerRequest: null, autoResubscribe: false });
    void subscriber.then((redis) => {
      redis.on('message', (_channel: string, text: string) => onText(text));
      redis.on('ready', () => void redis.subscribe(channel).catch(onError));
    });
    return {
      publish: async (text) => {
        await (await publisher).publish(channel, text);
      },
      check: async () => {
        await (await publisher).ping();
      },
      [Symbol.asyncDispose]: async () => {
        for (const redis of await Promise.all([publisher, subscriber])) redis.disconnect();
      },
    };
  };
}
