const firstMs = 100;
const longestMs = 2_000;

/**
 * How long to wait before the next attempt to connect, after this many failed attempts in a row: doubled each time up
 * to two seconds, and between half and all of that at random, so that processes do not all return at the same moment.
 */
export function reconnectMs(failures: number, random = Math.random()): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
  return Math.round(fullMs * (0.5 + random / 2));
}
