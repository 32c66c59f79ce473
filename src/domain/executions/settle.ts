import type { StepMove } from './advance.ts';
import type { Outcome } from './attempt-step.ts';
import type { RunStep } from './claim.ts';
import type { Stop } from './decide.ts';

const unknownOutcome = {
  code: 'OUTCOME_UNKNOWN',
  message:
    'The worker stopped while the step was running. It is unknown whether the step was completed, and repeating it is not safe.',
};
const timedOut = { code: 'TIMED_OUT', message: 'The step exceeded its time limit.' };

/** Where a step goes after an attempt. `stop` is why the holder stops, if it does. */
export function settle(
  step: RunStep,
  outcome: Outcome,
  { stop, retryBaseMs, random = Math.random }: { stop: Stop | null; retryBaseMs: number; random?: () => number },
): StepMove {
  const { position, attempt } = step;
  const move = { position, from: 'RUNNING' as const, attempt };
  const retry = {
    ...move,
    to: 'WAITING' as const,
    waitsFor: 'RETRY' as const,
    wakeMs: backoffMs(attempt, retryBaseMs, random()),
  };
  // Without an attempt left, or when a repetition could do the work twice, a failure is the end.
  const mayRepeat = step.replaySafe && attempt < step.maxAttempts;
  switch (outcome.kind) {
    case 'SUCCEEDED':
      return { ...move, to: 'SUCCEEDED', output: outcome.output };
    case 'WAITS':
      return { ...move, to: 'WAITING', waitsFor: 'TIMER', wakeMs: outcome.seconds * 1000 };
    case 'FAILED': {
      const { code, message } = outcome;
      return { ...(outcome.isRetryable && mayRepeat ? retry : { ...move, to: 'FAILED' }), error: { code, message } };
    }
    case 'TIMED_OUT':
      return { ...(mayRepeat ? retry : { ...move, to: 'TIMED_OUT' }), error: timedOut };
    case 'STOPPED':
      return stopped(step, stop);
  }
}

function stopped({ position, attempt, replaySafe }: RunStep, stop: Stop | null): StepMove {
  const move = { position, from: 'RUNNING' as const, attempt };
  if (stop === 'CANCELLED') return { ...move, to: 'CANCELLED' };
  if (stop === 'TIME_LIMIT') return { ...move, to: 'TIMED_OUT', error: timedOut };
  // An attempt that a shutdown cut short is not counted.
  return replaySafe
    ? { ...move, to: 'QUEUED', attempt: attempt - 1 }
    : { ...move, to: 'FAILED', error: unknownOutcome };
}

/** 2, 4, 8 … times half the base, and up to a quarter more, so that what failed together is not repeated together. */
function backoffMs(attempt: number, baseMs: number, random: number): number {
  return Math.round(baseMs * 2 ** (attempt - 1) * (1 + random / 4));
}
