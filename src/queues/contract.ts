import { z } from 'zod';

/** Jobs of one queue share a worker, so a queue groups what may wait for each other. */
export const queues = {
  /** Short looks at the database that find what is to be done. They never wait behind the work they find. */
  scans: { concurrency: 3 },
  /** Mails wait for each other here, invitations too. */
  reminders: { concurrency: 20 },
  /** Requests to receivers that may be slow; they only wait. */
  webhooks: { concurrency: 50 },
  recurrences: { concurrency: 5 },
  executions: { concurrency: 20 },
  /** Long work, bounded by what one process can have in hand beside the rest. */
  transfers: { concurrency: 4 },
  erasures: { concurrency: 1 },
} as const satisfies Record<string, { concurrency: number }>;
export type QueueName = keyof typeof queues;

type JobDefinition = {
  queue: QueueName;
  /** Parsed when the job is enqueued and again when it is taken up. */
  payload: z.ZodType<Record<string, unknown>>;
  /** Milliseconds between runs, for a job that a scheduler enqueues. */
  every?: number;
};

/** A row as it was when the job was enqueued: the handler does nothing when the row has moved on. */
const row = z.strictObject({ id: z.uuid(), version: z.int().positive() });
const formerMember = z.strictObject({ tenantId: z.uuid(), userId: z.uuid() });
const nothing = z.strictObject({});

/**
 * Every job there is. BullMQ never retries one: a job only carries word of a row, and what a failed or lost job left
 * undone is found by the next scan.
 */
export const jobs = {
  'reminder.scan': { queue: 'scans', payload: nothing, every: 1_000 },
  'reminder.deliver': { queue: 'reminders', payload: row },
  'invitation.scan': { queue: 'scans', payload: nothing, every: 1_000 },
  'invitation.deliver': { queue: 'reminders', payload: row },
  'reminder.post': { queue: 'webhooks', payload: row },
  'recurrence.scan': { queue: 'scans', payload: nothing, every: 1_000 },
  'recurrence.catchUp': { queue: 'recurrences', payload: row },
  'execution.scan': { queue: 'scans', payload: nothing, every: 1_000 },
  'execution.run': { queue: 'executions', payload: row },
  'transfer.scan': { queue: 'scans', payload: nothing, every: 1_000 },
  'transfer.run': { queue: 'transfers', payload: row },
  'erasure.scan': { queue: 'scans', payload: nothing, every: 1_000 },
  'erasure.run': { queue: 'erasures', payload: formerMember },
  'trash.empty': { queue: 'scans', payload: nothing, every: 3_600_000 },
  'search.rebuild': { queue: 'scans', payload: nothing, every: 60_000 },
  'retention.prune': { queue: 'scans', payload: nothing, every: 3_600_000 },
} as const satisfies Record<string, JobDefinition>;

export type JobName = keyof typeof jobs;
export type JobPayload<N extends JobName> = z.output<(typeof jobs)[N]['payload']>;

/** @throws Error for a name that no job has: a deployment that is older than its producer, or a mistake. */
export function parseJobName(name: string): JobName {
  if (Object.hasOwn(jobs, name)) return name as JobName;
  throw new Error(`There is no job "${name}".`);
}

/** @throws ZodError when it is not a payload of this job. */
export function parsePayload<N extends JobName>(name: N, payload: unknown): JobPayload<N> {
  return jobs[name].payload.parse(payload) as JobPayload<N>;
}

/**
 * The same word of the same row has the same id, so it is in the queue at most once. BullMQ allows no colon in it.
 */
export function jobId(name: JobName, payload: JobPayload<JobName>): string {
  return [name, ...Object.values(payload)].join('_');
}
