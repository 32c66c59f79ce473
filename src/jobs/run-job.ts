import { type JobName, jobs, parseJobName, parsePayload } from '../queues/contract.ts';
import { type Handler, handlers, type JobContext } from './handlers.ts';

/** A job as a backend hands it over. */
export type TakenJob = { name: string; data: unknown };

/** `refused`: unknown, or with a payload that is not its own. */
type Outcome = 'completed' | 'failed' | 'refused';

/**
 * Runs a job's handler and measures it. @throws what the handler throws; Error for an unknown job or a wrong payload.
 */
export async function runJob(job: TakenJob, context: JobContext): Promise<void> {
  const { counters } = context.app;
  const label = Object.hasOwn(jobs, job.name) ? job.name : 'unknown';
  const stopTimer = counters.jobSeconds.startTimer({ job: label });
  let outcome: Outcome = 'refused';
  try {
    const run = bind(parseJobName(job.name), job.data, context);
    outcome = 'failed';
    await run();
    outcome = 'completed';
  } finally {
    stopTimer();
    counters.jobs.inc({ job: label, outcome });
  }
}

function bind<N extends JobName>(name: N, data: unknown, context: JobContext): () => Promise<unknown> {
  const payload = parsePayload(name, data);
  const handler: Handler<N> = handlers[name];
  return () => handler(payload, context);
}
