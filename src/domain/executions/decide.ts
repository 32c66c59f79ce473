import type { Advance, RunError, StepMove } from './advance.ts';
import type { RunStep } from './claim.ts';
import { type FinalStatus, isFinalStep, resultOf, type StepStatus } from './state.ts';

/** Why a holder stops before the plan's end. A lost lease is none of these: its holder decides nothing any more. */
export type Stop = 'CANCELLED' | 'TIME_LIMIT' | 'FORBIDDEN' | 'SHUTDOWN';

/** What a holder does next: everything but the facts of who writes it. */
export type Decision = Pick<Advance, 'moves' | 'to' | 'wakeMs' | 'currentStep' | 'error'>;

const stops: Record<Exclude<Stop, 'SHUTDOWN'>, { to: FinalStatus; error?: RunError }> = {
  CANCELLED: { to: 'CANCELLED' },
  TIME_LIMIT: { to: 'TIMED_OUT', error: { code: 'TIMED_OUT', message: 'The execution exceeded its time limit.' } },
  FORBIDDEN: {
    to: 'FAILED',
    error: { code: 'FORBIDDEN', message: 'The submitter no longer has the permission execution:submit.' },
  },
};

/**
 * Decides from where the steps are, and what the last attempt came to, what is written next: which steps can never run,
 * which one is begun, or that the execution waits, is given back, or has ended.
 */
export function decide(
  steps: readonly RunStep[],
  { settled, stop, nowMs }: { settled: StepMove | null; stop: Stop | null; nowMs: number },
): Decision {
  const now = settled ? applyMoves(steps, [settled], nowMs) : [...steps];
  const before = settled ? [settled] : [];
  if (stop === 'CANCELLED' || stop === 'FORBIDDEN') return end(before, now, stop);
  const skipped = skips(now);
  const left = applyMoves(now, skipped, nowMs);
  const moves = [...before, ...skipped];
  if (left.every((step) => isFinalStep(step.status))) return finish(moves, left);
  if (stop === 'TIME_LIMIT') return end(before, now, stop);
  if (stop === 'SHUTDOWN') return { moves, to: 'QUEUED' };
  return goOn(moves, left, nowMs);
}

/** The steps after these moves. */
export function applyMoves(steps: readonly RunStep[], moves: readonly StepMove[], nowMs: number): RunStep[] {
  return steps.map((step) => {
    const moved = moves.find(({ position }) => position === step.position);
    if (!moved) return step;
    const { to: status, attempt, waitsFor = null, wakeMs, output } = moved;
    const isResumed = status === 'RUNNING' && step.waitsFor === 'TIMER';
    return {
      ...step,
      status,
      attempt,
      waitsFor,
      isResumed,
      output,
      dueMs: wakeMs === undefined ? null : nowMs + wakeMs,
    };
  });
}

function goOn(moves: StepMove[], steps: readonly RunStep[], nowMs: number): Decision {
  const isReady = ({ status, dependsOn, dueMs }: RunStep) =>
    status === 'QUEUED'
      ? dependsOn.every((name) => statusOf(steps, name) === 'SUCCEEDED')
      : status === 'WAITING' && (dueMs ?? 0) <= nowMs;
  const next = steps.find(isReady);
  if (next) return { moves: [...moves, begin(next)], to: 'RUNNING', currentStep: next.name };
  const waiting = steps.filter(({ status }) => status === 'WAITING');
  const dueMs = Math.min(...waiting.map((step) => step.dueMs ?? nowMs));
  const first = waiting.find((step) => step.dueMs === dueMs);
  return { moves, to: 'WAITING', wakeMs: Math.max(dueMs - nowMs, 0), currentStep: first?.name };
}

/** A wait that is over goes on in the same attempt; everything else begins another one. */
function begin({ position, status, attempt, waitsFor }: RunStep): StepMove {
  return { position, from: status, to: 'RUNNING', attempt: waitsFor === 'TIMER' ? attempt : attempt + 1 };
}

function finish(moves: StepMove[], steps: readonly RunStep[]): Decision {
  const to = resultOf(steps.map(({ status }) => status));
  if (to === 'SUCCEEDED') return { moves, to };
  const failed = steps.filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT').map(({ name }) => name);
  const names = failed.map((name) => `"${name}"`).join(', ');
  const reason = to === 'TIMED_OUT' ? 'exceeded its time limit' : 'failed';
  return {
    moves,
    to,
    error: { code: to === 'TIMED_OUT' ? 'TIMED_OUT' : 'STEP_FAILED', message: `The step ${names} ${reason}.` },
  };
}

/** Ends it early: what was not begun is skipped, what waits is cancelled. */
function end(before: StepMove[], steps: readonly RunStep[], stop: Exclude<Stop, 'SHUTDOWN'>): Decision {
  const moves = steps.flatMap(({ position, status, attempt }): StepMove[] => {
    if (status === 'QUEUED') return [{ position, from: status, to: 'SKIPPED', attempt }];
    return status === 'WAITING' ? [{ position, from: status, to: 'CANCELLED', attempt }] : [];
  });
  return { moves: merge(before, moves), ...stops[stop] };
}

/** A step that an attempt has just put back or to waiting ends in the same writing: one move, from where it was. */
function merge(before: StepMove[], moves: readonly StepMove[]): StepMove[] {
  const later = new Map(moves.map((moved) => [moved.position, moved]));
  const kept = before.map((first) => {
    const next = later.get(first.position);
    later.delete(first.position);
    return next ? { ...first, to: 'CANCELLED' as const, waitsFor: undefined, wakeMs: undefined } : first;
  });
  return [...kept, ...later.values()];
}

/** Queued steps that can never run, since one that they need has ended otherwise than well. In the order of running. */
function skips(steps: readonly RunStep[]): StepMove[] {
  const lost = new Set(
    steps.filter((step) => isFinalStep(step.status) && step.status !== 'SUCCEEDED').map((step) => step.name),
  );
  return steps.flatMap(({ name, position, status, dependsOn, attempt }) => {
    if (status !== 'QUEUED' || !dependsOn.some((needed) => lost.has(needed))) return [];
    lost.add(name);
    return [{ position, from: status, to: 'SKIPPED' as const, attempt }];
  });
}

function statusOf(steps: readonly RunStep[], name: string): StepStatus | undefined {
  return steps.find((step) => step.name === name)?.status;
}
