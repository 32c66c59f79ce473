import { setTimeout as delay } from 'node:timers/promises';

/**
 * How long a test waits for anything that must come. A machine that does something else is slow, so this is far more
 * than it takes: only a test that fails waits so long. `expect.poll` has it from vitest.config.ts.
 */
export const patienceMs = 60_000;

/** Waits until `look` gives something other than null, undefined or false. @throws when it does not come. */
export async function until<T>(
  look: () => T | Promise<T>,
  { what = 'the condition' }: { what?: string } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  for (const deadline = performance.now() + patienceMs; ; await delay(10)) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadline) throw new Error(`Waited ${patienceMs} ms in vain for ${what}.`);
  }
}
