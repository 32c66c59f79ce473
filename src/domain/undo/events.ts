import { type EventType, kindOf } from '../../events/contract.ts';
import { parseRow } from '../../events/parse-row.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import { kinds, type Row } from '../kinds/kinds.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';

/** An event of a change to undo. */
export type RecordedEvent = {
  type: EventType;
  objectId: string;
  before: Row | null;
  after: Row | null;
  /** The version whose state an undo restored with this event. Null for other events. */
  restoredVersion: number | null;
  /** `restoredVersion` of the object's event before this one. */
  earlierRestoredVersion: number | null;
};
type Logged = Omit<RecordedEvent, 'before' | 'after'> & { before: string | null; after: string | null };

/** In reverse order, so that a row that the change wrote twice returns to its first state. */
const select = `
  SELECT type, "objectId", before::text, after::text, "restoredVersion", (
    SELECT earlier."restoredVersion" FROM event earlier
    WHERE earlier."tenantId" = $1 AND earlier."objectId" = event."objectId" AND earlier.id < event.id
    ORDER BY earlier.id DESC LIMIT 1
  ) AS "earlierRestoredVersion"
  FROM event WHERE "tenantId" = $1 AND "changeId" = $2 AND "actorId" = $3 ORDER BY id DESC`;

/**
 * The events of a change of the viewer, the last first. @throws AppError `NOT_FOUND`; `CONFLICT` if one cannot be
 * undone.
 */
export async function readEvents(tx: Change, { viewer }: Acting, changeId: string): Promise<RecordedEvent[]> {
  const recorded = await tx.query<Logged>('change-events', select, [viewer.tenantId, changeId, viewer.userId]);
  const events = recorded.filter(({ type }) => kinds[kindOf(type)].undo !== 'PASSED_OVER');
  if (events.length === 0) throw notFound('A change of yours with this id');
  return events.map(({ before, after, ...event }) => {
    if (kinds[kindOf(event.type)].undo === 'REFUSED') throw refused(event.type);
    const read = (json: string | null) => parseRow(kindOf(event.type), json) as Row | null;
    return { ...event, before: read(before), after: read(after) };
  });
}

export function refused(type: EventType) {
  return conflict(`A change with an event of the type ${type} cannot be undone.`);
}
