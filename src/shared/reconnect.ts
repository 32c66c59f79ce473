const firstMs = 100;
const longestMs = 2_000;
/** A connection that served as long as this was not a failed attempt. */
const steadyMs = 10_000;

/**
 * How long to wait before the next attempt to connect, after this many failed attempts in a row: doubled each time up
 * to two seconds, and between half and all of that at random, so that processes do not all return at the same moment.
 */
export function reconnectMs(failures: number, random = Math.random()): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
  return Math.round(fullMs * (0.5 + random / 2));
}

/** The number of failed attempts in a row, when a connection is lost that was used for so long. */
export function failuresAfter(failures: number, usedMs: number): number {
  return usedMs < steadyMs ? failures + 1 : 1;
}
