import type { Redis } from 'ioredis';
import type { App } from '../../app.ts';
import { connectRedis } from '../../infra/redis.ts';
import { inTime } from '../../shared/in-time.ts';
import type { MemoryBuckets } from './memory-buckets.ts';
import { type Buckets, type Exceeded, refillMs, type Spending, windowMs } from './spending.ts';

/** No request waits longer for Redis. */
const timeoutMs = 150;

/** The buckets of MemoryBuckets, in one round trip and on the clock of Redis. A key expires when its bucket is full. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local window = tonumber(ARGV[1])
local fullAt = {}
for i, key in ipairs(KEYS) do
  fullAt[i] = math.max(tonumber(redis.call('GET', key) or now), now) + tonumber(ARGV[i + 2])
  local retryAfter = fullAt[i] - now - window
  if ARGV[2] == 'spend' and retryAfter > 0 then return {i, math.ceil(retryAfter)} end
end
for i, key in ipairs(KEYS) do
  local time = math.min(fullAt[i], now + 2 * window)
  if time > now then redis.call('SET', key, string.format('%.3f', time), 'PX', math.ceil(time - now)) end
end
return {0, 0}`;

type Scripted = Redis & {
  errandSpend(keys: number, ...values: (string | number)[]): Promise<[index: number, retryAfterMs: number]>;
};

/**
 * Buckets of all processes together. While Redis does not answer, each process counts by itself: the first request that
 * was not answered in time closes the connection, and until it is open again, no request waits for Redis.
 */
export async function redisBuckets(
  url: string,
  insurance: MemoryBuckets,
  log: App['log'],
): Promise<Buckets & Disposable> {
  const redis = await connect(url, log);
  // A connection that is being closed stays ready for as long as the other side says nothing.
  let isGivenUp = false;
  redis.on('ready', () => {
    isGivenUp = false;
  });

  async function run(kind: keyof Buckets, spendings: readonly Spending[]): Promise<Exceeded | null> {
    if (isGivenUp || redis.status !== 'ready') return insurance[kind](spendings);
    try {
      const keys = spendings.map(({ key }) => `errand:rate:${key}`);
      const values = [windowMs, kind, ...spendings.map(refillMs)];
      const [index, retryAfterMs] = await inTime(
        redis.errandSpend(keys.length, ...keys, ...values),
        timeoutMs,
        tooLate,
      );
      const exceeded = spendings[index - 1];
      return exceeded ? { key: exceeded.key, retryAfterMs } : null;
    } catch (error) {
      if (!isGivenUp && redis.status === 'ready') giveUp(error);
      return insurance[kind](spendings);
    }
  }

  function giveUp(error: unknown): void {
    isGivenUp = true;
    log.warn({ err: error }, 'Redis does not count requests. Until it does, each process limits rates by itself.');
    redis.disconnect(true);
  }

  return {
    spend: (spendings) => run('spend', spendings),
    charge: async (spendings) => {
      await run('charge', spendings);
      return null;
    },
    [Symbol.dispose]: () => redis.disconnect(),
  };
}

function tooLate(): never {
  throw new Error(`Redis did not answer within ${timeoutMs} ms.`);
}

async function connect(url: string, log: App['log']): Promise<Scripted> {
  const onError = (error: unknown) =>
    log.warn({ err: error }, 'Redis is not available. Until it is, each process limits rates by itself.');
  const redis = await connectRedis(url, onError, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  redis.defineCommand('errandSpend', { lua: script });
  return redis as Scripted;
}
