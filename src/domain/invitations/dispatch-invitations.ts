import type { App } from '../../app.ts';
import { enqueueAll } from '../../queues/enqueue.ts';

const maxAtOnce = 100;
/** A job that was not taken up by then is lost, or waits; enqueueing it again does not double it. */
const dispatchLeaseMs = 10_000;

/** The lease of a worker that died while mailing runs out too. */
const take = `
  UPDATE invitation SET "leaseExpiresAt" = clock_timestamp() + ${dispatchLeaseMs} * interval '1 millisecond'
  WHERE id = ANY (ARRAY(
    SELECT id FROM invitation
    WHERE delivery = 'PENDING' AND "nextAttemptAt" <= $1
      AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" <= clock_timestamp())
    ORDER BY "nextAttemptAt" LIMIT ${maxAtOnce} FOR UPDATE SKIP LOCKED))
  RETURNING id, version`;

/** Enqueues the mailing of every invitation that waits for it. */
export async function dispatchInvitations({ db, clock, queues }: Pick<App, 'db' | 'clock' | 'queues'>): Promise<void> {
  const { rows } = await db.query<{ id: string; version: number }>({
    name: 'take-pending-invitations',
    text: take,
    values: [clock.now()],
  });
  await enqueueAll(queues, 'invitation.deliver', rows);
}
