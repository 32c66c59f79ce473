import type { WorkContext } from '../domain/work/work.ts';
import { handlers } from './handlers.ts';

/** A job as the backend delivers it. */
type TakenJob = { name: string; data: unknown };

/** `refused`: an unknown job, or one with an invalid payload. */
type Outcome = 'completed' | 'failed' | 'refused';

/**
 * Runs a job's handler and measures it. @throws what the handler throws; Error for an unknown job (a deployment that is
 * older than its producer, or a mistake) or a wrong payload.
 */
export async function runJob({ name, data }: TakenJob, context: WorkContext): Promise<void> {
  const { counters } = context.app;
  const handler = handlers.get(name);
  const label = handler ? name : 'unknown';
  const stopTimer = counters.jobSeconds.startTimer({ job: label });
  let outcome: Outcome = 'refused';
  try {
    if (!handler) throw new Error(`There is no job "${name}".`);
    const run = handler.bind(data);
    outcome = 'failed';
    await run(context);
    outcome = 'completed';
  } finally {
    stopTimer();
    counters.jobs.inc({ job: label, outcome });
  }
}
