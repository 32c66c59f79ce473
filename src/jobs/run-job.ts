import type { App } from '../app.ts';
import type { WorkContext } from '../domain/work/work.ts';
import { handlers } from './handlers.ts';

/** A job as the backend delivers it. */
type TakenJob = { name: string; data: unknown };

/**
 * Runs a job's handler and measures it. @throws what the handler throws; Error for an unknown job (a deployment that is
 * older than its producer, or a mistake) or a wrong payload.
 */
export async function runJob({ name, data }: TakenJob, context: WorkContext): Promise<void> {
  const run = bind(context.app, { name, data });
  await measured(context.app, name, () => run(context));
}

/** Runs what is counted as a job of this name. @throws what it throws. */
export async function measured({ counters }: Pick<App, 'counters'>, job: string, run: () => Promise<unknown>) {
  const stopTimer = counters.jobSeconds.startTimer({ job });
  let outcome: 'completed' | 'failed' = 'failed';
  try {
    await run();
    outcome = 'completed';
  } finally {
    stopTimer();
    counters.jobs.inc({ job, outcome });
  }
}

/** @throws and counts it as refused. */
function bind({ counters }: Pick<App, 'counters'>, { name, data }: TakenJob) {
  const handler = handlers.get(name);
  try {
    if (!handler) throw new Error(`There is no job "${name}".`);
    return handler.bind(data);
  } catch (error) {
    counters.jobs.inc({ job: handler ? name : 'unknown', outcome: 'refused' });
    throw error;
  }
}
