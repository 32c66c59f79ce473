import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createProcesses, type Processes, type Running } from './processes.ts';

/** What work costs the server: CPU of the whole process, and the longest slice of its main thread in CPU time. */
export type Figures = { cpuMs: number; longestSliceMs: number; heapMb: number };

/** A process with default settings, which can be measured while it answers requests or works on jobs. */
export type MeasuredServer = AsyncDisposable &
  Pick<Processes, 'db' | 'tenantId' | 'person' | 'start'> & {
    server: Running;
    url: string;
    /** Measures until the work has its result and the server is idle again. One measurement at a time. */
    measure<T>(work: () => Promise<T>): Promise<Figures & { result: T }>;
  };

const probe = new URL('./main-thread-probe.js', import.meta.url);

type Options = { entry?: 'api' | 'worker'; env?: Record<string, string> };

export async function openMeasuredServer({ entry = 'api', env = {} }: Options = {}): Promise<MeasuredServer> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-probe-'));
  const path = join(folder, 'probe');
  const processes = await createProcesses({ hasDefaultLimits: true });
  const dispose = async () => {
    await processes[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  };
  try {
    const server = await processes.start(entry, {
      env: { NODE_OPTIONS: `--import=${probe.href}`, MAIN_THREAD_PROBE: path, ...env },
    });
    const ask = await openProbe(path);
    return {
      ...processes,
      server,
      url: server.url,
      measure: async (work) => {
        await ask('start');
        const result = await work();
        return { ...((await ask('stop')) as Figures), result };
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function openProbe(path: string): Promise<(command: 'start' | 'stop') => Promise<unknown>> {
  const socket = connect(path);
  await once(socket, 'connect');
  const lines = createInterface({ input: socket });
  return async (command) => {
    const answered = once(lines, 'line');
    socket.write(`${command}\n`);
    const [line] = await answered;
    return JSON.parse(line);
  };
}
