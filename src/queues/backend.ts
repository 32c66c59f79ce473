import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { Logger } from 'pino';

/** The storage of BullMQ: connections shared by the queues and workers of one process. */
export type QueueBackend = AsyncDisposable & {
  /** Given to BullMQ's classes as their last argument. */
  factory: BackendFactory<IQueueBackend>;
  /** How long a worker waits for the notification of a job before it looks by itself. */
  waitSeconds: number;
};

/** Called for background errors; BullMQ continues by itself. */
export type OnQueueError = (error: unknown) => void;

/** Logs only the message: errors of pg contain the whole client. */
export function logQueueErrors(log: Logger): OnQueueError {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ reason }, 'The queue is not available. It is retried.');
  };
}
