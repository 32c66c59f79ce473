import { newId } from '../../shared/ids.ts';
import type { StepMove } from './advance.ts';
import { attemptStep } from './attempt-step.ts';
import { claimExecution, type RunStep } from './claim.ts';
import { applyMoves, decide } from './decide.ts';
import { Hold, type Run } from './hold.ts';
import type { RunnerApp } from './move.ts';
import { stepInput } from './plan.ts';
import { settle } from './settle.ts';
import { StepLog } from './step-log.ts';
import { watchCancellation } from './watch-cancellation.ts';
import { writeWhileHeld } from './write-while-held.ts';

/** A job's word of an execution, what its events are tied together by, and the process's wish to stop. */
export type RunRequest = { id: string; version: number; requestId: string; signal: AbortSignal };

/**
 * Runs an execution until it ends, waits, or must be given back. Nothing happens when it is not at this version any
 * more. When `signal` aborts, the running step is stopped and the execution queued again.
 */
export async function runExecution(app: RunnerApp, { id, version, requestId, signal }: RunRequest): Promise<void> {
  const sentMs = performance.now();
  const claim = await claimExecution(app, { id, version, requestId });
  if (!claim) return;
  using hold = new Hold(app, claim, sentMs);
  using _cancellation = watchCancellation(app, claim, {
    onBegin: () => void hold.renew(),
    onCancel: () => hold.stop('CANCELLED'),
  });
  using _limit = stopAfter(claim.leftMs, () => hold.stop('TIME_LIMIT'));
  using _shutdown = stopWith(signal, () => hold.stop('SHUTDOWN'));
  if (claim.isCancelled) hold.stop('CANCELLED');
  else if (!claim.isAllowed) hold.stop('FORBIDDEN');
  await runSteps({ app, claim, hold, requestId });
}

/** The claim may have begun the first step already; every other one is begun by the writing that ends the one before. */
async function runSteps(run: Run): Promise<void> {
  let steps: readonly RunStep[] | null = run.claim.steps;
  while (steps) {
    const running = steps.find((step) => step.status === 'RUNNING');
    const settled: StepMove | null = running ? await runStep(run, steps, running) : null;
    steps = await writeNext(run, steps, settled);
  }
}

async function runStep({ app, claim, hold, requestId }: Run, steps: readonly RunStep[], step: RunStep) {
  const { id, token } = claim;
  const { position, attempt } = step;
  const { graceMs, retryBaseMs } = app.config.executions;
  const log = new StepLog(app, { id, token, position, attempt, requestId });
  const given = {
    log: (text: string) => log.write(text),
    outputs: outputsOf(steps),
    idempotencyKey: `${id}-${position}`,
    isResumed: step.isResumed,
    egress: app.egress,
  };
  const outcome = await attemptStep({
    work: async (signal) => {
      const { stepType, input } = stepInput(claim.plan, step.name);
      return stepType.run(input, { ...given, signal });
    },
    timeoutMs: step.timeoutSeconds * 1000,
    graceMs,
    stopping: hold.signal,
    onFault: (error) =>
      app.log.error({ err: error, execution: id, step: step.name }, 'A step failed because of an internal error.'),
  });
  await log.close();
  return settle(step, outcome, { stop: hold.stopReason, retryBaseMs });
}

/** Decides and writes until it is accepted. @returns the steps, or null when this run is over. */
async function writeNext(run: Run, steps: readonly RunStep[], settled: StepMove | null): Promise<RunStep[] | null> {
  const { claim, hold, requestId } = run;
  while (!hold.isLost) {
    const nowMs = performance.now();
    const decision = decide(steps, { settled, stop: hold.stopReason, nowMs });
    const advance = { id: claim.id, token: claim.token, requestId, changeId: newId(), ...decision };
    if (!(await writeWhileHeld(run, advance))) continue;
    return decision.to === 'RUNNING' ? applyMoves(steps, decision.moves, nowMs) : null;
  }
  return null;
}

function outputsOf(steps: readonly RunStep[]): Map<string, unknown> {
  return new Map(steps.filter((step) => step.status === 'SUCCEEDED').map(({ name, output }) => [name, output]));
}

function stopAfter(ms: number, stop: () => void): Disposable {
  const timer = setTimeout(stop, Math.max(ms, 0));
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

function stopWith(signal: AbortSignal, stop: () => void): Disposable {
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', stop) };
}
