import { type JobName, type JobPayload, jobId, parseJobName, parsePayload } from './contract.ts';
import type { Queues } from './queues.ts';

/**
 * Puts a job into its queue; while the same word of the same row waits there, nothing happens. To be called after the
 * commit: a job lost here is found by the next scan, so a caller whose work is committed may ignore a failure.
 */
export async function enqueue<N extends JobName>(
  queues: Pick<Queues, 'add'>,
  name: N,
  payload: JobPayload<N>,
  options: { priority?: number } = {},
): Promise<void> {
  await enqueueAll(queues, name, [payload], options);
}

/** The same for many at once. */
export async function enqueueAll<N extends JobName>(
  queues: Pick<Queues, 'add'>,
  name: N,
  payloads: readonly JobPayload<N>[],
  { priority }: { priority?: number } = {},
): Promise<void> {
  const job = parseJobName(name) as N;
  const parsed = payloads.map((payload) => parsePayload(job, payload));
  await queues.add(
    job,
    parsed.map((payload) => ({ id: jobId(job, payload), payload, priority })),
  );
}
