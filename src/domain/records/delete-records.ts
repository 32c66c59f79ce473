import type { EventTypeOf, Kind } from '../../events/contract.ts';
import type { Change } from './change.ts';
import { recordEvent } from './record-event.ts';
import type { Records } from './record-kind.ts';

/** Deletes a locked record permanently and records the event. */
export async function deleteRecord<K extends Kind, Row extends { tenantId: string; id: string }>(
  tx: Change,
  records: Records<K, Row>,
  before: Row,
  event: EventTypeOf<K>,
): Promise<void> {
  const text = `DELETE FROM ${records.table} WHERE "tenantId" = $1 AND id = $2`;
  await tx.write(`delete-${records.name}`, text, [before.tenantId, before.id]);
  recordEvent(tx, records, { event, before, after: null });
}
