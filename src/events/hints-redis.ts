import { Redis } from 'ioredis';
import type { OpenHintTransport } from './hints.ts';

const channel = 'errand:hints';

/** Sends hints by Redis pub/sub if `REDIS_URL` is set. */
export function redisHints(url: string, onError: (error: unknown) => void): OpenHintTransport {
  return (onText) => {
    const publisher = connect(url, onError);
    const subscriber = connect(url, onError);
    subscriber.on('message', (_channel: string, text: string) => onText(text));
    // ioredis subscribes again automatically after a reconnect.
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

/** Late hints are useless, so they do not wait for a lost connection. */
function connect(url: string, onError: (error: unknown) => void): Redis {
  const redis = new Redis(url, { enableOfflineQueue: true, maxRetriesPerRequest: 1 });
  redis.on('error', onError);
  return redis;
}
