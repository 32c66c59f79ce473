import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Momentary } from '../../src/shared/momentary.ts';
import { until } from '../support/until.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }));
afterEach(() => void vi.useRealTimers());

function counting() {
  let made = 0;
  return () => {
    made += 1;
    return made;
  };
}

test('what is made for an object is given to all within the moment, and made anew afterwards', () => {
  const momentary = new Momentary<object, number>();
  const make = counting();
  const key = {};
  expect([momentary.of(key, make), momentary.of(key, make), momentary.of({}, make)]).toEqual([1, 1, 2]);
  vi.advanceTimersByTime(999);
  expect(momentary.of(key, make)).toBe(1);
  vi.advanceTimersByTime(1);
  expect([momentary.of(key, make), momentary.of(key, make)]).toEqual([3, 3]);
  vi.advanceTimersByTime(999);
  expect(momentary.of(key, make)).toBe(3);
});

test('nothing is older than the moment while the timer is late', () => {
  const momentary = new Momentary<object, number>();
  const make = counting();
  const key = {};
  momentary.of(key, make);
  const late = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_000);
  expect(momentary.of(key, make)).toBe(2);
  late.mockRestore();
});

test('what was made is dropped after the moment, though its key is kept and nobody asks', async () => {
  vi.useRealTimers();
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  const momentary = new Momentary<object, object>({ ms: 5 });
  const key = {};
  const made = new WeakRef(momentary.of(key, () => ({ size: 'large' })));
  await until(() => {
    collectGarbage();
    return made.deref() === undefined;
  });
  expect(momentary.of(key, () => ({ size: 'small' }))).toEqual({ size: 'small' });
});
