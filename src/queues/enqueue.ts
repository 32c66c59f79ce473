import { type Job, jobId } from './contract.ts';
import type { Queues } from './queues.ts';

/** A job to be enqueued. */
export type NewJob<P extends object = object> = { job: Job<P>; payload: P };

/**
 * Gives jobs to the workers of this process as far as these have room, and puts the others into their queues; while one of
 * the same row at the same version is there, nothing happens. To be called after the commit: a job lost here is
 * found by the next scan.
 * @throws ZodError when a payload is not one of its job; Error when the queue does not answer.
 */
export async function enqueue(queues: Pick<Queues, 'add'>, ...added: readonly NewJob[]): Promise<void> {
  for (const job of new Set(added.map((one) => one.job))) {
    const entries = added
      .filter((one) => one.job === job)
      .map(({ payload }) => {
        const parsed = job.payload.parse(payload);
        return { id: jobId(job, parsed), payload: parsed };
      });
    await queues.add(job, entries);
  }
}
