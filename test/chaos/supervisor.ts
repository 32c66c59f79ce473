import { type ErrandProcess, spawnErrand } from '../support/process.ts';

/** A process that is started again whenever it ends, as by a supervisor. */
export type Member = AsyncDisposable & {
  /** The API's address; empty for a worker. */
  url: string;
  kill(signal: NodeJS.Signals): void;
  /** How often it was started. */
  readonly starts: number;
  /** Resolves when it has ended and its next start is ready. */
  restarted(): Promise<void>;
};

export async function startMember(entry: 'api' | 'worker', env: Record<string, string>): Promise<Member> {
  let current: ErrandProcess;
  let isOver = false;
  let starts = 0;
  let replacing: Promise<void> = Promise.resolve();
  const waiting = new Set<() => void>();

  const start = async (): Promise<{ url: string }> => {
    current = spawnErrand(entry, { env });
    starts += 1;
    const process = current;
    void process.ended.then(() => {
      if (!isOver && process === current) replacing = again();
    });
    return process.ready();
  };
  /** A process that cannot start, because the database is down, is started again as well. */
  const again = async (): Promise<void> => {
    await start().then(
      () => {
        for (const tell of waiting) tell();
        waiting.clear();
      },
      () => {},
    );
  };

  const { url } = await start();
  return {
    url: url.replace('localhost', '127.0.0.1'),
    kill: (signal) => current.kill(signal),
    get starts() {
      return starts;
    },
    restarted: () => new Promise((resolve) => waiting.add(resolve)),
    [Symbol.asyncDispose]: async () => {
      isOver = true;
      // A stopped process does not end by SIGTERM.
      current.kill('SIGCONT');
      current.kill('SIGKILL');
      await current.ended;
      await replacing;
    },
  };
}
