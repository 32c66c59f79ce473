import type { EventType } from '../events/contract.ts';
import type { Acting } from './acting.ts';
import type { Change } from './change.ts';

/** How changes of one kind of object are taken back. */
export type Undoable<Row extends { version: number }, E extends EventType> = {
  /** Locks an object that the viewer may change. @throws AppError `NOT_FOUND`. */
  lock(tx: Change, acting: Acting, id: string): Promise<Row>;
  /** The object at the beginning of a sentence. */
  describe(row: Row): string;
  /**
   * Gives a locked object the state it had before the event, and records that; `before` is null when the event made it.
   * Null when such an event cannot be undone.
   */
  restore(tx: Change, current: Row, undone: { acting: Acting; event: E; before: Row | null }): Promise<Row | null>;
  /** Called when every object of the change is restored, for what hangs on this one but was not part of the change. */
  settle?(tx: Change, acting: Acting, settled: { before: Row; after: Row }): Promise<void>;
};
