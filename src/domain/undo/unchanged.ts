import { conflict } from '../../shared/errors.ts';
import type { Row } from '../kinds/kinds.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import type { RecordedEvent } from './events.ts';
import { readStates, stateAfter } from './states.ts';
import type { LockedRow } from './undoable.ts';

type Undoing = { held: ReadonlyMap<string, LockedRow>; events: readonly RecordedEvent[] };

/** An object, and its last event in the change. */
type Left = { one: LockedRow; event: RecordedEvent & { after: Row } };

/**
 * Checks that each object is in the state in which the change left it. @returns objects that are not, but follow their
 * task, which the change also wrote. @throws AppError `CONFLICT` if one was changed later.
 */
export async function requireUnchanged(
  tx: Change,
  { viewer }: Acting,
  { held, events }: Undoing,
): Promise<ReadonlySet<string>> {
  const later = leftOf({ held, events }).filter(({ one, event }) => one.row.version !== event.after.version);
  const states = await readStates(
    tx,
    viewer.tenantId,
    later.map(({ one }) => one.row),
  );
  const changed = later.filter(({ one, event }) => states.get(one.row.id) !== stateAfter(event));
  const obstacle = changed.find((left) => !isFollower(held, left));
  if (obstacle) {
    throw conflict(`${subjectOf(obstacle.one)} was changed later. Nothing was undone.`);
  }
  return new Set(changed.map(({ one }) => one.row.id));
}

/** Events are in reverse order. Erased payloads are handled during the undo. */
function leftOf({ held, events }: Undoing): Left[] {
  const last = new Map(events.toReversed().map((event) => [event.objectId, event]));
  return [...held.values()].flatMap((one) => {
    const event = last.get(one.row.id);
    return event?.after ? [{ one, event: { ...event, after: event.after } }] : [];
  });
}

/** What the viewer cannot see is not named. */
function subjectOf({ undoable, row, isSeen }: LockedRow): string {
  return isSeen ? undoable.rule.describe(row) : `A ${undoable.records.noun} that followed from this change`;
}

function isFollower(held: Undoing['held'], { one: { undoable, row }, event }: Left): boolean {
  return held.has(row.taskId ?? '') && (undoable.rule.followsTask?.(event.after, row) ?? false);
}
