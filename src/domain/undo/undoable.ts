import type { EventType, Kind } from '../../events/contract.ts';
import { kinds, type Row } from '../kinds/kinds.ts';
import type { Locked, Records } from '../records/record-kind.ts';
import type { UndoRule } from '../records/undo-rule.ts';

/** A locked object of an undo: its current and its new state. */
export type LockedRow = Locked<Row> & { undoable: Undoable; current: Row };

/** A kind whose changes can be undone. */
export type Undoable = { kind: Kind; records: Records<Kind, Row>; rule: UndoRule<Kind, Row> };

/** The kinds that can be undone, in the order in which changes lock them. */
export const undoables = (Object.keys(kinds) as Kind[]).flatMap((kind): Undoable[] => {
  const { records, undo } = kinds[kind];
  return typeof undo === 'string'
    ? []
    : [{ kind, records: records as Records<Kind, Row>, rule: undo as Undoable['rule'] }];
});

/** The event that undoes an event; null when it cannot be undone. */
export function inverseOf({ rule }: Undoable, type: EventType): EventType | null {
  return (rule.inverses as Partial<Record<EventType, EventType | null>>)[type] ?? null;
}
