import { Redis } from 'ioredis';
import type { OpenHintTransport } from './hints.ts';

const channel = 'errand:hints';

/** Hints by Redis pub/sub, when `REDIS_URL` is set. */
export function redisHints(url: string, onError: (error: unknown) => void): OpenHintTransport {
  return (onText) => {
    const publisher = connect(url, onError);
    const subscriber = connect(url, onError);
    subscriber.on('message', (_channel: string, text: string) => onText(text));
    // ioredis subscribes again by itself after a reconnect.
    subscriber.subscribe(channel).catch(onError);
    return {
      publish: async (text) => {
        await publisher.publish(channel, text);
      },
      [Symbol.asyncDispose]: async () => {
        publisher.disconnect();
        subscriber.disconnect();
      },
    };
  };
}

/** Hints are worthless when late, so none waits for a connection that is down. */
function connect(url: string, onError: (error: unknown) => void): Redis {
  const redis = new Redis(url, { enableOfflineQueue: true, maxRetriesPerRequest: 1 });
  redis.on('error', onError);
  return redis;
}
