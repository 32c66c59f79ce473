import { type JobName, jobs, parseJobName, parsePayload } from '../queues/contract.ts';
import { type Handler, handlers, type JobContext } from './handlers.ts';
import type { JobMetrics } from './metrics.ts';

/** A job as a backend hands it over. */
export type TakenJob = { id?: string | undefined; name: string; data: unknown };

/**
 * Runs a job's handler and measures it. @throws what the handler throws; Error for an unknown job or a wrong payload.
 */
export async function runJob(job: TakenJob, context: JobContext, metrics: JobMetrics): Promise<void> {
  const startedMs = performance.now();
  const ended = (outcome: 'completed' | 'failed' | 'refused') =>
    metrics.ended(Object.hasOwn(jobs, job.name) ? (job.name as JobName) : 'unknown', outcome, secondsSince(startedMs));
  let run: () => Promise<void>;
  try {
    run = bind(parseJobName(job.name), job.data, context);
  } catch (error) {
    ended('refused');
    throw error;
  }
  try {
    await run();
  } catch (error) {
    ended('failed');
    throw error;
  }
  ended('completed');
}

function bind<N extends JobName>(name: N, data: unknown, context: JobContext): () => Promise<void> {
  const payload = parsePayload(name, data);
  const handler: Handler<N> = handlers[name];
  return () => handler(payload, context);
}

function secondsSince(startedMs: number): number {
  return (performance.now() - startedMs) / 1000;
}
