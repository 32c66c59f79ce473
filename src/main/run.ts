import { StartFault } from '../config/start-fault.ts';

/** What a program gets from its process. */
export type Io = {
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP: finish and return. */
  stopping: AbortSignal;
  /** One line to whoever started the program. */
  report(line: string): void;
  /** Something to do at once when a second signal ends the process without waiting. */
  beforeForcedExit(action: () => void): void;
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm and the terminal both hand on one Ctrl-C, so what comes this soon after the first is no second one. */
const sameSignalMs = 300;

/**
 * Runs a program: the only place where signals and exit codes are dealt with. 0 when it returned or was told to stop,
 * 1 when it failed, 130 when it was forced to end.
 */
export async function runProgram(program: (io: Io) => Promise<void>): Promise<never> {
  const stopping = new AbortController();
  const lastActions: (() => void)[] = [];
  let failed = false;
  let stoppedAt = 0;

  const stop = (): void => {
    const now = performance.now();
    if (stopping.signal.aborted && now - stoppedAt < sameSignalMs) return;
    if (stopping.signal.aborted) forceExit(lastActions);
    stoppedAt = now;
    stopping.abort();
  };
  const fail = (error: unknown): void => {
    if (error === stopping.signal.reason) return;
    failed = true;
    complain(error);
    if (!stopping.signal.aborted) stopping.abort();
  };

  for (const signal of signals) process.on(signal, stop);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const beforeForcedExit = (action: () => void): void => void lastActions.push(action);
  await program({ stopping: stopping.signal, report, beforeForcedExit }).catch(fail);
  process.exit(failed ? 1 : 0);
}

/** Resolves when the program is told to stop. */
export async function untilStopped(stopping: AbortSignal): Promise<void> {
  if (stopping.aborted) return;
  await new Promise<void>((resolve) => stopping.addEventListener('abort', () => resolve(), { once: true }));
}

function forceExit(lastActions: readonly (() => void)[]): never {
  report('Stopped without waiting for running work.');
  for (const action of lastActions) action();
  process.exit(130);
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A fault of the operator's is said in its own lines; anything else is a defect and shows where it happened. */
function complain(error: unknown): void {
  if (error instanceof StartFault) for (const line of error.faults) report(line);
  else console.error(error);
}
