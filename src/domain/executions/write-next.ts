import type { Outcome } from './attempt-step.ts';
import type { ClaimedStep } from './claim.ts';
import { decide } from './decide.ts';
import type { Held } from './lease.ts';
import { applyTransitions } from './transition.ts';
import { writeWhileHeld } from './write-while-held.ts';

/**
 * Decides what follows the outcome of the running step, or a claim, and writes it until it is accepted. @returns the steps,
 * or null when there is nothing more to do: the execution has ended, waits or was given back, or the lease is lost.
 */
export async function writeNext(
  held: Held,
  steps: readonly ClaimedStep[],
  outcome: Outcome | null,
): Promise<ClaimedStep[] | null> {
  const { app, lease } = held;
  const { retryBaseMs } = app.config.executions;
  while (!lease.isLost) {
    const nowMs = performance.now();
    const cause = { kind: 'HELD', outcome, stop: lease.stopReason, nowMs, retryBaseMs } as const;
    const transition = decide({ status: 'RUNNING', steps }, cause);
    if (!(await writeWhileHeld(held, transition))) continue;
    return transition.to === 'RUNNING' ? applyTransitions(steps, transition.steps, nowMs) : null;
  }
  return null;
}
