import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { patienceMs } from './until.ts';

export type Entry = 'start' | 'api' | 'worker' | 'migrate' | 'token';

type SpawnOptions = {
  /** The whole environment, but for PATH: nothing of the tests' own leaks in. */
  env?: Record<string, string>;
  args?: string[];
  account?: { uid: number; gid: number };
  /** Where package.json lies. */
  root?: string;
};

export type Ending = { code: number | null; signal: NodeJS.Signals | null };

/** A real Errand process. Disposing of it kills what is left of it. */
export type ErrandProcess = AsyncDisposable & {
  pid: number;
  /** What it printed to stderr and stdout so far. */
  readonly stderr: string;
  readonly stdout: string;
  /** Waits until it says that it runs; the API's address, where there is one. Fails when it ends instead. */
  ready(): Promise<{ url: string }>;
  kill(signal: NodeJS.Signals): void;
  /** Nobody reads its output any more, as when a terminal is closed. */
  leaveOutput(): void;
  /** Resolves when it has ended. */
  ended: Promise<Ending>;
};

export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Starts one of Errand's programs as built into dist. */
export function spawnErrand(
  entry: Entry,
  { args = [], root = packageRoot, ...options }: SpawnOptions = {},
): ErrandProcess {
  return spawnProgram(process.execPath, ['--enable-source-maps', `dist/main/${entry}.js`, ...args], {
    root,
    ...options,
  });
}

/** Starts any program in the package's folder and watches it as an Errand. */
export function spawnProgram(
  file: string,
  args: string[],
  { env, account, root = packageRoot }: SpawnOptions,
): ErrandProcess {
  const child = spawn(file, args, {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    ...account,
    // A process group of its own, so that a Ctrl-C can be sent to all of it as a terminal does.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk;
    });
  }
  const ended = endingOf(child);
  return {
    pid: child.pid as number,
    get stdout() {
      return printed.stdout;
    },
    get stderr() {
      return printed.stderr;
    },
    ready: () => untilReady(child, printed),
    kill: (signal) => void child.kill(signal),
    leaveOutput: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    ended,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      const cutOff = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(cutOff);
    },
  };
}

async function endingOf(child: ChildProcess): Promise<Ending> {
  const [code, signal] = await once(child, 'close');
  return { code, signal };
}

const saysItRuns = /Errand (worker )?is running/;
const address = /GraphiQL\s+(\S+?)\/graphql/;

async function untilReady(child: ChildProcess, printed: { stderr: string }): Promise<{ url: string }> {
  const cutOff = AbortSignal.timeout(patienceMs);
  while (!saysItRuns.test(printed.stderr) || !printed.stderr.endsWith('\n')) {
    if (child.exitCode !== null) throw new Error(`Errand ended before it was ready:\n${printed.stderr}`);
    const stderr = child.stderr as NodeJS.ReadableStream;
    await Promise.race([once(stderr, 'data', { signal: cutOff }), once(child, 'exit', { signal: cutOff })]);
  }
  return { url: address.exec(printed.stderr)?.[1] ?? '' };
}
