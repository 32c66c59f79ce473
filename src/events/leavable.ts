/**
 * Makes an async generator that its consumer can return while it waits. The `return()` of a generator waits for a
 * pending `next()`, so `finally` would never run while it waits for news. Here, `return()` aborts the signal that the
 * generator waits with. Aborting `signal` from outside has the same effect. `onEnd` is called once when the generator has
 * ended, even if it never began.
 */
export function leavable<T>(
  signal: AbortSignal,
  start: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
  onEnd: () => void = () => {},
): AsyncIterableIterator<T, void, undefined> {
  const leaving = new AbortController();
  const abort = () => leaving.abort(signal.reason);
  let hasEnded = false;
  const ended = () => {
    if (hasEnded) return;
    hasEnded = true;
    signal.removeEventListener('abort', abort);
    onEnd();
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  const source = start(leaving.signal);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = await source.next().catch((error: unknown) => {
        ended();
        throw error;
      });
      if (result.done) ended();
      return result;
    },
    async return() {
      leaving.abort();
      const result = await source.return();
      ended();
      return result;
    },
  };
}
