import { StartFault } from '../config/start-fault.ts';

/** What a program gets from the process it runs in. */
export type Io = {
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP: finish and return. */
  stopping: AbortSignal;
  /** Prints one line for the user who started the program. */
  report(line: string): void;
  /** Registers what to do when a second signal ends the process without waiting. */
  beforeForcedExit(action: () => void): void;
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm and the terminal both forward one Ctrl-C, so a signal this soon after the first is not a second one. */
const sameSignalMs = 300;

/**
 * Stopping takes no longer, whatever does not respond. Running work has ten seconds of it, and so have requests; most
 * supervisors kill after thirty.
 */
const stopMs = 25_000;

/**
 * Runs a program: the only place that handles signals and exit codes. 0 if it returned or was told to stop, 1 if it
 * failed or could not stop in time, 130 if it was forced to end.
 */
export async function runProgram(program: (io: Io) => Promise<void>): Promise<never> {
  const stopping = new AbortController();
  const lastActions: (() => void)[] = [];
  let failed = false;
  let stoppedAt = 0;

  const begin = (): void => {
    stoppedAt = performance.now();
    stopping.abort();
    const exitLate = () =>
      forceExit(lastActions, { message: `Errand did not stop within ${stopMs / 1000} s.`, code: 1 });
    setTimeout(exitLate, stopMs).unref();
  };
  const stop = (): void => {
    if (!stopping.signal.aborted) begin();
    else if (performance.now() - stoppedAt >= sameSignalMs)
      forceExit(lastActions, { message: 'Stopped without waiting for running work.', code: 130 });
  };
  const fail = (error: unknown): void => {
    if (error === stopping.signal.reason) return;
    failed = true;
    complain(error);
    if (!stopping.signal.aborted) begin();
  };

  for (const signal of signals) process.on(signal, stop);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreReaderGone);
  const beforeForcedExit = (action: () => void): void => void lastActions.push(action);
  await program({ stopping: stopping.signal, report, beforeForcedExit }).catch(fail);
  process.exit(failed ? 1 : 0);
}

/** Resolves when the program is told to stop. */
export async function untilStopped(stopping: AbortSignal): Promise<void> {
  if (stopping.aborted) return;
  await new Promise<void>((resolve) => stopping.addEventListener('abort', () => resolve(), { once: true }));
}

/**
 * When whoever reads the output is gone, such as a closed terminal or a dead log pipe, each write fails. The program goes
 * on without that output: an exception would be reported to the same stream without end.
 */
function ignoreReaderGone(): void {}

function forceExit(lastActions: readonly (() => void)[], { message, code }: { message: string; code: number }): never {
  report(message);
  for (const action of lastActions) action();
  process.exit(code);
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A StartFault is printed as its lines. Any other error is a defect and is printed with its stack. */
function complain(error: unknown): void {
  if (error instanceof StartFault) for (const line of error.faults) report(line);
  else console.error(error);
}
