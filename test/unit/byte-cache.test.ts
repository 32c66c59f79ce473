import { expect, test } from 'vitest';
import { ByteCache } from '../../src/shared/byte-cache.ts';

test('entries together take at most the given bytes, and the least recently used leaves first', () => {
  const cache = new ByteCache<string, number>(100);
  cache.set('a', 1, 40);
  cache.set('b', 2, 40);
  expect(cache.get('a')).toBe(1);
  cache.set('c', 3, 40);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
});

test('an entry that is set again has its new value and size', () => {
  const cache = new ByteCache<string, number>(100);
  cache.set('a', 1, 90);
  cache.set('a', 2, 50);
  cache.set('b', 3, 50);
  expect([cache.get('a'), cache.get('b')]).toEqual([2, 3]);
});

test('an entry larger than the cache is not kept, nor an earlier value under its key, and others stay', () => {
  const cache = new ByteCache<string, number>(100);
  cache.set('a', 1, 10);
  cache.set('b', 1, 10);
  cache.set('a', 2, 101);
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 1]);
});
