import { z } from 'zod';
import { instantSchema } from '../../shared/date-range.ts';
import { type FieldFault, invalidInput } from '../../shared/errors.ts';
import { parsedBy } from '../../shared/validate.ts';
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
  runAt: instantSchema.nullish(),
  expiresAt: instantSchema.nullish(),
});
export type SubmitExecutionInput = Partial<z.input<typeof submissionSchema>>;

/** A plan that was checked, and how to run it. */
export type Submission = {
  planned: PlannedExecution;
  priority: number;
  waitSeconds: number;
  allowDuplicate: boolean;
  runAt: Date | null;
  expiresAt: Date | null;
};

/** Checks the input of a submission. @throws AppError `INVALID_INPUT` with all faults of the plan and the other fields. */
export function readSubmission(input: SubmitExecutionInput): Submission {
  const read = parseSubmission(input);
  if ('data' in read) return read.data;
  throw invalidInput(read.faults.map(({ path, message }) => ({ path: ['input', ...path], message })));
}

/** Reads the input of a submission, or finds all its faults. Whether it is valid does not depend on the time. */
export function parseSubmission(input: SubmitExecutionInput): { data: Submission } | { faults: FieldFault[] } {
  const parsed = parsedBy(submissionSchema, input);
  const faults = ['faults' in parsed ? parsed.faults : [], expiryFaults(input)].flat();
  if ('faults' in parsed || faults.length > 0) return { faults };
  const { plan: planned, priority, waitSeconds, allowDuplicate, runAt, expiresAt } = parsed.data;
  return {
    data: {
      planned,
      priority: priority ?? planned.priority,
      waitSeconds: waitSeconds ?? 0,
      allowDuplicate: allowDuplicate ?? false,
      runAt: runAt ?? null,
      expiresAt: expiresAt ?? null,
    },
  };
}

function expiryFaults({ runAt, expiresAt }: SubmitExecutionInput): FieldFault[] {
  if (!runAt || !expiresAt || runAt < expiresAt) return [];
  return [
    { path: ['expiresAt'], message: 'The execution would expire before it could be started. Use a time after runAt.' },
  ];
}
