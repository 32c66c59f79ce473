import { expect, test } from 'vitest';
import { reconnectMs } from '../../src/shared/reconnect.ts';

test('waits double up to two seconds, and between half and all of each is at random', () => {
  const failures = [1, 2, 3, 4, 5, 6, 7, 100];
  expect(failures.map((count) => reconnectMs(count, 1))).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
  expect(failures.map((count) => reconnectMs(count, 0))).toEqual([50, 100, 200, 400, 800, 1000, 1000, 1000]);
});
