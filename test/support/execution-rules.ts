import type { ExecutionStatus, StepStatus } from '../../src/domain/executions/state.ts';
import type { StepResolution, StepWait } from '../../src/generated/prisma/enums.ts';

/*
 * The rules of executions, said a second time and as plainly as possible. It shares no code with the engine, and the tests
 * compare the two: a rule that somebody changes in one of them has to be changed in the other.
 */

export type RuleStep = {
  name: string;
  needs: readonly string[];
  maxAttempts: number;
  replaySafe: boolean;
  status: StepStatus;
  attempt: number;
  waitsFor: StepWait | null;
  /** Whether what it waits for is over. */
  isDue: boolean;
  hasRun: boolean;
  error: string | null;
  resolution: StepResolution | null;
};

export type RuleExecution = {
  status: ExecutionStatus;
  error: string | null;
  isCancelAsked: boolean;
  isRetried: boolean;
  /** How often it was claimed: the fencing token of its latest holder. */
  token: number;
  steps: RuleStep[];
  /** The types of its events, in order. */
  events: string[];
};

/** What a step came to. `STOPPED` is only for a holder that is told to stop. */
export type Ended = 'SUCCEEDED' | 'WAITS' | 'FAILS' | 'FAILS FOR NOW' | 'TIMED_OUT' | 'STOPPED';
export type Stop = 'TIME_LIMIT' | 'FORBIDDEN' | 'SHUTDOWN';
type Reason = Stop | 'CANCELLED' | null;

export type NewStep = Pick<RuleStep, 'name' | 'needs' | 'maxAttempts' | 'replaySafe'>;

export function submitted(steps: readonly NewStep[]): RuleExecution {
  const fresh = { status: 'QUEUED', attempt: 0, waitsFor: null, isDue: false, hasRun: false } as const;
  return {
    ...{ status: 'QUEUED', error: null, isCancelAsked: false, isRetried: false, token: 0 },
    steps: steps.map((step) => ({ ...step, ...fresh, error: null, resolution: null })),
    events: ['execution.queued'],
  };
}

const over = ['SUCCEEDED', 'FAILED', 'PARTIAL', 'SKIPPED', 'CANCELLED', 'TIMED_OUT'];

export function isOver({ status }: { status: string }): boolean {
  return over.includes(status);
}

export function runningStep({ steps }: RuleExecution): RuleStep | undefined {
  return steps.find(({ status }) => status === 'RUNNING');
}

/** A worker takes what is queued, or what waits for something that is over. @returns whether it could. */
export function claim(execution: RuleExecution): boolean {
  const { status, steps } = execution;
  const isAwake = steps.some((step) => step.status === 'WAITING' && step.isDue);
  if (status !== 'QUEUED' && !(status === 'WAITING' && isAwake)) return false;
  enter(execution, 'RUNNING');
  execution.token += 1;
  const [first] = steps;
  if (execution.token === 1 && first?.status === 'QUEUED') begin(execution, first);
  return true;
}

/** The holder goes on: with what the running step came to, or with nothing after a claim. */
export function goOn(execution: RuleExecution, ended: Ended | null, stop: Stop | null): void {
  const reason = execution.isCancelAsked ? 'CANCELLED' : stop;
  const running = runningStep(execution);
  if (running && ended) endAttempt(execution, running, { ended, reason });
  const isCutShort = ended === 'STOPPED' || running?.status === 'CANCELLED';
  const hopeless = hopelessSteps(execution);
  const isDone = execution.steps.every((step) => isOver(step) || hopeless.includes(step));
  if (reason === 'CANCELLED') stopAll(execution, 'CANCELLED', null);
  else if (reason === 'FORBIDDEN') stopAll(execution, 'FAILED', 'FORBIDDEN');
  else if (reason === 'TIME_LIMIT' && (isCutShort || !isDone)) stopAll(execution, 'TIMED_OUT', 'TIMED_OUT');
  else {
    for (const step of hopeless) move(execution, step, 'SKIPPED');
    const next = execution.steps.find((step) => canBegin(execution, step));
    if (isDone) finish(execution);
    else if (reason === 'SHUTDOWN') enter(execution, 'QUEUED');
    else if (next) begin(execution, next);
    else enter(execution, 'WAITING');
  }
}

function endAttempt(
  execution: RuleExecution,
  step: RuleStep,
  { ended, reason }: { ended: Ended; reason: Reason },
): void {
  const isEnding = reason !== null && reason !== 'SHUTDOWN';
  const canRepeat = step.replaySafe && step.attempt < step.maxAttempts;
  if (ended === 'SUCCEEDED') move(execution, step, 'SUCCEEDED');
  else if (ended === 'WAITS') wait(execution, step, { waitsFor: 'TIMER', isEnding });
  else if (ended === 'STOPPED') stopStep(execution, step, reason);
  else {
    step.error = ended === 'TIMED_OUT' ? 'TIMED_OUT' : 'HTTP_STATUS';
    if (canRepeat && ended !== 'FAILS') wait(execution, step, { waitsFor: 'RETRY', isEnding });
    else move(execution, step, ended === 'TIMED_OUT' ? 'TIMED_OUT' : 'FAILED');
  }
}

/** Nothing waits in an execution that is about to end. */
function wait(
  execution: RuleExecution,
  step: RuleStep,
  { waitsFor, isEnding }: { waitsFor: StepWait; isEnding: boolean },
): void {
  if (!isEnding) step.waitsFor = waitsFor;
  move(execution, step, isEnding ? 'CANCELLED' : 'WAITING');
}

