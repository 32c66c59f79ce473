import type pg from 'pg';
import { computedBatches } from '../shared/computed-batches.ts';
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
  for await (const batch of computedBatches(events, { compute: toEntry, sizeOf })) await insert(tx, facts, batch);
}

type Entry = ReturnType<typeof toEntry>;

function toEntry({ type, objectId, before, after, restoredVersion }: PendingEvent) {
  return { type, objectId, before: rowJson(before), after: rowJson(after), restoredVersion: restoredVersion ?? null };
}

function sizeOf({ before, after }: Entry): number {
  return (before?.length ?? 0) + (after?.length ?? 0);
}

async function insert(tx: pg.ClientBase, facts: ChangeFacts, entries: readonly Entry[]): Promise<void> {
  await tx.query({
    name: 'append-events',
    text: insertEvents,
    values: [
      facts.tenantId,
      facts.changeId,
      facts.actorId,
      facts.requestId,
      facts.now,
      entries.map(({ type }) => type),
      entries.map(({ objectId }) => objectId),
      entries.map(({ before }) => before),
      entries.map(({ after }) => after),
      entries.map(({ restoredVersion }) => restoredVersion),
    ],
  });
}

function rowJson(row: object | null): string | null {
  return row && JSON.stringify(row);
}
