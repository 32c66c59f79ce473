import { type EventTypeOf, type Kind, type PendingEvent, toLogged } from '../../events/contract.ts';
import type { Change } from './change.ts';
import type { Records } from './record-kind.ts';

/** Records an event of a locked record: `before` is null if it was created, `after` is null if it was deleted. */
export function recordEvent<K extends Kind, Row extends object>(
  tx: Pick<Change, 'record'>,
  records: Records<K, Row>,
  { event, before, after }: { event: EventTypeOf<K>; before: Row | null; after: Row | null },
): void {
  const logged = (row: object) => toLogged(records.kind, row as Parameters<typeof toLogged>[1]);
  const id = records.key.at(-1) as keyof Row;
  tx.record({
    type: event,
    objectId: (after ?? before)?.[id],
    before: before && logged(before),
    after: after && logged(after),
  } as PendingEvent);
}
