import type { Permission } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { EventTypeOf, Kind } from '../../events/contract.ts';
import type { Change } from './change.ts';
import type { Changed } from './record-kind.ts';

/** A record that an undo restores, and whether the viewer can see it: one that followed from their change may be hidden. */
export type Restored<Row> = Changed<Row> & { isSeen: boolean };

/** How changes of the records of a kind are undone. */
export type UndoRule<K extends Kind, Row extends object> = {
  /** The event that undoes each event; null when such an event cannot be undone. */
  inverses: { readonly [E in EventTypeOf<K>]: EventTypeOf<K> | null };
  /** What it takes to undo a change of the record, which is what making it takes. */
  requires(row: Row, viewer: Viewer): readonly Permission[];
  /**
   * Whether a row in another state than the change left follows its task: undoing a change of that task does not change
   * the row.
   */
  followsTask?(left: Row, current: Row): boolean;
  /** The record at the beginning of a sentence. */
  describe(row: Row): string;
  /** What a locked record gets back from before an event. `before` is null when the event made it. */
  restore(current: Row, undone: { before: Row | null; after: Row }, now: Date): Partial<Row>;
  /** Called before the restored states are written. @throws AppError `CONFLICT` when one cannot be any more. */
  check?(tx: Change, viewer: Viewer, restored: readonly Restored<Row>[]): Promise<void>;
  /**
   * Called when everything is written, for what hangs on these records but was not part of the change. @returns the
   * records that it changed.
   */
  afterRestore?(
    tx: Change,
    viewer: Viewer,
    restored: readonly Restored<Row>[],
  ): Promise<{ id: string; version: number }[]>;
};
