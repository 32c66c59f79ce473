import { describe, expect, test } from 'vitest';
import type { StepMove } from '../../src/domain/executions/advance.ts';
import type { RunStep } from '../../src/domain/executions/claim.ts';
import { decide, type Stop } from '../../src/domain/executions/decide.ts';
import type { StepStatus } from '../../src/domain/executions/state.ts';

const nowMs = 10_000;

/** A chain of steps a, b, c … in these statuses. */
function chain(...statuses: StepStatus[]): RunStep[] {
  return statuses.map((status, index) => step(String.fromCharCode(97 + index), index + 1, status));
}

function step(name: string, position: number, status: StepStatus, more: Partial<RunStep> = {}): RunStep {
  return {
    position,
    name,
    status,
    dependsOn: position > 1 ? [String.fromCharCode(95 + position)] : [],
    attempt: status === 'QUEUED' ? 0 : 1,
    maxAttempts: 3,
    timeoutSeconds: 5,
    replaySafe: true,
    waitsFor: null,
    dueMs: null,
    output: null,
    isResumed: false,
    ...more,
  };
}

const settledTo = (position: number, to: StepStatus, more: Partial<StepMove> = {}): StepMove => ({
  position,
  from: 'RUNNING',
  to,
  attempt: 1,
  ...more,
});

/** The moves as `position: from → to`. */
function decided(steps: RunStep[], options: { settled?: StepMove; stop?: Stop } = {}) {
  const { moves, ...rest } = decide(steps, { settled: options.settled ?? null, stop: options.stop ?? null, nowMs });
  return { moves: moves.map(({ position, from, to }) => `${position}: ${from} → ${to}`), ...rest };
}

describe('going on', () => {
  test('ends a step and begins the next in one writing', () => {
    const settled = settledTo(1, 'SUCCEEDED');
    expect(decided(chain('RUNNING', 'QUEUED', 'QUEUED'), { settled })).toEqual({
      moves: ['1: RUNNING → SUCCEEDED', '2: QUEUED → RUNNING'],
      to: 'RUNNING',
      currentStep: 'b',
    });
  });

  test('ends the last step and the execution in one writing', () => {
    expect(decided(chain('RUNNING'), { settled: settledTo(1, 'SUCCEEDED') })).toEqual({
      moves: ['1: RUNNING → SUCCEEDED'],
      to: 'SUCCEEDED',
    });
  });

  test('skips what depends on a failed step, and what depends on that', () => {
    expect(decided(chain('RUNNING', 'QUEUED', 'QUEUED'), { settled: settledTo(1, 'FAILED') })).toEqual({
      moves: ['1: RUNNING → FAILED', '2: QUEUED → SKIPPED', '3: QUEUED → SKIPPED'],
      to: 'FAILED',
      error: { code: 'STEP_FAILED', message: 'The step "a" failed.' },
    });
  });

  test('runs what does not depend on a failed step', () => {
    const steps = [step('a', 1, 'RUNNING'), step('b', 2, 'QUEUED'), step('c', 3, 'QUEUED', { dependsOn: [] })];
    expect(decided(steps, { settled: settledTo(1, 'FAILED') })).toEqual({
      moves: ['1: RUNNING → FAILED', '2: QUEUED → SKIPPED', '3: QUEUED → RUNNING'],
      to: 'RUNNING',
      currentStep: 'c',
    });
  });

  test('waits when nothing else can run, until the first wait is over', () => {
    const settled = settledTo(1, 'WAITING', { waitsFor: 'TIMER', wakeMs: 700 });
    const other = step('b', 2, 'WAITING', { waitsFor: 'TIMER', dueMs: nowMs + 300, dependsOn: [] });
    expect(decided([step('a', 1, 'RUNNING'), other], { settled })).toEqual({
      moves: ['1: RUNNING → WAITING'],
      to: 'WAITING',
      wakeMs: 300,
      currentStep: 'b',
    });
  });

  test('runs another step while one waits', () => {
    const settled = settledTo(1, 'WAITING', { waitsFor: 'TIMER', wakeMs: 700 });
    const steps = [step('a', 1, 'RUNNING'), step('b', 2, 'QUEUED', { dependsOn: [] })];
    expect(decided(steps, { settled })).toMatchObject({ to: 'RUNNING', currentStep: 'b' });
  });

  test.each(['TIMER', 'RETRY'] as const)('after %s begins the same or another attempt', (waitsFor) => {
    const waiting = step('a', 1, 'WAITING', { waitsFor, dueMs: nowMs });
    const [begun] = decide([waiting], { settled: null, stop: null, nowMs }).moves;
    expect(begun).toMatchObject({ from: 'WAITING', to: 'RUNNING', attempt: waitsFor === 'TIMER' ? 1 : 2 });
  });
});

describe('stopping', () => {
  test.each<[Stop, string, string | undefined]>([
    ['CANCELLED', 'CANCELLED', undefined],
    ['TIME_LIMIT', 'TIMED_OUT', 'TIMED_OUT'],
    ['FORBIDDEN', 'FAILED', 'FORBIDDEN'],
  ])('by %s skips what is queued and cancels what waits', (stop, to, code) => {
    const steps = [...chain('SUCCEEDED', 'QUEUED'), step('c', 3, 'WAITING', { waitsFor: 'TIMER', dueMs: nowMs + 1 })];
    const decision = decided(steps, { stop });
    expect(decision).toMatchObject({ moves: ['2: QUEUED → SKIPPED', '3: WAITING → CANCELLED'], to });
    expect(decision.error?.code).toBe(code);
  });

  test('by cancellation ends also a step that was to be tried again, in one move', () => {
    const settled = settledTo(1, 'WAITING', { waitsFor: 'RETRY', wakeMs: 2_000 });
    const { moves } = decide(chain('RUNNING', 'QUEUED'), { settled, stop: 'CANCELLED', nowMs });
    expect(moves[0]).toMatchObject({ from: 'RUNNING', to: 'CANCELLED' });
    expect(moves[0]?.wakeMs).toBeUndefined();
    expect(moves[1]).toMatchObject({ from: 'QUEUED', to: 'SKIPPED' });
  });

  test('by cancellation keeps the result of a step that was just done', () => {
    const settled = settledTo(1, 'SUCCEEDED', { output: 1 });
    expect(decided(chain('RUNNING'), { settled, stop: 'CANCELLED' })).toEqual({
      moves: ['1: RUNNING → SUCCEEDED'],
      to: 'CANCELLED',
    });
  });

  test.each<Stop>(['TIME_LIMIT', 'SHUTDOWN'])('by %s lets an execution that is done be done', (stop) => {
    expect(decided(chain('RUNNING'), { settled: settledTo(1, 'SUCCEEDED'), stop })).toMatchObject({ to: 'SUCCEEDED' });
  });

  test('by shutdown gives back what is left', () => {
    const settled = settledTo(1, 'QUEUED', { attempt: 0 });
    expect(decided(chain('RUNNING', 'QUEUED'), { settled, stop: 'SHUTDOWN' })).toEqual({
      moves: ['1: RUNNING → QUEUED'],
      to: 'QUEUED',
    });
  });
});