function stopStep(execution: RuleExecution, step: RuleStep, reason: Reason): void {
  if (reason === 'CANCELLED') move(execution, step, 'CANCELLED');
  else if (reason === 'TIME_LIMIT') {
    step.error = 'TIMED_OUT';
    move(execution, step, 'TIMED_OUT');
  } else if (step.replaySafe) {
    // What a shutdown cuts short is no attempt.
    step.attempt -= 1;
    move(execution, step, 'QUEUED');
  } else {
    step.error = 'OUTCOME_UNKNOWN';
    move(execution, step, 'FAILED');
  }
}

/** Nobody renews the lease any more. */
export function lose(execution: RuleExecution): void {
  const step = runningStep(execution);
  if (step) {
    const canRepeat = step.replaySafe && step.attempt < step.maxAttempts;
    step.error = step.replaySafe ? 'WORKER_LOST' : 'OUTCOME_UNKNOWN';
    move(execution, step, canRepeat ? 'QUEUED' : 'FAILED');
  }
  enter(execution, 'QUEUED');
}

/** @returns false when it is refused. */
export function cancel(execution: RuleExecution): boolean {
  if (execution.status === 'CANCELLED' || execution.isCancelAsked) return true;
  if (isOver(execution)) return false;
  if (execution.status === 'RUNNING') {
    execution.isCancelAsked = true;
    execution.events.push('execution.cancelRequested');
  } else stopAll(execution, 'CANCELLED', null);
  return true;
}

/** What its steps wait for is over. */
export function wake({ steps }: RuleExecution): void {
  for (const step of steps) step.isDue = step.status === 'WAITING';
}

/** Somebody says how a step ended. @returns the retry, null when there is none, or false when it is refused. */
export function resolve(
  execution: RuleExecution,
  step: RuleStep,
  resolution: StepResolution,
): RuleExecution | null | false {
  const isInDoubt = step.error === 'OUTCOME_UNKNOWN' && step.resolution === null;
  if (!isOver(execution) || !isInDoubt || execution.isRetried) return false;
  step.resolution = resolution;
  execution.events.push('executionStep.resolved');
  const hasFailed = execution.status === 'FAILED' || execution.status === 'PARTIAL';
  if (resolution === 'FAILED' || !hasFailed || execution.error === 'FORBIDDEN') return null;
  execution.isRetried = true;
  const retry = submitted(execution.steps);
  retry.steps = execution.steps.map((earlier, index): RuleStep => {
    if (earlier === step) return { ...earlier, status: 'SUCCEEDED', error: null };
    return earlier.status === 'SKIPPED' ? (retry.steps[index] ?? earlier) : { ...earlier };
  });
  return retry;
}

function stopAll(execution: RuleExecution, to: ExecutionStatus, error: string | null): void {
  for (const step of execution.steps) {
    if (!isOver(step)) move(execution, step, step.hasRun ? 'CANCELLED' : 'SKIPPED');
  }
  enter(execution, to);
  execution.error = error;
}

function finish(execution: RuleExecution): void {
  const { steps } = execution;
  const has = (status: StepStatus) => steps.some((step) => step.status === status);
  const isInDoubt = steps.some((step) => step.error === 'OUTCOME_UNKNOWN' && step.resolution === null);
  if (has('FAILED')) {
    enter(execution, has('SUCCEEDED') ? 'PARTIAL' : 'FAILED');
    execution.error = isInDoubt ? 'OUTCOME_UNKNOWN' : 'STEP_FAILED';
  } else if (has('TIMED_OUT')) {
    enter(execution, 'TIMED_OUT');
    execution.error = 'TIMED_OUT';
  } else enter(execution, 'SUCCEEDED');
}

/** What needs a step that has ended otherwise than well, or one that needs such a step. */
function hopelessSteps({ steps }: RuleExecution): RuleStep[] {
  const hopeless: RuleStep[] = [];
  for (const step of steps) {
    const needed = steps.filter(({ name }) => step.needs.includes(name));
    const isLost = needed.some((one) => hopeless.includes(one) || (isOver(one) && one.status !== 'SUCCEEDED'));
    if (step.status === 'QUEUED' && isLost) hopeless.push(step);
  }
  return hopeless;
}

function canBegin({ steps }: RuleExecution, step: RuleStep): boolean {
  if (step.status === 'WAITING') return step.isDue;
  const needed = steps.filter(({ name }) => step.needs.includes(name));
  return step.status === 'QUEUED' && needed.every(({ status }) => status === 'SUCCEEDED');
}

function begin(execution: RuleExecution, step: RuleStep): void {
  if (step.waitsFor !== 'TIMER') step.attempt += 1;
  step.hasRun = true;
  step.error = null;
  move(execution, step, 'RUNNING');
}

const names: Record<string, string> = { RUNNING: 'started', TIMED_OUT: 'timedOut' };
const nameOf = (status: string) => names[status] ?? status.toLowerCase();

function move(execution: RuleExecution, step: RuleStep, to: StepStatus): void {
  step.status = to;
  step.isDue = false;
  if (to !== 'WAITING') step.waitsFor = null;
  execution.events.push(`executionStep.${nameOf(to)}`);
}

function enter(execution: RuleExecution, to: ExecutionStatus): void {
  execution.status = to;
  execution.events.push(`execution.${nameOf(to)}`);
}
