import { setTimeout as delay } from 'node:timers/promises';
import { type Advance, writeAdvance } from './advance.ts';
import { readHoldState } from './grant.ts';
import type { Run } from './hold.ts';

const retryMs = 250;

/**
 * Writes under the run lease. While the database cannot be reached it is tried again for as long as the lease may be
 * ours, so a short outage costs no result of a step.
 * @returns false when it was refused: then the hold is lost or told to stop.
 */
export async function writeWhileHeld(
  { app, hold, claim }: Pick<Run, 'app' | 'hold' | 'claim'>,
  advance: Advance,
): Promise<boolean> {
  while (!hold.isLost) {
    const sentMs = performance.now();
    try {
      const written = await writeAdvance(app, advance);
      if (!written) return await learnRefusal({ app, hold, claim }, advance);
      hold.renewed(sentMs);
      return true;
    } catch (error) {
      if (!isPassing(error)) throw error;
      app.log.warn(
        { err: error, execution: claim.id },
        'The outcome of a step could not be written. The worker tries again.',
      );
      await delay(retryMs);
    }
  }
  return false;
}

/** A try whose answer was lost may have been written: then its events are there. */
async function learnRefusal(
  { app, hold, claim }: Pick<Run, 'app' | 'hold' | 'claim'>,
  advance: Advance,
): Promise<boolean> {
  const state = await readHoldState(app, claim, advance.changeId);
  if (state && state.eventCount > 0) return true;
  if (!state?.isOurs) hold.lose();
  else if (state.isCancelled) hold.stop('CANCELLED');
  else
    throw new Error(`The steps of the execution ${claim.id} were changed by a process that does not hold its lease.`);
  return false;
}

/** No SQLSTATE means no connection; the others are classes of PostgreSQL's appendix A that pass. */
function isPassing(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  const isState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  return !isState || /^(08|40|53|57)/.test(code);
}
