import type { Transaction } from '../infra/postgres/transaction.ts';
import { jsonBatches } from '../shared/json-batches.ts';
import type { PendingEvent } from './contract.ts';

/** The properties that all events of one change share. */
type ChangeFacts = {
  changeId: string;
  tenantId: string;
  actorId: string | null;
  requestId: string;
  now: Date;
};

/** One JSON text costs the driver far less than arrays, whose elements it quotes one by one. */
const insertEvents = `
  INSERT INTO event ("tenantId", type, "objectId", "changeId", "actorId", "requestId", "occurredAt", before, after,
    "restoredVersion")
  SELECT $1, e.type, e."objectId", $2, $3, $4, $5, e.before, e.after, e."restoredVersion"
  FROM ROWS FROM (json_to_recordset($6)
    AS (type text, "objectId" uuid, before jsonb, after jsonb, "restoredVersion" int))
    WITH ORDINALITY AS e(type, "objectId", before, after, "restoredVersion", n)
  ORDER BY e.n`;

/**
 * Writes events in the transaction of the change. The changed rows must already be locked (by UPDATE, INSERT or FOR
 * UPDATE): this is why the ids of the events of one object are in their true order.
 */
export async function appendEvents(
  tx: Pick<Transaction, 'write'>,
  facts: ChangeFacts,
  events: readonly PendingEvent[],
): Promise<void> {
  const { tenantId, changeId, actorId, requestId, now } = facts;
  for await (const batch of jsonBatches(events, toPayload)) {
    const values = [tenantId, changeId, actorId, requestId, now, batch];
    await tx.write({ name: 'append-events', text: insertEvents, values });
  }
}

function toPayload({ type, objectId, before, after, restoredVersion }: PendingEvent): object {
  return { type, objectId, before, after, restoredVersion };
}
