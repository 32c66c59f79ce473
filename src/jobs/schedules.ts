import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { App } from '../app.ts';
import type { WorkContext } from '../domain/work/work.ts';
import { keepLock, locks } from '../infra/postgres/session-lock.ts';
import { DueHandlers } from './due-handlers.ts';
import { handlers } from './handlers.ts';
import { runJob } from './run-job.ts';

/**
 * Runs scans and periodic work in one process at a time, the holder of a session lock; the others stand by. Disposing of
 * it waits for what is running.
 */
type Schedules = AsyncDisposable & {
  /** Whether this process recently looked for due work, or found that another one has the lock. */
  readonly isHealthy: boolean;
};

const lookMs = 1_000;
const staleMs = 5_000;
/** Whether rows are due is read by indexes, also when the tables are small. */
export const byIndex = '-c enable_seqscan=off -c plan_cache_mode=force_generic_plan';
/**
 * How long after the last due row the queues are still searched for jobs of dead workers. By then the row of such a job
 * is due again, because its lease is over.
 */
const searchMs = 10_000;

/**
 * `stopping` aborts when the grace period is over. While `isFull`, the jobs of a scan would wait in this process, so another
 * process that can take the lock scans.
 */
export function startSchedules(
  app: App,
  { stopping, isFull }: { stopping: AbortSignal; isFull: () => boolean },
): Schedules {
  const scheduled = [...handlers.values()].flatMap(({ name, schedule }) => (schedule ? [{ name, schedule }] : []));
  const due = new DueHandlers(app, scheduled);
  const running = new Map<string, Promise<void>>();
  let lookedMs = performance.now();
  let dueMs = -searchMs;
  let runs = 0;

  const session = keepLock(app.config.database.directUrl, {
    name: 'errand schedules',
    lock: locks.runSchedules,
    standbyMs: lookMs,
    onStandby: noteLook,
    options: byIndex,
    whileHeld: serve,
    onError: (error) => app.log.warn({ err: error }, 'Due work could not be looked for. It is looked for again.'),
  });

  async function serve(session: pg.Client, signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await delay(lookMs, null, { signal }).catch(() => {})) {
      await look(session);
      noteLook();
      if (isFull()) return;
    }
  }

  function noteLook(): void {
    lookedMs = performance.now();
  }

  async function look(session: pg.Client): Promise<void> {
    const { withRows, periodic } = await due.find(session);
    for (const name of [...withRows, ...periodic]) begin(name, () => runHandler(name));
    if (withRows.length > 0) dueMs = performance.now();
    if (performance.now() - dueMs < searchMs) begin('stalled jobs', () => app.queues.requeueStalled());
  }

  /** A run that takes longer than its interval is not joined by another one in this process. */
  function begin(name: string, work: () => Promise<void>): void {
    if (running.has(name)) return;
    const ended = work()
      .catch((error: unknown) =>
        app.log.warn({ err: error, job: name }, 'Periodic work failed. It runs again at its next time.'),
      )
      .finally(() => running.delete(name));
    running.set(name, ended);
  }

  async function runHandler(name: string): Promise<void> {
    runs += 1;
    const context: WorkContext = { app, requestId: `schedule ${name}:${runs}`, signal: stopping };
    await runJob({ name, data: {} }, context);
  }

  return {
    get isHealthy() {
      return performance.now() - lookedMs < staleMs;
    },
    [Symbol.asyncDispose]: async () => {
      await session[Symbol.asyncDispose]();
      await Promise.all(running.values());
    },
  };
}
