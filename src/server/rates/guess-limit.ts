import { AppError } from '../../shared/errors.ts';
import { MemoryBuckets } from './memory-buckets.ts';

/** Failed authentications per minute of one network; further ones are answered with RATE_LIMITED. */
const failuresPerMinute = 30;
const maxNetworks = 10_000;

type GuessLimit = {
  /** Counts a failed authentication. @throws AppError `RATE_LIMITED` if the network had too many. */
  count(network: string): void;
};

export function createGuessLimit(): GuessLimit {
  const buckets = new MemoryBuckets({ maxKeys: maxNetworks });
  return {
    count(network) {
      const exceeded = buckets.spend([{ key: network, points: 1, perMinute: failuresPerMinute }]);
      if (!exceeded) return;
      const retryAfterSeconds = Math.ceil(exceeded.retryAfterMs / 1000);
      throw new AppError(
        'RATE_LIMITED',
        `The credentials are not valid, and there were too many failed authentications from your IP address. Try again in ${retryAfterSeconds} s.`,
        { retryAfterSeconds },
      );
    },
  };
}
