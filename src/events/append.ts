import type pg from 'pg';
import type { PendingEvent } from './contract.ts';

/** The properties that all events of one change share. */
export type ChangeFacts = {
  changeId: string;
  tenantId: string;
  actorId: string | null;
  requestId: string;
  now: Date;
};

const insertEvents = `
  INSERT INTO event ("tenantId", type, "objectId", "changeId", "actorId", "requestId", "occurredAt", before, after,
    "restoredVersion")
  SELECT $1, e.type, e."objectId", $2, $3, $4, $5, e.before, e.after, e."restoredVersion"
  FROM unnest($6::text[], $7::uuid[], $8::jsonb[], $9::jsonb[], $10::int[])
    WITH ORDINALITY AS e(type, "objectId", before, after, "restoredVersion", n)
  ORDER BY e.n`;

/**
 * Writes events in the transaction of the change. The changed rows must already be locked (by UPDATE, INSERT or FOR
 * UPDATE): this is why the ids of the events of one object are in their true order.
 */
export async function appendEvents(
  tx: pg.ClientBase,
  facts: ChangeFacts,
  events: readonly PendingEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await tx.query({
    name: 'append-events',
    text: insertEvents,
    values: [
      facts.tenantId,
      facts.changeId,
      facts.actorId,
      facts.requestId,
      facts.now,
      events.map((event) => event.type),
      events.map((event) => event.objectId),
      events.map((event) => rowJson(event.before)),
      events.map((event) => rowJson(event.after)),
      events.map((event) => event.restoredVersion ?? null),
    ],
  });
}

function rowJson(row: object | null): string | null {
  return row && JSON.stringify(row);
}
