import { expect, test } from 'vitest';
import { failuresAfter, reconnectMs } from '../../src/shared/reconnect.ts';

test('waits double up to two seconds, and between half and all of each is at random', () => {
  const failures = [1, 2, 3, 4, 5, 6, 7, 100];
  expect(failures.map((count) => reconnectMs(count, 1))).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
  expect(failures.map((count) => reconnectMs(count, 0))).toEqual([50, 100, 200, 400, 800, 1000, 1000, 1000]);
});

test('a connection that was lost soon is one more failure, and one that was used long begins anew', () => {
  const usedMs = [10, 5_000, 9_999, 10_000, 60_000, 0, 0];
  let failures = 0;
  expect(usedMs.map((ms) => (failures = failuresAfter(failures, ms)))).toEqual([1, 2, 3, 1, 1, 2, 3]);
});
