import { exponentialMs } from '../work/retry.ts';
import type { Outcome } from './attempt-step.ts';
import type { Reason, StepState, StepTransition, StopReason } from './transition.ts';

const inDoubt = {
  code: 'OUTCOME_UNKNOWN',
  message:
    'The worker stopped while the step was running. It is unknown whether the step was completed, and repeating it is not safe.',
};
const lostAtLast = { code: 'WORKER_LOST', message: 'The worker was lost during every attempt.' };
const timedOut = { code: 'TIMED_OUT', message: 'The step exceeded its time limit.' };

/** The stop of a holder, and how long a step waits for its second attempt. */
export type Circumstances = { stop: StopReason | null; retryBaseMs: number; random?: () => number };
type Running = Pick<StepState, 'position' | 'attempt' | 'maxAttempts' | 'replaySafe'>;

/** Where a step goes after the outcome of an attempt. It neither waits nor is queued when the execution is to end. */
export function stepAfter(step: Running, outcome: Outcome, circumstances: Circumstances): StepTransition {
  const after = afterOutcome(step, outcome, circumstances);
  const { stop } = circumstances;
  const isEnding = stop !== null && stop !== 'SHUTDOWN';
  if (!isEnding || (after.to !== 'WAITING' && after.to !== 'QUEUED')) return after;
  return { ...from(step), to: 'CANCELLED', ...(after.error && { error: after.error }) };
}

/**
 * Where a step goes whose holder was lost while it ran: nobody knows whether it was done. It is run again if it is
 * replay-safe and has an attempt left.
 */
export function stepAfterLoss(step: Running): StepTransition {
  if (mayRepeat(step)) return { ...from(step), to: 'QUEUED' };
  return fail(step, step.replaySafe ? lostAtLast : inDoubt);
}

function afterOutcome(step: Running, outcome: Outcome, { stop, retryBaseMs, random }: Circumstances): StepTransition {
  const retry = () => ({
    ...from(step),
    to: 'WAITING' as const,
    waitsFor: 'RETRY' as const,
    wakeMs: exponentialMs(step.attempt, { baseMs: retryBaseMs, random: (random ?? Math.random)() }),
  });
  switch (outcome.kind) {
    case 'SUCCEEDED':
      return { ...from(step), to: 'SUCCEEDED', output: outcome.output };
    case 'WAITS':
      return { ...from(step), to: 'WAITING', waitsFor: outcome.wait.kind, wakeMs: outcome.wait.seconds * 1000 };
    case 'FAILED': {
      const { code, message, isRetryable } = outcome;
      return isRetryable && mayRepeat(step) ? { ...retry(), error: { code, message } } : fail(step, { code, message });
    }
    case 'TIMED_OUT':
      return { ...(mayRepeat(step) ? retry() : { ...from(step), to: 'TIMED_OUT' }), error: timedOut };
    case 'STOPPED':
      if (stop === 'CANCELLED') return { ...from(step), to: 'CANCELLED' };
      if (stop === 'TIME_LIMIT') return { ...from(step), to: 'TIMED_OUT', error: timedOut };
      // An attempt that a shutdown cut short is not counted.
      return step.replaySafe ? { ...from(step), to: 'QUEUED', attempt: step.attempt - 1 } : fail(step, inDoubt);
  }
}

/** Without an attempt left, or when a repetition could do the work twice, a failure is the end. */
function mayRepeat({ replaySafe, attempt, maxAttempts }: Running): boolean {
  return replaySafe && attempt < maxAttempts;
}

function from({ position, attempt }: Running): { position: number; from: 'RUNNING'; attempt: number } {
  return { position, from: 'RUNNING', attempt };
}

function fail(step: Running, error: Reason): StepTransition {
  return { ...from(step), to: 'FAILED', error };
}
