import { authorize } from '../../auth/permissions.ts';
import type { Execution } from '../../generated/prisma/client.ts';
import { type AppError, type FieldFault, invalidInput } from '../../shared/errors.ts';
import type { Maximum } from '../../shared/maximum.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import type { Acting } from '../records/acting.ts';
import { parseSubmission, type Submission, type SubmitExecutionInput } from './submission.ts';
import { identityOf, submitAll } from './submit-all.ts';

/** The maximum number of submissions in a call. */
export const submissionCount: Maximum = { max: 500, message: 'A call can submit at most 500 executions.' };

/** Why a submission was refused, as the error of a single one says. */
export type Refusal = Pick<AppError, 'code' | 'message' | 'fields'>;

/** The answer to one submission of several: its execution, or why it was refused. */
export type SubmissionResult =
  | { execution: Execution; deduplicated: boolean; refusal: null }
  | { execution: null; deduplicated: false; refusal: Refusal };

type Read = { data: Submission } | { faults: FieldFault[] };

/**
 * Queues several plans by one change, each as `submitExecution` does without waiting. One that is not valid is refused
 * alone. @throws AppError `INVALID_INPUT` for too many; `CONFLICT` when the idempotency key was used for another call.
 */
export async function submitExecutions(
  acting: Acting,
  { inputs, idempotencyKey }: { inputs: readonly SubmitExecutionInput[]; idempotencyKey?: string | null },
): Promise<{ results: SubmissionResult[]; changeId: string }> {
  authorize(acting.viewer, 'execution:submit');
  if (inputs.length > submissionCount.max) throw invalidInput([{ path: ['inputs'], message: submissionCount.message }]);
  const all = await readAll(inputs);
  const { submitted, changeId } = await submitAll(acting, {
    operation: 'submitExecutions',
    identity: all.map((read) => ('data' in read ? identityOf(read.data) : read.faults)),
    submissions: all.flatMap((read) => ('data' in read ? [read.data] : [])),
    idempotencyKey,
  });
  const answers = submitted.values();
  return { results: all.map((read, index) => toResult(read, index, () => answers.next().value)), changeId };
}

async function readAll(inputs: readonly SubmitExecutionInput[]): Promise<Read[]> {
  const slice = new TimeSlice();
  const all: Read[] = [];
  for (const input of inputs) {
    all.push(withoutWaiting(input, parseSubmission(input)));
    await slice.pause();
  }
  return all;
}

function withoutWaiting({ waitSeconds }: SubmitExecutionInput, read: Read): Read {
  if (!waitSeconds) return read;
  const fault = { path: ['waitSeconds'], message: 'Only a single submission can wait for its end.' };
  return { faults: ['faults' in read ? read.faults : [], fault].flat() };
}

function toResult(
  read: Read,
  index: number,
  nextAnswer: () => { execution: Execution; deduplicated: boolean } | undefined,
): SubmissionResult {
  if ('faults' in read) {
    const faults = read.faults.map(({ path, message }) => ({ path: ['inputs', index, ...path], message }));
    const { code, message, fields } = invalidInput(faults);
    return { execution: null, deduplicated: false, refusal: { code, message, fields } };
  }
  const answer = nextAnswer();
  if (!answer) throw new Error('A submission has no answer.');
  return { ...answer, refusal: null };
}
