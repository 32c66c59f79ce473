import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { App } from '../app.ts';
import type { Viewer } from '../auth/viewer.ts';
import { AppError } from '../shared/errors.ts';

/** Failed authentications per minute that one address may cause. */
const failuresPerMinute = 30;
const seconds = 60;

export type RateLimits = Disposable & {
  /** Counts one operation of the credential. @throws AppError `RATE_LIMITED` if the limit per minute is exceeded. */
  spend(viewer: Viewer): Promise<void>;
  /** Counts a failed authentication. */
  countFailure(address: string): Promise<void>;
  /** @throws AppError `RATE_LIMITED` when the address failed too often. */
  refuseAfterFailures(address: string): Promise<void>;
};

/**
 * Limits per process, or for all processes together with Redis. While Redis is not available, the limits are per
 * process again.
 */
export function createRateLimits({ config, log }: Pick<App, 'config' | 'log'>): RateLimits {
  const redis = config.redis && connect(config.redis.url, log);
  const limiter = (keyPrefix: string, points: number) => {
    const options = { keyPrefix: `errand:${keyPrefix}`, points, duration: seconds };
    const inMemory = new RateLimiterMemory(options);
    if (!redis) return inMemory;
    return new RateLimiterRedis({
      ...options,
      storeClient: redis,
      insuranceLimiter: inMemory,
      rejectIfRedisNotReady: true,
    });
  };
  const operations = limiter('operations', config.limits.requestsPerMinute);
  const failures = limiter('failures', failuresPerMinute);
  return {
    async spend(viewer) {
      await operations.consume(credentialKey(viewer)).catch((rejection: unknown) => {
        throw limited(rejection, `At most ${config.limits.requestsPerMinute} operations per minute are allowed.`);
      });
    },
    async countFailure(address) {
      await failures.penalty(address);
    },
    async refuseAfterFailures(address) {
      const state = await failures.get(address);
      if (state && state.remainingPoints <= 0)
        throw limited(state, 'Too many failed authentications from your IP address.');
    },
    [Symbol.dispose]: () => redis?.disconnect(),
  };
}

/** Identifies the token, or the member for a JWT. */
export function credentialKey({ tokenId, tenantId, userId }: Viewer): string {
  return tokenId ?? `${tenantId}:${userId}`;
}

function connect(url: string, log: App['log']): Redis {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  redis.on('error', (error) =>
    log.warn({ err: error }, 'Redis is not available. Until it is, each process limits rates by itself.'),
  );
  return redis;
}

function limited(rejection: unknown, message: string): unknown {
  if (!(rejection instanceof RateLimiterRes)) return rejection;
  const retryAfterSeconds = Math.max(1, Math.ceil(rejection.msBeforeNext / 1000));
  return new AppError('RATE_LIMITED', `${message} Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
}
