import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/domain/executions/attempt-step.ts';
import { decide } from '../../src/domain/executions/decide.ts';
import type { StepStatus } from '../../src/domain/executions/state.ts';
import { applyTransitions, type StepState, type StopReason } from '../../src/domain/executions/transition.ts';

const nowMs = 10_000;

/** A chain of steps a, b, c … in these statuses. */
function chain(...statuses: StepStatus[]): StepState[] {
  return statuses.map((status, index) => step(String.fromCharCode(97 + index), index + 1, status));
}

function step(name: string, position: number, status: StepStatus, more: Partial<StepState> = {}): StepState {
  return {
    position,
    name,
    status,
    dependsOn: position > 1 ? [String.fromCharCode(95 + position)] : [],
    attempt: status === 'QUEUED' ? 0 : 1,
    maxAttempts: 3,
    replaySafe: true,
    waitsFor: null,
    dueMs: null,
    isResumed: false,
    hasRun: status !== 'QUEUED',
    isInDoubt: false,
    ...more,
  };
}

const succeeded: Outcome = { kind: 'SUCCEEDED', output: 1 };
const failed: Outcome = { kind: 'FAILED', code: 'X', message: 'x', isRetryable: false };
const passing: Outcome = { ...failed, isRetryable: true };
const waits: Outcome = { kind: 'WAITS', wait: { kind: 'TIMER', seconds: 0.7 } };

type Given = { outcome?: Outcome; stop?: StopReason };

function decideHeld(steps: StepState[], { outcome, stop }: Given = {}) {
  const cause = { kind: 'HELD', outcome: outcome ?? null, stop: stop ?? null, nowMs, retryBaseMs: 2_000 } as const;
  return decide({ status: 'RUNNING', steps }, cause);
}

/** The transitions of steps as `position: from → to`. */
function decided(given: StepState[], options: Given) {
  const { steps, from, ...rest } = decideHeld(given, options);
  expect(from).toBe('RUNNING');
  return { steps: steps.map((step) => `${step.position}: ${step.from} → ${step.to}`), ...rest };
}

describe('going on', () => {
  test('ends a step and begins the next in one writing', () => {
    const outcome = succeeded;
    expect(decided(chain('RUNNING', 'QUEUED', 'QUEUED'), { outcome })).toEqual({
      steps: ['1: RUNNING → SUCCEEDED', '2: QUEUED → RUNNING'],
      to: 'RUNNING',
      currentStep: 'b',
    });
  });

  test('ends the last step and the execution in one writing', () => {
    expect(decided(chain('RUNNING'), { outcome: succeeded })).toEqual({
      steps: ['1: RUNNING → SUCCEEDED'],
      to: 'SUCCEEDED',
    });
  });

  test('skips what depends on a failed step, and what depends on that', () => {
    expect(decided(chain('RUNNING', 'QUEUED', 'QUEUED'), { outcome: failed })).toEqual({
      steps: ['1: RUNNING → FAILED', '2: QUEUED → SKIPPED', '3: QUEUED → SKIPPED'],
      to: 'FAILED',
      error: { code: 'STEP_FAILED', message: 'The step "a" failed.' },
    });
  });

  test('runs what does not depend on a failed step', () => {
    const steps = [step('a', 1, 'RUNNING'), step('b', 2, 'QUEUED'), step('c', 3, 'QUEUED', { dependsOn: [] })];
    expect(decided(steps, { outcome: failed })).toEqual({
      steps: ['1: RUNNING → FAILED', '2: QUEUED → SKIPPED', '3: QUEUED → RUNNING'],
      to: 'RUNNING',
      currentStep: 'c',
    });
  });

  test('waits when nothing else can run, until the first wait is over', () => {
    const outcome = waits;
    const other = step('b', 2, 'WAITING', { waitsFor: 'TIMER', dueMs: nowMs + 300, dependsOn: [] });
    expect(decided([step('a', 1, 'RUNNING'), other], { outcome })).toEqual({
      steps: ['1: RUNNING → WAITING'],
      to: 'WAITING',
      wakeMs: 300,
      currentStep: 'b',
    });
  });

  test('runs another step while one waits', () => {
    const outcome = waits;
    const steps = [step('a', 1, 'RUNNING'), step('b', 2, 'QUEUED', { dependsOn: [] })];
    expect(decided(steps, { outcome })).toMatchObject({ to: 'RUNNING', currentStep: 'b' });
  });

  test.each(['TIMER', 'RETRY'] as const)('after %s begins the same or another attempt', (waitsFor) => {
    const waiting = step('a', 1, 'WAITING', { waitsFor, dueMs: nowMs });
    const [begun] = decideHeld([waiting]).steps;
    expect(begun).toMatchObject({ from: 'WAITING', to: 'RUNNING', attempt: waitsFor === 'TIMER' ? 1 : 2 });
  });
});

