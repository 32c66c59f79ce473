import { exponentialMs } from '../work/retry.ts';
import type { Outcome } from './attempt-step.ts';
import { outcomeUnknown, type StepState, type StepTransition, type StopReason } from './transition.ts';

const inDoubt = {
  code: outcomeUnknown,
  message:
    'The worker stopped while the step was running. It is unknown whether the step was completed, and repeating it is not safe.',
};
const lost = {
  code: 'WORKER_LOST',
  message: 'The worker stopped while the step was running. It is unknown whether the step was completed.',
};
const lostAtLast = { code: 'WORKER_LOST', message: 'The worker was lost during every attempt.' };
const timedOut = { code: 'TIMED_OUT', message: 'The step exceeded its time limit.' };

/** The longest time that a step waits because a server asked for it: the execution waits with it. */
const maxRetryAfterMs = 15 * 60_000;

/** The stop of a holder, and how long a step waits for its second attempt. */
export type Circumstances = { stop: StopReason | null; retryBaseMs: number; random?: () => number };
type Running = Pick<StepState, 'position' | 'attempt' | 'maxAttempts' | 'replaySafe'>;

/** Where a step goes after the outcome of an attempt. It neither waits nor is queued when the execution is to end. */
export function stepAfter(step: Running, outcome: Outcome, circumstances: Circumstances): StepTransition {
  const next = afterOutcome(step, outcome, circumstances);
  const isEnding = circumstances.stop !== null && circumstances.stop !== 'SHUTDOWN';
  if (!isEnding || (next.to !== 'WAITING' && next.to !== 'QUEUED')) return fromRunning(step, next);
  return fromRunning(step, { to: 'CANCELLED', ...(next.error && { error: next.error }) });
}

/**
 * Where a step goes whose holder was lost while it ran: nobody knows whether it was done. It is run again if it is
 * replay-safe and has an attempt left. Until then it says what happened: it may be cancelled before.
 */
export function stepAfterLoss(step: Running): StepTransition {
  if (mayRepeat(step)) return fromRunning(step, { to: 'QUEUED', error: lost });
  return fromRunning(step, { to: 'FAILED', error: step.replaySafe ? lostAtLast : inDoubt });
}

/** Where a running step goes; in this attempt unless it says so. */
type Next = Omit<StepTransition, 'position' | 'from' | 'attempt'> & { attempt?: number };

function fromRunning({ position, attempt }: Running, next: Next): StepTransition {
  return { position, from: 'RUNNING', attempt, ...next };
}

function afterOutcome(step: Running, outcome: Outcome, circumstances: Circumstances): Next {
  const { stop } = circumstances;
  const retry = (retryAfterMs = 0) =>
    ({ to: 'WAITING', waitsFor: 'RETRY', wakeMs: backoffMs(step, retryAfterMs, circumstances) }) as const;
  switch (outcome.kind) {
    case 'SUCCEEDED':
      return { to: 'SUCCEEDED', output: outcome.output };
    case 'WAITS':
      return { to: 'WAITING', waitsFor: outcome.wait.kind, wakeMs: outcome.wait.seconds * 1000 };
    case 'FAILED': {
      const { code, message, isRetryable, retryAfterMs } = outcome;
      return { ...(isRetryable && mayRepeat(step) ? retry(retryAfterMs) : { to: 'FAILED' }), error: { code, message } };
    }
    case 'TIMED_OUT':
      return { ...(mayRepeat(step) ? retry() : { to: 'TIMED_OUT' }), error: timedOut };
    case 'STOPPED':
      if (stop === 'CANCELLED') return { to: 'CANCELLED' };
      if (stop === 'TIME_LIMIT') return { to: 'TIMED_OUT', error: timedOut };
      // An attempt that a shutdown cut short is not counted.
      return step.replaySafe ? { to: 'QUEUED', attempt: step.attempt - 1 } : { to: 'FAILED', error: inDoubt };
  }
}

/**
 * How long a step waits for its next attempt: a time that doubles with each attempt, or what the other side asked for if
 * that is longer, up to a bound. Both are up to a quarter longer by chance, so that steps that failed together do not
 * return together.
 */
function backoffMs({ attempt }: Running, retryAfterMs: number, { retryBaseMs, random }: Circumstances): number {
  const chance = (random ?? Math.random)();
  const askedMs = Math.round(Math.min(retryAfterMs, maxRetryAfterMs) * (1 + chance / 4));
  return Math.max(exponentialMs(attempt, { baseMs: retryBaseMs, random: chance }), askedMs);
}

/** Without an attempt left, or when a repetition could do the work twice, a failure is the end. */
function mayRepeat({ replaySafe, attempt, maxAttempts }: Running): boolean {
  return replaySafe && attempt < maxAttempts;
}
