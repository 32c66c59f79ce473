import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of the bench that answers questions. Disposing of it ends it and waits for its end. */
export type Child<Q, A> = AsyncDisposable & {
  pid: number;
  ask(question: Q): Promise<A>;
};

type Reply = { answer: unknown } | { failure: string };

export type ChildOptions = {
  env?: Record<string, string>;
  args?: string[];
};

const answerWithinMs = 60_000;
const endWithinMs = 15_000;

/** Starts a file of bench/processes, compiled as this one is. Its standard output is thrown away, as that of a server under load is piped away. */
export async function startChild<Q extends Serializable, A>(
  name: string,
  { env = {}, args = [] }: ChildOptions = {},
): Promise<Child<Q, A>> {
  const file = fileURLToPath(new URL(`../processes/${name}`, import.meta.url));
  const child = fork(file, args, {
    execArgv: ['--enable-source-maps'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await replyOf(child);
  return {
    pid: child.pid ?? 0,
    async ask(question) {
      child.send(question);
      return (await replyOf(child)) as A;
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function replyOf(child: ChildProcess): Promise<unknown> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const over = new AbortController();
  try {
    const [reply] = (await Promise.race([
      once(child, 'message', { signal: AbortSignal.any([signal, over.signal]) }),
      once(child, 'exit', { signal: over.signal }).then(([code]) => {
        throw new Error(`A process of the bench ended with code ${code}.`);
      }),
    ])) as [Reply];
    if ('failure' in reply) throw new Error(reply.failure);
    return reply.answer;
  } finally {
    over.abort();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.disconnect();
  const cut = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
  await exited;
  clearTimeout(cut);
}