describe('stopping', () => {
  test.each<[StopReason, string, string | undefined]>([
    ['CANCELLED', 'CANCELLED', undefined],
    ['TIME_LIMIT', 'TIMED_OUT', 'TIMED_OUT'],
    ['FORBIDDEN', 'FAILED', 'FORBIDDEN'],
  ])('by %s skips what is queued and cancels what waits', (stop, to, code) => {
    const steps = [...chain('SUCCEEDED', 'QUEUED'), step('c', 3, 'WAITING', { waitsFor: 'TIMER', dueMs: nowMs + 1 })];
    const decision = decided(steps, { stop });
    expect(decision).toMatchObject({ steps: ['2: QUEUED → SKIPPED', '3: WAITING → CANCELLED'], to });
    expect(decision.error?.code).toBe(code);
  });

  test('by cancellation says of a step that was to be run again that it ran', () => {
    const lost = decide({ status: 'RUNNING', steps: chain('RUNNING', 'QUEUED') }, { kind: 'LEASE_LOST' });
    expect(lost.steps).toMatchObject([{ to: 'QUEUED', error: { code: 'WORKER_LOST' } }]);
    const queued = applyTransitions(chain('RUNNING', 'QUEUED'), lost.steps, nowMs);
    for (const cancelled of [
      decide({ status: 'QUEUED', steps: queued }, { kind: 'CANCELLED' }),
      decideHeld(queued, { stop: 'CANCELLED' }),
    ]) {
      expect(cancelled.steps.map(({ from, to }) => [from, to])).toEqual([
        ['QUEUED', 'CANCELLED'],
        ['QUEUED', 'SKIPPED'],
      ]);
    }
  });

  test('by cancellation ends also a step that was to be tried again, in one move', () => {
    const { steps } = decideHeld(chain('RUNNING', 'QUEUED'), { outcome: passing, stop: 'CANCELLED' });
    expect(steps[0]).toMatchObject({ from: 'RUNNING', to: 'CANCELLED' });
    expect(steps[0]?.wakeMs).toBeUndefined();
    expect(steps[1]).toMatchObject({ from: 'QUEUED', to: 'SKIPPED' });
  });

  test('by cancellation keeps the result of a step that was just done', () => {
    expect(decided(chain('RUNNING'), { outcome: succeeded, stop: 'CANCELLED' })).toEqual({
      steps: ['1: RUNNING → SUCCEEDED'],
      to: 'CANCELLED',
    });
  });

  test.each<StopReason>(['TIME_LIMIT', 'SHUTDOWN'])('by %s lets an execution that is done be done', (stop) => {
    expect(decided(chain('RUNNING'), { outcome: succeeded, stop })).toMatchObject({ to: 'SUCCEEDED' });
  });

  test('by the time limit in the last step ends TIMED_OUT, also if another step failed before', () => {
    const steps = [step('a', 1, 'FAILED'), step('b', 2, 'RUNNING', { dependsOn: [] })];
    expect(decided(steps, { outcome: { kind: 'STOPPED' }, stop: 'TIME_LIMIT' })).toMatchObject({
      steps: ['2: RUNNING → TIMED_OUT'],
      to: 'TIMED_OUT',
      error: { code: 'TIMED_OUT', message: 'The execution exceeded its time limit.' },
    });
  });

  test('by shutdown gives back what is left', () => {
    const outcome: Outcome = { kind: 'STOPPED' };
    expect(decided(chain('RUNNING', 'QUEUED'), { outcome, stop: 'SHUTDOWN' })).toEqual({
      steps: ['1: RUNNING → QUEUED'],
      to: 'QUEUED',
    });
  });
});
