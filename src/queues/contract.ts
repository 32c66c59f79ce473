import { z } from 'zod';

/**
 * Jobs of one queue share a worker, so a queue groups jobs that may wait for each other. Tenants take the slots of those
 * with `inTurns` in turns, with a share for each. `perGroup` is how many slots the jobs of a tenant that name one group have.
 */
export const queues = {
  /** E-mails of reminders and invitations. */
  reminders: { concurrency: 20, inTurns: true },
  /** Requests to webhooks, which may be slow and wait only for each other. */
  webhooks: { concurrency: 50, inTurns: true, perGroup: 10 },
  recurrences: { concurrency: 5 },
  /** Long-running work, limited to what one process can do at the same time. */
  transfers: { concurrency: 4 },
  erasures: { concurrency: 1 },
} as const satisfies Record<string, QueueTerms>;
export type QueueName = keyof typeof queues;
export type QueueTerms = { concurrency: number; inTurns?: boolean; perGroup?: number };

/**
 * A job as it is put into its queue. BullMQ never retries one: a job only names a row, and what a failed or lost job left
 * undone is found by the next scan.
 */
export type Job<P extends object> = {
  readonly name: string;
  readonly queue: QueueName;
  /** Parsed when the job is enqueued and again when it is taken up. */
  readonly payload: z.ZodType<P>;
};

/**
 * A row as it was when its job was enqueued: the attempt does nothing when the row has changed since. Jobs of one `group` of
 * a tenant take turns among each other before they take the tenant's.
 */
export type DueRow = { id: string; version: number; tenantId?: string; group?: string | null };
const dueRow: z.ZodType<DueRow> = z.strictObject({
  id: z.uuid(),
  version: z.int().positive(),
  /** Whose turn the job takes, in queues whose jobs do. */
  tenantId: z.uuid().optional(),
  group: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .nullish(),
});

/** A job of a row. */
export function rowJob(name: string, queue: QueueName): Job<DueRow> {
  return { name, queue, payload: dueRow };
}

/** Jobs of one row at one version have one id, so only one is in the queue. BullMQ allows no colon in it. */
export function jobId({ name }: Pick<Job<object>, 'name'>, payload: object): string {
  return [name, ...Object.values(payload)].join('_');
}
