import { describe, expect, test } from 'vitest';
import { attemptStep, type Outcome } from '../../src/domain/executions/attempt-step.ts';
import { stepAfter } from '../../src/domain/executions/step-after.ts';
import { StepFailure, type StepResult } from '../../src/domain/executions/step-types/step-type.ts';
import type { StepState, StopReason } from '../../src/domain/executions/transition.ts';

const never = new Promise<StepResult>(() => {});

function attempt(
  work: (signal: AbortSignal) => Promise<StepResult>,
  more: Partial<Parameters<typeof attemptStep>[0]> = {},
) {
  const faults: unknown[] = [];
  const stopping = new AbortController().signal;
  const outcome = attemptStep({
    work,
    timeoutMs: 5_000,
    graceMs: 20,
    stopping,
    onFault: (e) => faults.push(e),
    ...more,
  });
  return { outcome, faults };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

describe('an attempt', () => {
  test('ends with an output', async () => {
    const { outcome } = attempt(async () => ({ output: 1 }));
    expect(await outcome).toEqual({ kind: 'SUCCEEDED', output: 1 });
  });

  test('ends with the wish to wait', async () => {
    const { outcome } = attempt(async () => ({ wait: { kind: 'TIMER', seconds: 3 } }));
    expect(await outcome).toEqual({ kind: 'WAITS', wait: { kind: 'TIMER', seconds: 3 } });
  });

  test('ends with its own failure', async () => {
    const { outcome, faults } = attempt(async () => {
      throw new StepFailure('HTTP_STATUS', 'answered 503', { isRetryable: true });
    });
    expect(await outcome).toEqual({ kind: 'FAILED', code: 'HTTP_STATUS', message: 'answered 503', isRetryable: true });
    expect(faults).toEqual([]);
  });

  test('hides a fault of ours, and reports it', async () => {
    const { outcome, faults } = attempt(async () => {
      throw new TypeError('secret is not a function');
    });
    expect(await outcome).toMatchObject({ kind: 'FAILED', code: 'INTERNAL' });
    expect(JSON.stringify(await outcome)).not.toContain('secret');
    expect(faults).toHaveLength(1);
  });

  test('is timed out at its limit', async () => {
    const { outcome } = attempt(
      async (signal) => {
        await untilAborted(signal);
        throw signal.reason;
      },
      { timeoutMs: 5 },
    );
    expect(await outcome).toEqual({ kind: 'TIMED_OUT' });
  });

  test('is cut off after the grace time when it ignores its signal', async () => {
    const { outcome } = attempt(() => never, { timeoutMs: 5 });
    expect(await outcome).toEqual({ kind: 'TIMED_OUT' });
  });

  test('counts when it is done within the grace time all the same', async () => {
    const { outcome } = attempt(
      async (signal) => {
        await untilAborted(signal);
        return { output: 'just in time' };
      },
      { timeoutMs: 5, graceMs: 5_000 },
    );
    expect(await outcome).toEqual({ kind: 'SUCCEEDED', output: 'just in time' });
  });

  test('is stopped with its holder', async () => {
    const stopping = new AbortController();
    const { outcome } = attempt(() => never, { stopping: stopping.signal });
    stopping.abort();
    expect(await outcome).toEqual({ kind: 'STOPPED' });
  });
});

describe('what becomes of a step', () => {
  const running = (more: Partial<StepState> = {}) =>
    ({ position: 1, attempt: 1, maxAttempts: 3, replaySafe: true, ...more }) as StepState;
  const failed: Outcome = { kind: 'FAILED', code: 'HTTP_STATUS', message: 'x', isRetryable: true };
  const becomes = (step: StepState, outcome: Outcome, stop: StopReason | null = null) =>
    stepAfter(step, outcome, { stop, retryBaseMs: 2_000, random: () => 0 });

  test.each<[string, StepState, Outcome, StopReason | null, object]>([
    ['after a success', running(), { kind: 'SUCCEEDED', output: 1 }, null, { to: 'SUCCEEDED', output: 1 }],
    [
      'that wants to wait',
      running(),
      { kind: 'WAITS', wait: { kind: 'TIMER', seconds: 3 } },
      null,
      { to: 'WAITING', waitsFor: 'TIMER', wakeMs: 3_000 },
    ],
    ['after a first failure', running(), failed, null, { to: 'WAITING', waitsFor: 'RETRY', wakeMs: 2_000 }],
    ['after a second', running({ attempt: 2 }), failed, null, { to: 'WAITING', wakeMs: 4_000 }],
    ['after the last', running({ attempt: 3 }), failed, null, { to: 'FAILED', error: { code: 'HTTP_STATUS' } }],
    ['that is not safe to repeat', running({ replaySafe: false }), failed, null, { to: 'FAILED' }],
    ['whose failure will not pass', running(), { ...failed, isRetryable: false }, null, { to: 'FAILED' }],
    ['that took too long', running(), { kind: 'TIMED_OUT' }, null, { to: 'WAITING', waitsFor: 'RETRY' }],
    ['that took too long at last', running({ attempt: 3 }), { kind: 'TIMED_OUT' }, null, { to: 'TIMED_OUT' }],
    ['cancelled', running(), { kind: 'STOPPED' }, 'CANCELLED', { to: 'CANCELLED' }],
    ['at the execution’s limit', running(), { kind: 'STOPPED' }, 'TIME_LIMIT', { to: 'TIMED_OUT' }],
    ['at a shutdown', running(), { kind: 'STOPPED' }, 'SHUTDOWN', { to: 'QUEUED', attempt: 0 }],
    [
      'at a shutdown, not safe to repeat',
      running({ replaySafe: false }),
      { kind: 'STOPPED' },
      'SHUTDOWN',
      { to: 'FAILED', error: { code: 'OUTCOME_UNKNOWN' } },
    ],
  ])('%s', (_, step, outcome, stop, expected) => {
    expect(becomes(step, outcome, stop)).toMatchObject(expected);
  });

  const attempts = Array.from({ length: 9 }, (_, n) => [n + 1, 2_000 * 2 ** n] as const);
  test.each(attempts)('after attempt %i backs off %i ms, and up to a quarter longer by chance', (attempt, ms) => {
    const step = running({ attempt, maxAttempts: 10 });
    const waits = [0, 0.5, 1].map(
      (random) => stepAfter(step, failed, { stop: null, retryBaseMs: 2_000, random: () => random }).wakeMs,
    );
    expect(waits).toEqual([ms, ms * 1.125, ms * 1.25]);
  });

  test.each([
    ['longer than the backoff', 60_000, 60_000],
    ['shorter than the backoff', 500, 2_000],
    ['longer than the bound', 86_400_000, 900_000],
  ])('waits for what the other side asked for, if that is %s', (_, retryAfterMs, wakeMs) => {
    const told = { ...failed, retryAfterMs };
    expect(becomes(running(), told)).toMatchObject({ to: 'WAITING', waitsFor: 'RETRY', wakeMs });
    const late = stepAfter(running(), told, { stop: null, retryBaseMs: 2_000, random: () => 1 });
    expect(late.wakeMs).toBe(wakeMs * 1.25);
  });
});
