import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { Logger } from 'pino';

/** Where BullMQ keeps its jobs: connections shared by the queues and workers of one process. */
export type QueueBackend = AsyncDisposable & {
  /** Given to BullMQ's classes as their last argument. */
  factory: BackendFactory<IQueueBackend>;
};

/** Told of what goes wrong in the background; BullMQ goes on by itself. */
export type OnQueueError = (error: unknown) => void;

/** Logs it in a line: pg's errors carry the whole client that they happened to. */
export function logQueueErrors(log: Logger): OnQueueError {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ reason }, 'The queue is not available. It is retried.');
  };
}
