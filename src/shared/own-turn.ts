import { setImmediate } from 'node:timers/promises';

let last: Promise<unknown> = Promise.resolve();

/**
 * Resolves in a turn of the event loop in which no other caller goes on. The fields of an operation compute one after
 * another otherwise, and everybody else waits until the last of them has finished.
 */
export function ownTurn(): Promise<void> {
  const turn = last.then(() => setImmediate());
  last = turn;
  return turn;
}
