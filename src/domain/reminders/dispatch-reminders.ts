import type { App } from '../../app.ts';
import { enqueueAll } from '../../queues/enqueue.ts';

/** No more than this many wait in the queue, so that a backlog stays where its order is known. */
const maxDispatched = 1_000;
/** A job that was not taken up by then is lost, or waits; enqueueing it again does not double it. */
const dispatchLeaseMs = 10_000;

/**
 * Takes what is due and nobody has, and what somebody had whose lease has run out: a job that was lost, or a worker that
 * died while sending. Due is judged by the app's clock, leases by the database's. The ids go through an array because the
 * planner takes a limited CTE for a tenth of the table and would join it by reading the whole.
 */
const take = `
  WITH due AS (
    SELECT id FROM reminder
    WHERE status = 'PENDING' AND "leaseExpiresAt" IS NULL AND "nextAttemptAt" <= $1
    ORDER BY "nextAttemptAt"
    LIMIT greatest(0, ${maxDispatched} - (SELECT count(*) FROM reminder WHERE "leaseExpiresAt" IS NOT NULL))
    FOR UPDATE SKIP LOCKED
  ), abandoned AS (
    SELECT id FROM reminder WHERE "leaseExpiresAt" <= clock_timestamp()
    ORDER BY "leaseExpiresAt" LIMIT ${maxDispatched} FOR UPDATE SKIP LOCKED
  )
  UPDATE reminder SET "leaseExpiresAt" = clock_timestamp() + ${dispatchLeaseMs} * interval '1 millisecond'
  WHERE id = ANY (ARRAY(SELECT id FROM due UNION ALL SELECT id FROM abandoned))
  RETURNING id, version`;

/** Enqueues the delivery of every reminder whose moment has come. @returns how many. */
export async function dispatchReminders({ db, clock, queues }: Pick<App, 'db' | 'clock' | 'queues'>): Promise<number> {
  const { rows } = await db.query<{ id: string; version: number }>({
    name: 'take-due-reminders',
    text: take,
    values: [clock.now()],
  });
  await enqueueAll(queues, 'reminder.deliver', rows);
  return rows.length;
}
