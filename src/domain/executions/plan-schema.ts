import { z } from 'zod';
import type { Maximum } from '../../shared/maximum.ts';

/** The maximum length of a plan as JSON. */
export const planLength: Maximum = { max: 256 * 1024, message: 'A plan can have at most 256 KiB.' };

const stepSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\p{L}\p{N}_][\p{L}\p{N} ._-]{0,63}$/u,
      'A name must have 1 to 64 characters: letters, digits, spaces, dots, hyphens and underscores.',
    ),
  type: z.string(),
  input: z.record(z.string(), z.unknown()).default({}),
  dependsOn: z.array(z.string()).max(100).optional(),
  timeoutSeconds: z.number().positive().max(86_400, 'The time limit of a step can be at most one day.').optional(),
  maxAttempts: z.int().min(1).max(10, 'A step can have at most 10 attempts.').optional(),
  replaySafe: z.boolean().optional(),
});

/** The form of a plan. What the steps mean together, and the inputs of their types, are checked by `checkPlan`. */
export const planSchema = z.strictObject({
  steps: z
    .array(stepSchema)
    .min(1, 'A plan must have at least one step.')
    .max(100, 'A plan can have at most 100 steps.'),
});

/** A plan as it was submitted and is stored. */
export type Plan = z.input<typeof planSchema>;
/** A step of a plan in its right form. */
export type PlanStep = z.output<typeof stepSchema>;
