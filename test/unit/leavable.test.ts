import { expect, test } from 'vitest';
import { leavable } from '../../src/events/leavable.ts';

/** Waits until it is aborted, and tells whether it was cleaned up. */
function waiting(signal: AbortSignal) {
  const seen = { isCleanedUp: false };
  const iterator = leavable(signal, async function* (leaving) {
    try {
      yield 1;
      await new Promise((resolve) => leaving.addEventListener('abort', resolve));
    } finally {
      seen.isCleanedUp = true;
    }
  });
  return { iterator, seen };
}

test('leaving ends the generator while it waits', async () => {
  const { iterator, seen } = waiting(new AbortController().signal);
  await iterator.next();
  const pending = iterator.next();
  await iterator.return?.();
  expect(await pending).toEqual({ done: true, value: undefined });
  expect(seen.isCleanedUp).toBe(true);
});

test('an abort from outside does the same', async () => {
  const outside = new AbortController();
  const { iterator, seen } = waiting(outside.signal);
  await iterator.next();
  const pending = iterator.next();
  outside.abort();
  expect(await pending).toEqual({ done: true, value: undefined });
  expect(seen.isCleanedUp).toBe(true);
});

test('leaving before the first value runs nothing', async () => {
  const { iterator, seen } = waiting(new AbortController().signal);
  await iterator.return?.();
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
  expect(seen.isCleanedUp).toBe(false);
});
