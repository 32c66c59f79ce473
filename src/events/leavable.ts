/**
 * Makes an async generator one that its consumer can leave while it waits. A generator's own `return()` queues behind a
 * pending `next()`, so it would never run `finally` while it waits for news; here leaving aborts the signal that the
 * generator waits with. Aborting `signal` does the same from outside.
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
