import { StepFailure, type StepResult, type Wait } from './step-types/step-type.ts';

/** How an attempt ended. */
export type Outcome =
  | { kind: 'SUCCEEDED'; output: unknown }
  | { kind: 'WAITS'; wait: Wait }
  | { kind: 'FAILED'; code: string; message: string; isRetryable: boolean; retryAfterMs?: number | undefined }
  | { kind: 'TIMED_OUT' }
  /** The holder was told to stop, and the step did. */
  | { kind: 'STOPPED' };

type Attempt = {
  work: (signal: AbortSignal) => Promise<StepResult>;
  timeoutMs: number;
  /** How long after its signal it is still listened to. */
  graceMs: number;
  /** Aborts when the holder is to stop. */
  stopping: AbortSignal;
  /** Told of an error that is no failure of the step but a fault of Errand. */
  onFault: (error: unknown) => void;
};

/**
 * Runs a step once. It ends when the step does, or the grace time after its signal: a step that ignores the signal is
 * cut off, and what it does or logs later reaches nothing. An output that comes all the same in that time counts.
 */
export async function attemptStep({ work, timeoutMs, graceMs, stopping, onFault }: Attempt): Promise<Outcome> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const signal = AbortSignal.any([stopping, timeout.signal]);
  const aborted = (): Outcome => (stopping.aborted ? { kind: 'STOPPED' } : { kind: 'TIMED_OUT' });
  try {
    const result = await Promise.race([work(signal), afterAbort(signal, graceMs)]);
    return result === 'CUT_OFF' ? aborted() : toOutcome(result);
  } catch (error) {
    return signal.aborted ? aborted() : failure(error, onFault);
  } finally {
    clearTimeout(timer);
  }
}

function toOutcome(result: StepResult): Outcome {
  return 'wait' in result ? { kind: 'WAITS', wait: result.wait } : { kind: 'SUCCEEDED', output: result.output };
}

function failure(error: unknown, onFault: (error: unknown) => void): Outcome {
  if (error instanceof StepFailure) {
    const { code, message, isRetryable, retryAfterMs } = error;
    return { kind: 'FAILED', code, message, isRetryable, retryAfterMs };
  }
  onFault(error);
  return {
    kind: 'FAILED',
    code: 'INTERNAL',
    message: 'The step failed because of an internal error.',
    isRetryable: false,
  };
}

/** The timer keeps no process alive: an attempt that has ended is not cut off any more. */
function afterAbort(signal: AbortSignal, graceMs: number): Promise<'CUT_OFF'> {
  return new Promise((resolve) => {
    const start = () => void setTimeout(resolve, graceMs, 'CUT_OFF').unref();
    if (signal.aborted) start();
    else signal.addEventListener('abort', start, { once: true });
  });
}
