import type { Outcome } from './attempt-step.ts';
import { type ExecutionStatus, type FinalStatus, isFinalStep, resultOf, type StepStatus } from './state.ts';
import { type Circumstances, stepAfter, stepAfterLoss } from './step-after.ts';
import {
  applyTransitions,
  outcomeUnknown,
  type Reason,
  type StepState,
  type StepTransition,
  type StopReason,
  type Transition,
} from './transition.ts';

/** What a transition is decided on, beside where the execution and its steps are. */
export type Cause =
  /** A worker takes up an execution of which nothing has run yet. */
  | { kind: 'STARTED' }
  /** Its holder goes on: with the outcome of the running step, or with none after a claim. */
  | ({ kind: 'HELD'; outcome: Outcome | null; nowMs: number } & Circumstances)
  /** Somebody cancels it while nobody holds it. */
  | { kind: 'CANCELLED' }
  /** Nobody has started it before it expired. */
  | { kind: 'EXPIRED' }
  /** Its holder has not renewed the lease. */
  | { kind: 'LEASE_LOST' };

type Decided = Omit<Transition, 'from'>;

/** Why an execution ends before its steps have. */
type EarlyEnd = Exclude<StopReason, 'SHUTDOWN'> | 'EXPIRED';

const stops: Record<EarlyEnd, { to: FinalStatus; error?: Reason }> = {
  CANCELLED: { to: 'CANCELLED' },
  TIME_LIMIT: { to: 'TIMED_OUT', error: { code: 'TIMED_OUT', message: 'The execution exceeded its time limit.' } },
  EXPIRED: {
    to: 'TIMED_OUT',
    error: { code: 'EXPIRED', message: 'The execution expired before it was started.' },
  },
  FORBIDDEN: {
    to: 'FAILED',
    error: { code: 'FORBIDDEN', message: 'The submitter no longer has the permission execution:submit.' },
  },
};

type Ready = Pick<StepState, 'position' | 'status' | 'attempt' | 'waitsFor'>;

/** The first step of every plan: it depends on nothing. */
const firstStep: Ready = { position: 1, status: 'QUEUED', attempt: 0, waitsFor: null };

/** Decides every transition of an execution and its steps. Nothing else does; transition-writer.ts writes it. */
export function decide(
  { status, steps }: { status: ExecutionStatus; steps: readonly StepState[] },
  cause: Cause,
): Transition {
  return { from: status, ...decideEffect(steps, cause) };
}

function decideEffect(steps: readonly StepState[], cause: Cause): Decided {
  switch (cause.kind) {
    case 'STARTED':
      return { to: 'RUNNING', steps: [begin(firstStep)] };
    case 'HELD':
      return decideHeld(steps, cause);
    case 'CANCELLED':
      return end([], steps, 'CANCELLED');
    case 'EXPIRED':
      return end([], steps, 'EXPIRED');
    case 'LEASE_LOST':
      return { to: 'QUEUED', steps: steps.filter(({ status }) => status === 'RUNNING').map(stepAfterLoss) };
  }
}

/** Which steps can never run, which one is begun, or that the execution waits, is given back, or has ended. */
function decideHeld(steps: readonly StepState[], cause: Extract<Cause, { kind: 'HELD' }>): Decided {
  const { outcome, stop, nowMs } = cause;
  const running = steps.find(({ status }) => status === 'RUNNING');
  if ((running === undefined) !== (outcome === null)) throw new Error('A holder goes on when no step is running.');
  const ended = running && outcome ? [stepAfter(running, outcome, cause)] : [];
  const now = applyTransitions(steps, ended, nowMs);
  const ending = stop === 'SHUTDOWN' ? null : stop;
  // The time limit alone lets an execution whose last step came to its own end be done.
  const isCutShort = outcome?.kind === 'STOPPED' || ended.some(({ to }) => to === 'CANCELLED');
  if (ending && (ending !== 'TIME_LIMIT' || isCutShort)) return end(ended, now, ending);
  const skipped = skips(now);
  const left = applyTransitions(now, skipped, nowMs);
  const decided = [...ended, ...skipped];
  if (left.every((step) => isFinalStep(step.status))) return finish(decided, left);
  if (ending) return end(ended, now, ending);
  if (stop === 'SHUTDOWN') return { to: 'QUEUED', steps: decided };
  return goOn(decided, left, nowMs);
}

