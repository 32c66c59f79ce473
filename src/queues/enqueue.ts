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
): Promise<void> {
  const parsed = parsePayload(parseJobName(name) as N, payload);
  await queues.add(name, { id: jobId(name, parsed), payload: parsed });
}
