import type { ExecutionApp } from './append-events.ts';
import { attemptStep, type Outcome } from './attempt-step.ts';
import type { ClaimedStep, ExecutionClaim } from './claim.ts';
import { maskOutcome } from './credentials/mask-outcome.ts';
import { ExecutionLease, type Held } from './lease.ts';
import { openPort } from './open-port.ts';
import { readReferred } from './read-outputs.ts';
import { findStepType } from './step-types/index.ts';
import { watchCancellation } from './watch-cancellation.ts';
import { writeNext } from './write-next.ts';

/**
 * Runs an execution until it ends, waits, or must be given back. When `signal` aborts, the running step is stopped and the
 * execution queued again. @param sentMs when the claim was sent, on the monotonic clock.
 */
export async function runExecution(
  app: ExecutionApp,
  claim: ExecutionClaim,
  { sentMs, signal }: { sentMs: number; signal: AbortSignal },
): Promise<void> {
  using lease = new ExecutionLease(app, claim, sentMs);
  using _cancellation = watchCancellation(app, claim, {
    onBegin: () => void lease.renew(),
    onCancel: () => lease.stop('CANCELLED'),
  });
  using _limit = stopAfter(claim.leftMs, () => lease.stop('TIME_LIMIT'));
  using _shutdown = stopWith(signal, () => lease.stop('SHUTDOWN'));
  if (claim.isCancelled) lease.stop('CANCELLED');
  else if (!claim.isAllowed) lease.stop('FORBIDDEN');
  await runSteps({ app, claim, lease });
}

/** The claim may have begun the first step already; every other one is begun by the writing that ends the one before. */
async function runSteps(held: Held): Promise<void> {
  let steps: readonly ClaimedStep[] | null = held.claim.steps;
  while (steps) {
    const running = steps.find((step) => step.status === 'RUNNING');
    const outcome = running ? await attempt(held, running) : null;
    steps = await writeNext(held, steps, outcome);
  }
}

/** Only the input of this step is parsed: the whole plan was checked when it was submitted. */
async function attempt(held: Held, step: ClaimedStep): Promise<Outcome> {
  const { app, claim, lease } = held;
  const outputs = await readReferred(held, step);
  if (!outputs) return { kind: 'STOPPED' };
  const { port, close } = openPort(held, step, outputs);
  const outcome = await attemptStep({
    work: async (signal) => {
      const stepType = findStepType(step.type);
      if (!stepType) throw new Error(`The step type "${step.type}" is not known here.`);
      return stepType.run(stepType.schema.parse(claim.credentials.inputOf(step)), { ...port, signal });
    },
    timeoutMs: step.timeoutSeconds * 1000,
    graceMs: app.config.executions.graceMs,
    stopping: lease.signal,
    onFault: (error) => {
      const err = claim.credentials.mask.error(error);
      app.log.error({ err, execution: claim.id, step: step.name }, 'A step failed because of an internal error.');
    },
  });
  await close();
  return maskOutcome(claim.credentials.mask, outcome);
}

/** With no time left it stops at once, before a step is begun. */
function stopAfter(ms: number, stop: () => void): Disposable {
  if (ms <= 0) stop();
  const timer = setTimeout(stop, Math.max(ms, 0));
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

function stopWith(signal: AbortSignal, stop: () => void): Disposable {
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', stop) };
}
