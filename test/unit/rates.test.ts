import { describe, expect, test } from 'vitest';
import { MemoryBuckets } from '../../src/server/rates/memory-buckets.ts';

function createBuckets(maxKeys = 1_000) {
  let now = 5_000;
  const buckets = new MemoryBuckets({ maxKeys, now: () => now });
  const pass = (ms: number) => {
    now += ms;
  };
  return { buckets, pass };
}
const of = (key: string, points: number, perMinute = 60) => ({ key, points, perMinute });

describe('a bucket', () => {
  test('holds the points of a minute', () => {
    const { buckets } = createBuckets();
    expect(buckets.spend([of('a', 60)])).toBeNull();
    expect(buckets.spend([of('a', 1)])).toEqual({ key: 'a', retryAfterMs: 1_000 });
    expect(buckets.spend([of('b', 60)])).toBeNull();
  });

  test('has enough points at the time that it named, and not before', () => {
    const { buckets, pass } = createBuckets();
    buckets.spend([of('a', 50)]);
    const refused = buckets.spend([of('a', 40)]);
    expect(refused?.retryAfterMs).toBe(30_000);
    pass(29_999);
    expect(buckets.spend([of('a', 40)])).not.toBeNull();
    pass(1);
    expect(buckets.spend([of('a', 40)])).toBeNull();
  });

  test('loses nothing to what was refused, nor do the others that were asked with it', () => {
    const { buckets } = createBuckets();
    buckets.spend([of('tenant', 50)]);
    for (let n = 0; n < 100; n += 1) expect(buckets.spend([of('member', 20), of('tenant', 20)])?.key).toBe('tenant');
    expect(buckets.spend([of('member', 60)])).toBeNull();
    expect(buckets.spend([of('tenant', 10)])).toBeNull();
  });

  test('gives what costs more than it holds when it is full', () => {
    const { buckets, pass } = createBuckets();
    expect(buckets.spend([of('a', 1_000)])).toBeNull();
    expect(buckets.spend([of('a', 1_000)])).toEqual({ key: 'a', retryAfterMs: 60_000 });
    pass(60_000);
    expect(buckets.spend([of('a', 1_000)])).toBeNull();
  });

  test('can owe what was charged afterwards, but not more than a minute of it', () => {
    const { buckets } = createBuckets();
    for (let n = 0; n < 10; n += 1) buckets.charge([of('a', 50)]);
    expect(buckets.spend([of('a', 1)])?.retryAfterMs).toBe(61_000);
  });
});

describe('memory', () => {
  test('full buckets are forgotten', () => {
    const { buckets, pass } = createBuckets();
    for (let n = 0; n < 500; n += 1) buckets.spend([of(`k${n}`, 1)]);
    expect(buckets.size).toBe(500);
    pass(1_001);
    buckets.spend([of('last', 1)]);
    expect(buckets.size).toBe(1);
  });

  test('the number of buckets is bounded, and those in use are kept', () => {
    const { buckets } = createBuckets(100);
    buckets.spend([of('used', 30)]);
    for (let n = 0; n < 10_000; n += 1) {
      buckets.spend([of(`k${n}`, 1)]);
      if (n % 50 === 0) buckets.charge([of('used', 0)]);
    }
    expect(buckets.size).toBe(100);
    expect(buckets.spend([of('used', 31)])?.key).toBe('used');
  });
});
