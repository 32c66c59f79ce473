import type { EventTypeOf } from '../../events/contract.ts';
import { ExecutionStatus, StepStatus } from '../../generated/prisma/enums.ts';

/*
 * Glossary
 *
 * plan           what a caller submits: steps with their inputs. It is stored as it is and never changed,
 *                but for masks in the place of what looks like a credential.
 * execution      one run of a plan, from submit to its final status. A retry is another execution.
 * step           one piece of a plan's work, done by the step type that it names.
 * attempt        one try of a step. A step has as many as its failures allow.
 * outcome        what an attempt came to: an output, a wait, a failure, a time-out, or that it was stopped.
 * claim          to take the lease of an execution that is due. A claim has a higher fencing token than every one before.
 * lease          the right to run an execution, on the database's clock, renewed while it is used.
 * holder         the worker that has the lease. Nobody else changes the status of a RUNNING execution or of its steps.
 * fencing token  the number of the claim. Every write of a holder carries it; one with an old token changes nothing.
 * takeover       what happens to an execution whose holder stopped renewing: it is QUEUED again and claimed by another.
 * transition     one change of an execution's status with those of its steps: decided by decide.ts, written by
 *                transition-writer.ts if these tables have it, and recorded as events.
 * replay-safe    a step that may be run again when nobody knows whether it has run.
 * in doubt       a step that may have been done or not: its worker was lost, and it is not replay-safe.
 * resolution     how a step in doubt ended, as somebody says who knows. If it succeeded, a retry goes on from there.
 * stop reason    why a holder stops before the plan's end: cancelled, time limit, shutdown, forbidden.
 */

export { ExecutionStatus, StepStatus };

/** Where an execution can go. Final is final. */
const executionTransitions: Record<ExecutionStatus, readonly ExecutionStatus[]> = {
  QUEUED: ['RUNNING', 'CANCELLED', 'TIMED_OUT', 'FAILED'],
  RUNNING: ['WAITING', 'QUEUED', 'SUCCEEDED', 'FAILED', 'PARTIAL', 'CANCELLED', 'TIMED_OUT'],
  WAITING: ['RUNNING', 'SUCCEEDED', 'FAILED', 'PARTIAL', 'CANCELLED', 'TIMED_OUT'],
  SUCCEEDED: [],
  FAILED: [],
  PARTIAL: [],
  CANCELLED: [],
  TIMED_OUT: [],
};

/**
 * Where a step can go. A WAITING one is RUNNING again before it can succeed. A QUEUED one is SKIPPED if it never ran, and
 * CANCELLED if it was to be run again.
 */
const stepTransitions: Record<StepStatus, readonly StepStatus[]> = {
  QUEUED: ['RUNNING', 'SKIPPED', 'CANCELLED'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'WAITING', 'QUEUED'],
  WAITING: ['RUNNING', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: [],
  SKIPPED: [],
  CANCELLED: [],
  TIMED_OUT: [],
};

export type FinalStatus = Exclude<ExecutionStatus, 'QUEUED' | 'RUNNING' | 'WAITING'>;

export const finalStatuses = Object.values(ExecutionStatus).filter(isFinal);
export const finalStepStatuses = Object.values(StepStatus).filter(isFinalStep);

export function isFinal(status: ExecutionStatus): status is FinalStatus {
  return executionTransitions[status].length === 0;
}

export function isFinalStep(status: StepStatus): boolean {
  return stepTransitions[status].length === 0;
}

/** The statuses from which an execution can get to `to`. */
export function sourcesOf(to: ExecutionStatus): ExecutionStatus[] {
  return Object.values(ExecutionStatus).filter((from) => executionTransitions[from].includes(to));
}

/** @throws Error: a transition that is not in the table is a fault of Errand. */
export function requireExecutionTransition(from: ExecutionStatus, to: ExecutionStatus): void {
  if (!executionTransitions[from].includes(to)) throw new Error(`An execution cannot go from ${from} to ${to}.`);
}

/** @throws Error: a transition that is not in the table is a fault of Errand. */
export function requireStepTransition(from: StepStatus, to: StepStatus): void {
  if (!stepTransitions[from].includes(to)) throw new Error(`A step cannot go from ${from} to ${to}.`);
}

/** What the log calls an execution's arrival in a status. */
export const executionEvents = {
  QUEUED: 'execution.queued',
  RUNNING: 'execution.started',
  WAITING: 'execution.waiting',
  SUCCEEDED: 'execution.succeeded',
  FAILED: 'execution.failed',
  PARTIAL: 'execution.partial',
  CANCELLED: 'execution.cancelled',
  TIMED_OUT: 'execution.timedOut',
} as const satisfies Record<ExecutionStatus, EventTypeOf<'execution'>>;

/** The events with which an execution ends. */
export const endEvents = finalStatuses.map((status) => executionEvents[status]);

/** Whether an event of this type is the last one of an execution. */
export function isEnd(type: string): boolean {
  return endEvents.some((end) => end === type);
}

/** What the log calls a step's arrival in a status. */
export const stepEvents = {
  QUEUED: 'executionStep.queued',
  RUNNING: 'executionStep.started',
  WAITING: 'executionStep.waiting',
  SUCCEEDED: 'executionStep.succeeded',
  FAILED: 'executionStep.failed',
  SKIPPED: 'executionStep.skipped',
  CANCELLED: 'executionStep.cancelled',
  TIMED_OUT: 'executionStep.timedOut',
} as const satisfies Record<StepStatus, EventTypeOf<'executionStep'>>;

/** The result of an execution none of whose steps can go on: some of each is PARTIAL, and a failure outweighs a time-out. */
export function resultOf(steps: readonly StepStatus[]): FinalStatus {
  const has = (status: StepStatus) => steps.includes(status);
  if (has('FAILED')) return has('SUCCEEDED') ? 'PARTIAL' : 'FAILED';
  return has('TIMED_OUT') ? 'TIMED_OUT' : 'SUCCEEDED';
}
