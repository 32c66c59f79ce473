import { newId } from '../../shared/ids.ts';
import { type ExecutionApp, writeWithEvents } from './append-events.ts';
import type { Held } from './lease.ts';
import { type ClaimId, readLeaseState } from './renew-lease.ts';
import type { Transition } from './transition.ts';
import { transitionWriter } from './transition-writer.ts';
import { whileHeld } from './while-held.ts';
import { writeTogether } from './write-together.ts';

/** What a holder writes: only the newest claim does, and after a request to cancel only the end. */
const terms = {
  where: `e."fencingToken" = asked.guard AND (e."cancelRequestedAt" IS NULL OR asked."to" = 'CANCELLED')`,
  result: 'changed.version',
};
/** An execution that somebody has locked must not keep the others waiting, and is written alone. */
const writeUnlocked = writeTogether<{ version: number }>(
  transitionWriter({ name: 'write-transition', lock: 'SKIP LOCKED', ...terms }),
);
const writeAlone = transitionWriter({ name: 'write-transition-alone', ...terms });

/** Writes a transition as the holder with this fencing token. @returns null when it was refused: then nothing changed. */
export async function writeAsHolder(
  app: ExecutionApp,
  transition: Transition,
  { token, ...facts }: ClaimId & { changeId: string; requestId: string },
): Promise<{ version: number } | null> {
  const asked = { transition, guard: token, leaseMs: app.config.executions.leaseMs, ...facts };
  return (await writeUnlocked(app, asked)) ?? (await writeWithEvents(app, writeAlone([asked])));
}

/**
 * Writes a transition under the lease. While the database cannot be reached it is tried again for as long as the lease
 * may be ours, so a short outage costs no result of a step.
 * @returns false when it was refused: then the lease is lost, or its holder told to stop.
 */
export async function writeWhileHeld(held: Held, transition: Transition): Promise<boolean> {
  const { app, lease, claim } = held;
  const changeId = newId();
  const { id, token, requestId } = claim;
  const facts = { id, token, changeId, requestId };
  const isWritten = await whileHeld(held, async () => {
    const sentMs = performance.now();
    if (!(await writeAsHolder(app, transition, facts))) return learnRefusal(held, changeId);
    lease.renewed(sentMs);
    return true;
  });
  return isWritten ?? false;
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
