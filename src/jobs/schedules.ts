import type { App } from '../app.ts';
import type { WorkContext } from '../domain/work/work.ts';
import { handlers } from './handlers.ts';
import { runJob } from './run-job.ts';

/** Runs periodic work, each once for all processes. Disposing of it waits for what is running. */
export type Schedules = AsyncDisposable & {
  /** Whether due work was looked for recently. */
  readonly isHealthy: boolean;
};

const lookMs = 500;
const staleMs = 5_000;

const addMissing = `
  INSERT INTO schedule (name, "nextAt") SELECT name, clock_timestamp() FROM unnest($1::text[]) AS periodic(name)
  ON CONFLICT DO NOTHING`;

/**
 * The next time stays on the grid of its interval. Whoever moves it on runs the work; nothing is held meanwhile, so a
 * process that dies while it runs delays the work by one interval at most.
 */
const takeDue = `
  UPDATE schedule SET "nextAt" = "nextAt" + step * (1 + floor(extract(epoch FROM now() - "nextAt") / extract(epoch FROM step)))
  FROM (SELECT name, "everyMs" * interval '1 millisecond' AS step
    FROM unnest($1::text[], $2::int[]) AS periodic(name, "everyMs")) AS periodic
  WHERE schedule.name = periodic.name AND "nextAt" <= now()
  RETURNING schedule.name`;

/** @throws when the database is not available. */
export async function startSchedules(app: App, signal: AbortSignal): Promise<Schedules> {
  const periodic = [...handlers.values()].flatMap(({ name, everyMs }) => (everyMs ? [{ name, everyMs }] : []));
  const running = new Map<string, Promise<void>>();
  let looking: Promise<void> | null = null;
  let lookedMs = performance.now();
  let runs = 0;
  await app.db.query(addMissing, [periodic.map(({ name }) => name)]);

  async function look(): Promise<void> {
    // A run that takes longer than its interval is not joined by another one in this process.
    const free = periodic.filter(({ name }) => !running.has(name));
    const values = [free.map(({ name }) => name), free.map(({ everyMs }) => everyMs)];
    const { rows } = await app.db.query<{ name: string }>({ name: 'take-due-schedules', text: takeDue, values });
    lookedMs = performance.now();
    for (const { name } of rows) running.set(name, run(name));
  }

  async function run(name: string): Promise<void> {
    runs += 1;
    const context: WorkContext = { app, requestId: `schedule ${name}:${runs}`, signal };
    await runJob({ name, data: {} }, context).catch((error: unknown) =>
      app.log.warn({ err: error, job: name }, 'Periodic work failed. It runs again at its next time.'),
    );
    running.delete(name);
  }

  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) =>
        app.log.warn({ err: error }, 'Due work could not be looked for. It is looked for again.'),
      )
      .finally(() => {
        looking = null;
      });
  }, lookMs);

  return {
    get isHealthy() {
      return performance.now() - lookedMs < staleMs;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await looking;
      await Promise.all(running.values());
    },
  };
}
