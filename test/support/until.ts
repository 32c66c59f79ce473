import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `look` gives something other than null, undefined or false. @throws when it does not within `withinMs`. */
export async function until<T>(
  look: () => T | Promise<T>,
  { withinMs = 15_000, what = 'the condition' }: { withinMs?: number; what?: string } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  for (const deadline = Date.now() + withinMs; ; await delay(20)) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found as NonNullable<Exclude<T, false>>;
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
  }
}
