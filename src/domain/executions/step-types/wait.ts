import { z } from 'zod';
import type { StepType } from './step-type.ts';

const schema = z.strictObject({
  seconds: z
    .number()
    .min(0, 'The number of seconds must not be negative.')
    .max(30 * 24 * 60 * 60, 'A wait can take at most 30 days.'),
});

/** Waits without occupying a worker. */
export const wait: StepType<z.output<typeof schema>> = {
  schema,
  action: () => 'READ',
  isReplaySafe: () => true,
  estimatedSeconds: 0,
  run: async ({ seconds }, { isResumed }) =>
    isResumed || seconds === 0 ? { output: { waitedSeconds: seconds } } : { wait: { kind: 'TIMER', seconds } },
};
