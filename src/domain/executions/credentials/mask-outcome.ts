import type { Outcome } from '../attempt-step.ts';
import type { Mask } from './mask.ts';

/** An outcome as it is stored and shown: without the credentials of the plan. */
export function maskOutcome(mask: Mask, outcome: Outcome): Outcome {
  if (outcome.kind === 'SUCCEEDED') return { ...outcome, output: mask.output(outcome.output) };
  return outcome.kind === 'FAILED' ? { ...outcome, message: mask.text(outcome.message) } : outcome;
}
