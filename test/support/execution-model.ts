import fc from 'fast-check';
import type { Outcome } from '../../src/domain/executions/attempt-step.ts';
import { type Cause, decide } from '../../src/domain/executions/decide.ts';
import { type ExecutionStatus, executionEvents, isFinal, stepEvents } from '../../src/domain/executions/state.ts';
import {
  applyTransitions,
  type StepState,
  type StopReason,
  type Transition,
} from '../../src/domain/executions/transition.ts';

/** An execution in memory, and the types of the events that the log has of it. */
export type Model = {
  status: ExecutionStatus;
  hasStarted: boolean;
  isCancelRequested: boolean;
  steps: StepState[];
  events: string[];
};

/** What can happen to an execution. What cannot happen where it is at the moment is passed over. */
export type Happening =
  | { kind: 'CLAIM' }
  | { kind: 'OUTCOME'; outcome: Outcome; stop: StopReason | null }
  | { kind: 'CANCEL' }
  | { kind: 'LOSS' }
  | { kind: 'WAKE' };

/** Told of everything that happens: `decided` is null when it is no transition. */
export type Follower = (happening: Happening['kind'] | 'NEXT', decided: Transition | null) => Promise<void> | void;

const nowMs = 0;
const retryBaseMs = 1_000;

/** Steps that depend on some of those before them. */
export const randomSteps: fc.Arbitrary<StepState[]> = fc
  .array(
    fc.record({ needs: fc.array(fc.nat(4)), maxAttempts: fc.integer({ min: 1, max: 3 }), replaySafe: fc.boolean() }),
    { minLength: 1, maxLength: 5 },
  )
  .map((drawn) =>
    drawn.map(({ needs, ...step }, index) => ({
      ...step,
      position: index + 1,
      name: `s${index + 1}`,
      status: 'QUEUED',
      dependsOn: [...new Set(needs)].filter((needed) => needed < index).map((needed) => `s${needed + 1}`),
      attempt: 0,
      waitsFor: null,
      dueMs: null,
      isResumed: false,
      hasRun: false,
      isInDoubt: false,
    })),
  );

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Outcome>({ kind: 'SUCCEEDED', output: { n: 1 } }) },
  fc.constant<Outcome>({ kind: 'WAITS', wait: { kind: 'TIMER', seconds: 60 } }),
  fc.boolean().map((isRetryable): Outcome => ({ kind: 'FAILED', code: 'HTTP_STATUS', message: 'No.', isRetryable })),
  fc.constant<Outcome>({ kind: 'TIMED_OUT' }),
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Happening>({ kind: 'CLAIM' }) },
  { weight: 6, arbitrary: outcome.map((ended): Happening => ({ kind: 'OUTCOME', outcome: ended, stop: null })) },
  fc
    .record({
      outcome: fc.oneof(outcome, fc.constant<Outcome>({ kind: 'STOPPED' })),
      stop: fc.constantFrom<StopReason>('SHUTDOWN', 'SHUTDOWN', 'TIME_LIMIT', 'CANCELLED', 'FORBIDDEN'),
    })
    .map((drawn): Happening => ({ kind: 'OUTCOME', ...drawn })),
  { weight: 2, arbitrary: fc.constantFrom<Happening>({ kind: 'LOSS' }, { kind: 'WAKE' }) },
  fc.constant<Happening>({ kind: 'CANCEL' }),
);
export const happenings = fc.array(happening, { minLength: 3, maxLength: 40 });

export function newModel(steps: StepState[]): Model {
  return { status: 'QUEUED', hasStarted: false, isCancelRequested: false, steps, events: ['execution.queued'] };
}

/** Lets something happen, as far as it can; every transition is decided by `decide` and told to the follower. */
export async function happen(model: Model, given: Happening, follow: Follower): Promise<void> {
  const isRunning = model.status === 'RUNNING';
  switch (given.kind) {
    case 'CLAIM':
      if (!isRunning && !isFinal(model.status)) await claim(model, follow);
      return;
    case 'OUTCOME':
      if (!isRunning) return;
      if (given.stop === 'CANCELLED' && !model.isCancelRequested) await requestCancellation(model, follow);
      return hold(model, { outcome: given.outcome, stop: model.isCancelRequested ? 'CANCELLED' : given.stop }, follow);
    case 'CANCEL':
      // Asked for again, it changes nothing.
      if (isFinal(model.status) || model.isCancelRequested) return;
      if (isRunning) await requestCancellation(model, follow);
      else await take(model, { kind: 'CANCELLED' }, 'CANCEL', follow);
      return;
    case 'LOSS':
      if (isRunning) await take(model, { kind: 'LEASE_LOST' }, 'LOSS', follow);
      return;
    case 'WAKE':
      model.steps = model.steps.map((step) => (step.status === 'WAITING' ? { ...step, dueMs: nowMs } : step));
      await follow('WAKE', null);
  }
}

/** A claim begins the first step of what has never run; otherwise its holder decides what comes next. */
async function claim(model: Model, follow: Follower): Promise<void> {
  if (model.status === 'WAITING') await happen(model, { kind: 'WAKE' }, follow);
  const start = decide(model, { kind: 'STARTED' });
  const taken = model.hasStarted ? { ...start, steps: [] } : start;
  apply(model, taken);
  model.hasStarted = true;
  await follow('CLAIM', taken);
  if (taken.steps.length === 0) {
    await hold(model, { outcome: null, stop: model.isCancelRequested ? 'CANCELLED' : null }, follow);
  }
}

async function hold(
  model: Model,
  held: { outcome: Outcome | null; stop: StopReason | null },
  follow: Follower,
): Promise<void> {
  await take(model, { kind: 'HELD', ...held, nowMs, retryBaseMs }, 'NEXT', follow);
}

async function take(model: Model, cause: Cause, told: Happening['kind'] | 'NEXT', follow: Follower): Promise<void> {
  const decided = decide(model, cause);
  apply(model, decided);
  await follow(told, decided);
}

async function requestCancellation(model: Model, follow: Follower): Promise<void> {
  model.isCancelRequested = true;
  model.events.push('execution.cancelRequested');
  await follow('CANCEL', null);
}

function apply(model: Model, { from, to, steps }: Transition): void {
  if (model.status !== from) throw new Error(`The transition begins in ${from}, and the execution is ${model.status}.`);
  for (const step of steps) {
    const found = model.steps.find(({ position }) => position === step.position);
    if (found?.status !== step.from) throw new Error(`The transition of step ${step.position} begins elsewhere.`);
  }
  const own = from === to ? [] : [executionEvents[to]];
  const ofSteps = steps.map((step) => stepEvents[step.to]);
  model.events.push(...(to === 'RUNNING' ? [...own, ...ofSteps] : [...ofSteps, ...own]));
  model.status = to;
  model.steps = applyTransitions(model.steps, steps, nowMs);
}
