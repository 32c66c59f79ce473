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

test('entries are dropped by their value, and give their place free', () => {
  const cache = new ByteCache<string, number>(30);
  for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) cache.set(key, value, 10);
  cache.deleteWhere((value) => value % 2 === 1);
  cache.set('d', 4, 20);
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual([undefined, 2, undefined, 4]);
});
