import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../../shared/ids.ts';
import { isPassing } from '../work/retry.ts';
import { type ExecutionApp, type Statement, writeWithEvents } from './append-events.ts';
import type { Held } from './lease.ts';
import { type ClaimId, readLeaseState } from './renew-lease.ts';
import type { Transition } from './transition.ts';
import { transitionWriter } from './transition-writer.ts';

const retryMs = 250;

/** What a holder writes: only the newest claim does, and after a request to cancel only the end. */
const write = transitionWriter({
  name: 'write-transition',
  where: `e."fencingToken" = $14 AND (e."cancelRequestedAt" IS NULL OR $2::text = 'CANCELLED')`,
  result: 'changed.version',
});

/** The statement with which a holder writes a transition. It returns no row when it was refused: then nothing changed. */
export function heldTransition(
  { config }: Pick<ExecutionApp, 'config'>,
  transition: Transition,
  { token, ...facts }: ClaimId & { changeId: string; requestId: string },
): Statement {
  return write(transition, { ...facts, leaseMs: config.executions.leaseMs }, [token]);
}

/**
 * Writes a transition under the lease. While the database cannot be reached it is tried again for as long as the lease
 * may be ours, so a short outage costs no result of a step.
 * @returns false when it was refused: then the lease is lost, or its holder told to stop.
 */
export async function writeWhileHeld(held: Held, transition: Transition): Promise<boolean> {
  const { app, lease, claim, requestId } = held;
  const changeId = newId();
  const statement = heldTransition(app, transition, { id: claim.id, token: claim.token, changeId, requestId });
  while (!lease.isLost) {
    const sentMs = performance.now();
    try {
      if (!(await writeWithEvents(app, statement))) return await learnRefusal(held, changeId);
      lease.renewed(sentMs);
      return true;
    } catch (err) {
      if (!isPassing(err)) throw err;
      app.log.warn({ err, execution: claim.id }, 'The outcome of a step could not be written. The worker tries again.');
      await delay(retryMs);
    }
  }
  return false;
}

/** A try whose answer was lost may have been written: then its events are there. */
async function learnRefusal({ app, lease, claim }: Held, changeId: string): Promise<boolean> {
  const state = await readLeaseState(app, claim, changeId);
  if (state && state.eventCount > 0) return true;
  if (!state?.isOurs) lease.lose();
  else if (state.isCancelled) lease.stop('CANCELLED');
  else
    throw new Error(`The steps of the execution ${claim.id} were changed by a process that does not hold its lease.`);
  return false;
}
