/**
 * Makes an async generator that its consumer can return while it waits. The `return()` of a generator waits for a
 * pending `next()`, so `finally` would never run while it waits for news. Here, `return()` aborts the signal that the
 * generator waits with. Aborting `signal` from outside has the same effect.
 */
export function leavable<T>(
  signal: AbortSignal,
  start: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncIterableIterator<T, void, undefined> {
  const leaving = new AbortController();
  const abort = () => leaving.abort(signal.reason);
  const forget = () => signal.removeEventListener('abort', abort);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  const source = start(leaving.signal);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = await source.next().catch((error: unknown) => {
        forget();
        throw error;
      });
      if (result.done) forget();
      return result;
    },
    async return() {
      forget();
      leaving.abort();
      return source.return();
    },
  };
}
