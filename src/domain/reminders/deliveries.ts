import type { Reminder } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';

/** A delivery of a reminder: its time, and when it was delivered. */
export type Delivery = { remindAt: Date; sentAt: Date };

const selectDeliveries = `
  SELECT asked.id, sent."remindAt", sent."sentAt"
  FROM unnest($1::uuid[], $2::uuid[]) AS asked("tenantId", id), LATERAL (
    SELECT (after ->> 'remindAt')::timestamptz AS "remindAt", (after ->> 'sentAt')::timestamptz AS "sentAt", event.id AS place
    FROM event
    WHERE "tenantId" = asked."tenantId" AND "objectId" = asked.id AND type = 'reminder.sent' AND after IS NOT NULL
    ORDER BY event.id DESC LIMIT 50) sent
  ORDER BY sent.place`;

/**
 * The deliveries of reminders in the log, the latest 50 of each, the earliest first. A reminder whose due date was
 * moved is delivered again, and stores only its last delivery. One statement for any number of reminders.
 */
export async function readDeliveries(
  db: Database,
  reminders: readonly Pick<Reminder, 'tenantId' | 'id'>[],
): Promise<Delivery[][]> {
  const { rows } = await db.query<Delivery & { id: string }>({
    name: 'deliveries-of-reminders',
    text: selectDeliveries,
    values: [reminders.map(({ tenantId }) => tenantId), reminders.map(({ id }) => id)],
  });
  return reminders.map((reminder) => rows.filter(({ id }) => id === reminder.id));
}
