import { authorize } from '../../auth/permissions.ts';
import type { Acting } from '../records/acting.ts';
import type { PlannedExecution } from './plan.ts';
import { readSubmission, type SubmitExecutionInput } from './submission.ts';

/** What `submitExecution` would make of an input. Nothing is stored. @throws AppError `INVALID_INPUT`, as it would. */
export function previewExecution(
  { viewer }: Pick<Acting, 'viewer'>,
  { input }: { input: SubmitExecutionInput },
): PlannedExecution {
  authorize(viewer, 'execution:submit');
  const { planned, priority } = readSubmission(input);
  return { ...planned, plan: planned.divided.masked, priority };
}
