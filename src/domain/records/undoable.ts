import type { EventType } from '../../events/contract.ts';
import type { Acting } from './acting.ts';
import type { Change } from './change.ts';
import type { Locked } from './record-kind.ts';

/** A locked object as it was found, and its new state. */
export type Restored<Row> = { before: Row; after: Row };

/** How changes of one kind of object are taken back. */
export type Undoable<Row extends { version: number }, E extends EventType> = {
  /**
   * Whether a row that is not as the change left it follows from its task all the same: undoing a change of that task leaves
   * the row alone.
   */
  followsTask?(left: Row, current: Row): boolean;
  /** Locks objects in the order of their ids, whoever asks; those that are gone are left out. */
  lock(tx: Change, acting: Acting, ids: readonly string[]): Promise<Locked<Row>[]>;
  /** The object at the beginning of a sentence. */
  describe(row: Row): string;
  /**
   * The state that a locked object had before the event, as its next version; that is recorded, and still to be written.
   * `before` is null when the event made it. Null when such an event cannot be undone.
   */
  restore(tx: Change, current: Row, undone: { event: E; before: Row | null; after: Row }): Row | null;
  /** Writes the new states. @throws AppError `CONFLICT` when one cannot be any more. */
  save(tx: Change, acting: Acting, restored: readonly Restored<Row>[]): Promise<void>;
  /**
   * Called when everything is written, for what hangs on these objects but was not part of the change. @returns the
   * objects that it changed.
   */
  settle?(tx: Change, acting: Acting, restored: readonly Restored<Row>[]): Promise<{ id: string; version: number }[]>;
};
