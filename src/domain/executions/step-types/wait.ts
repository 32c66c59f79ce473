import { z } from 'zod';
import { reading, type StepType } from './step-type.ts';

const schema = z.strictObject({
  seconds: z
    .number()
    .min(0, 'The number of seconds must not be negative.')
    .max(30 * 24 * 60 * 60, 'A wait can take at most 30 days.')
    .describe('The number of seconds.'),
});

/** Waits without occupying a worker. */
export const wait: StepType<z.output<typeof schema>> = {
  description: 'Waits for a number of seconds. The wait occupies no worker and does not count as running.',
  schema,
  effects: [reading],
  effectOf: () => reading,
  estimatedSeconds: 0,
  run: async ({ seconds }, { isResumed }) =>
    isResumed || seconds === 0 ? { output: { waitedSeconds: seconds } } : { wait: { kind: 'TIMER', seconds } },
};
