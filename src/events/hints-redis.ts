import { connectRedis } from '../infra/redis.ts';
import type { OpenHintTransport } from './hints.ts';

const channel = 'errand:hints';
/** Every process also polls each second: a hint that takes longer is of no use. */
const publishMs = 1_000;

/** Sends hints by Redis pub/sub if `REDIS_URL` is set. */
export function redisHints(url: string, onError: (error: unknown) => void): OpenHintTransport {
  return (onText) => {
    const publisher = connectRedis(url, onError, { maxRetriesPerRequest: 1, commandTimeout: publishMs });
    const subscriber = connectRedis(url, onError, { maxRetriesPerRequest: null });
    subscriber.on('message', (_channel: string, text: string) => onText(text));
    // ioredis subscribes again automatically after a reconnect.
    subscriber.subscribe(channel).catch(onError);
    return {
      publish: async (text) => {
        await publisher.publish(channel, text);
      },
      check: async () => {
        await publisher.ping();
      },
      [Symbol.asyncDispose]: async () => {
        publisher.disconnect();
        subscriber.disconnect();
      },
    };
  };
}