function goOn(decided: StepTransition[], steps: readonly StepState[], nowMs: number): Decided {
  const isReady = ({ status, dependsOn, dueMs }: StepState) =>
    status === 'QUEUED'
      ? dependsOn.every((name) => statusOf(steps, name) === 'SUCCEEDED')
      : status === 'WAITING' && (dueMs ?? 0) <= nowMs;
  const next = steps.find(isReady);
  if (next) return { to: 'RUNNING', steps: [...decided, begin(next)], currentStep: next.name };
  const waiting = steps.filter(({ status }) => status === 'WAITING');
  const dueMs = Math.min(...waiting.map((step) => step.dueMs ?? nowMs));
  const first = waiting.find((step) => step.dueMs === dueMs);
  return { to: 'WAITING', steps: decided, wakeMs: Math.max(dueMs - nowMs, 0), currentStep: first?.name };
}

/** What an attempt waited for is over in that attempt; only a retry is another one. */
function begin({ position, status, attempt, waitsFor }: Ready): StepTransition {
  const isResumed = status === 'WAITING' && waitsFor !== 'RETRY';
  return { position, from: status, to: 'RUNNING', attempt: isResumed ? attempt : attempt + 1 };
}

function finish(decided: StepTransition[], steps: readonly StepState[]): Decided {
  const to = resultOf(steps.map(({ status }) => status));
  return { to, steps: decided, ...(to !== 'SUCCEEDED' && { error: reasonOf(to, steps) }) };
}

function reasonOf(to: FinalStatus, steps: readonly StepState[]): Reason {
  const inDoubt = steps.filter(({ isInDoubt }) => isInDoubt);
  if (inDoubt.length > 0) {
    const message = `It is unknown whether the step ${namesOf(inDoubt)} was completed. Check it, and call resolveStep.`;
    return { code: outcomeUnknown, message };
  }
  const names = namesOf(steps.filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT'));
  return to === 'TIMED_OUT'
    ? { code: 'TIMED_OUT', message: `The step ${names} exceeded its time limit.` }
    : { code: 'STEP_FAILED', message: `The step ${names} failed.` };
}

function namesOf(steps: readonly StepState[]): string {
  return steps.map(({ name }) => `"${name}"`).join(', ');
}

/** Ends it early: what never ran is skipped, what waits or was to be run again is cancelled. */
function end(ended: StepTransition[], steps: readonly StepState[], stop: EarlyEnd): Decided {
  const left = steps.flatMap(({ position, status: from, attempt, hasRun }): StepTransition[] =>
    from === 'QUEUED' || from === 'WAITING' ? [{ position, from, to: hasRun ? 'CANCELLED' : 'SKIPPED', attempt }] : [],
  );
  return { steps: [...ended, ...left], ...stops[stop] };
}

/** Queued steps that can never run, since one that they need has ended otherwise than well. In the order of running. */
function skips(steps: readonly StepState[]): StepTransition[] {
  const lost = new Set(
    steps.filter((step) => isFinalStep(step.status) && step.status !== 'SUCCEEDED').map((step) => step.name),
  );
  return steps.flatMap(({ name, position, status, dependsOn, attempt }) => {
    if (status !== 'QUEUED' || !dependsOn.some((needed) => lost.has(needed))) return [];
    lost.add(name);
    return [{ position, from: status, to: 'SKIPPED' as const, attempt }];
  });
}

function statusOf(steps: readonly StepState[], name: string): StepStatus | undefined {
  return steps.find((step) => step.name === name)?.status;
}
