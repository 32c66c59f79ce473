import type { App } from '../../app.ts';
import type { ReminderChannel } from '../../generated/prisma/enums.ts';
import type { JobName } from '../../queues/contract.ts';
import { enqueueAll } from '../../queues/enqueue.ts';

/** No more than this many of a channel wait in the queue, so that a backlog stays where its order is known. */
const maxDispatched = 1_000;
/** A job that was not taken up by then is lost, or waits; enqueueing it again does not double it. */
const dispatchLeaseMs = 10_000;

/**
 * Takes what is due and nobody has, and what somebody had whose lease has run out: a job that was lost, or a worker that
 * died while sending. Each channel by itself, so that the receivers of one delay no other. Due is judged by the app's
 * clock, leases by the database's. The ids go through an array because the planner takes a limited CTE for a tenth of the
 * table and would join it by reading the whole.
 */
const take = `
  WITH due AS (
    SELECT taken.id FROM unnest(enum_range(NULL::"ReminderChannel")) AS of(channel), LATERAL (
      SELECT id FROM reminder
      WHERE reminder.channel = of.channel AND status = 'PENDING' AND "leaseExpiresAt" IS NULL AND "nextAttemptAt" <= $1
      ORDER BY "nextAttemptAt"
      LIMIT greatest(0, ${maxDispatched} - (
        SELECT count(*) FROM reminder WHERE reminder.channel = of.channel AND "leaseExpiresAt" IS NOT NULL))
      FOR UPDATE SKIP LOCKED
    ) taken
  ), abandoned AS (
    SELECT id FROM reminder WHERE "leaseExpiresAt" <= clock_timestamp()
    ORDER BY "leaseExpiresAt" LIMIT ${maxDispatched} FOR UPDATE SKIP LOCKED
  )
  UPDATE reminder SET "leaseExpiresAt" = clock_timestamp() + ${dispatchLeaseMs} * interval '1 millisecond'
  WHERE id = ANY (ARRAY(SELECT id FROM due UNION ALL SELECT id FROM abandoned))
  RETURNING id, version, channel`;

type Taken = { id: string; version: number; channel: ReminderChannel };

/** Receivers that others run may be slow, and wait in a queue of their own. */
const deliveries: Record<ReminderChannel, JobName & `reminder.${string}`> = {
  EMAIL: 'reminder.deliver',
  IN_APP: 'reminder.deliver',
  WEBHOOK: 'reminder.post',
};

/** Enqueues the delivery of every reminder whose moment has come. @returns how many. */
export async function dispatchReminders({ db, clock, queues }: Pick<App, 'db' | 'clock' | 'queues'>): Promise<number> {
  const { rows } = await db.query<Taken>({ name: 'take-due-reminders', text: take, values: [clock.now()] });
  for (const job of ['reminder.deliver', 'reminder.post'] as const) {
    const words = rows.filter(({ channel }) => deliveries[channel] === job);
    await enqueueAll(
      queues,
      job,
      words.map(({ id, version }) => ({ id, version })),
    );
  }
  return rows.length;
}
