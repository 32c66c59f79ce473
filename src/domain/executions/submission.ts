import { z } from 'zod';
import { validate } from '../../shared/validate.ts';
import { type PlannedExecution, planField } from './plan.ts';

const submissionSchema = z.object({
  plan: planField,
  priority: z
    .int()
    .min(1, 'The priority must be from 1 to 10.')
    .max(10, 'The priority must be from 1 to 10.')
    .nullish(),
  waitSeconds: z.number().min(0).max(20, 'waitSeconds can be at most 20.').nullish(),
  allowDuplicate: z.boolean().nullish(),
});
export type SubmitExecutionInput = Partial<z.input<typeof submissionSchema>>;

/** A plan that was checked, and how to run it. */
export type Submission = {
  planned: PlannedExecution;
  priority: number;
  waitSeconds: number;
  allowDuplicate: boolean;
};

/** Checks the input of a submission. @throws AppError `INVALID_INPUT` with all faults of the plan and the other fields. */
export function readSubmission(input: SubmitExecutionInput): Submission {
  const { plan: planned, priority, waitSeconds, allowDuplicate } = validate(submissionSchema, input);
  return {
    planned,
    priority: priority ?? planned.priority,
    waitSeconds: waitSeconds ?? 0,
    allowDuplicate: allowDuplicate ?? false,
  };
}
