import type { Outcome } from '../../src/domain/executions/attempt-step.ts';
import { type Cause, decide } from '../../src/domain/executions/decide.ts';
import {
  type ExecutionStatus,
  executionEvents,
  isFinal,
  isFinalStep,
  stepEvents,
} from '../../src/domain/executions/state.ts';
import {
  applyTransitions,
  type StepState,
  type StopReason,
  type Transition,
} from '../../src/domain/executions/transition.ts';
import type { Seen, System } from './execution-commands.ts';
import type { Ended, NewStep } from './execution-rules.ts';

/** What an attempt of the engine comes to. The waits are longer than any test. */
export const outcomes: Record<Ended, Outcome> = {
  SUCCEEDED: { kind: 'SUCCEEDED', output: { n: 1 } },
  WAITS: { kind: 'WAITS', wait: { kind: 'TIMER', seconds: 3_600 } },
  FAILS: { kind: 'FAILED', code: 'HTTP_STATUS', message: 'No.', isRetryable: false },
  'FAILS FOR NOW': { kind: 'FAILED', code: 'HTTP_STATUS', message: 'Not now.', isRetryable: true },
  TIMED_OUT: { kind: 'TIMED_OUT' },
  STOPPED: { kind: 'STOPPED' },
};
export const retryBaseMs = 3_600_000;

const nowMs = 0;

type StepInMemory = StepState & { error: string | null };
type Execution = {
  status: ExecutionStatus;
  error: string | null;
  token: number;
  isCancelAsked: boolean;
  steps: StepInMemory[];
  events: string[];
};

/** The engine without its database: what `decide` says is done. `onTransition` is told of all of it. */
export function executionsInMemory(onTransition: (transition: Transition) => void): System {
  const executions: Execution[] = [];
  const at = (n: number) => executions[n] ?? missing(n);

  function take(execution: Execution, transition: Transition): void {
    onTransition(transition);
    const { from, to, steps, error } = transition;
    const own = from === to ? [] : [executionEvents[to]];
    const ofSteps = steps.map((step) => stepEvents[step.to]);
    execution.events.push(...(to === 'RUNNING' ? [...own, ...ofSteps] : [...ofSteps, ...own]));
    execution.status = to;
    execution.error = error?.code ?? null;
    execution.steps = applyTransitions(execution.steps, steps, nowMs).map((step) => {
      const found = steps.find(({ position }) => position === step.position);
      if (!found) return step;
      return { ...step, error: found.error?.code ?? (found.to === 'CANCELLED' ? step.error : null) };
    });
  }
  const act = (execution: Execution, cause: Cause) => take(execution, decide(execution, cause));

  return {
    submit: async (steps) => {
      const base = { token: 0, isCancelAsked: false, events: ['execution.queued'] };
      executions.push({ ...base, status: 'QUEUED', error: null, steps: steps.map(toStep) });
    },
    claim: async (n) => {
      const execution = at(n);
      const isAwake = execution.steps.some(({ status, dueMs }) => status === 'WAITING' && (dueMs ?? 0) <= nowMs);
      if (execution.status !== 'QUEUED' && !(execution.status === 'WAITING' && isAwake)) return false;
      const start = decide(execution, { kind: 'STARTED' });
      take(execution, execution.token > 0 ? { ...start, steps: [] } : start);
      execution.token += 1;
      return true;
    },
    goOn: async (n, ended, asked) => {
      const execution = at(n);
      const stop: StopReason | null = execution.isCancelAsked ? 'CANCELLED' : asked;
      act(execution, { kind: 'HELD', outcome: ended && outcomes[ended], stop, nowMs, retryBaseMs });
    },
    lose: async (n) => act(at(n), { kind: 'LEASE_LOST' }),
    cancel: async (n) => {
      const execution = at(n);
      if (execution.status === 'CANCELLED' || execution.isCancelAsked) return true;
      if (isFinal(execution.status)) return false;
      if (execution.status === 'RUNNING') {
        execution.isCancelAsked = true;
        execution.events.push('execution.cancelRequested');
      } else act(execution, { kind: 'CANCELLED' });
      return true;
    },
    wake: async (n) => {
      const execution = at(n);
      execution.steps = execution.steps.map((step) => (step.status === 'WAITING' ? { ...step, dueMs: nowMs } : step));
    },
    see: async (n) => toSeen(at(n)),
    eventsOf: async (n) => at(n).events,
  };
}

function toStep({ needs, ...step }: NewStep, index: number): StepInMemory {
  return {
    ...{ ...step, dependsOn: needs, position: index + 1, status: 'QUEUED', attempt: 0, waitsFor: null, dueMs: null },
    ...{ isResumed: false, hasRun: false, isInDoubt: false, error: null },
  };
}

function toSeen({ status, error, token, steps }: Execution): Seen {
  return {
    ...{ status, error, token, stepsFinished: steps.filter((step) => isFinalStep(step.status)).length },
    steps: steps.map((step) => ({
      ...{ status: step.status, attempt: step.attempt, waitsFor: step.waitsFor },
      ...{ error: step.error, resolution: null, hasRun: step.hasRun },
    })),
  };
}

function missing(n: number): never {
  throw new Error(`There is no execution ${n}.`);
}
