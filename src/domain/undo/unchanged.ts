import { conflict } from '../../shared/errors.ts';
import type { Row } from '../kinds/kinds.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import type { RecordedEvent } from './events.ts';
import { readStates, stateAfter } from './states.ts';
import type { Held } from './undoable.ts';

type Undoing = { held: ReadonlyMap<string, Held>; events: readonly RecordedEvent[] };

/** An object, and the last event that the change left of it. */
type Left = { one: Held; event: RecordedEvent & { after: Row } };

/**
 * Makes sure that each object is in the state in which the change left it. @returns those that are not, but are to be left
 * alone, since they follow their task, which the change touched too.
 * @throws AppError `CONFLICT` when one was changed since.
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
    const { undoable, row } = obstacle.one;
    throw conflict(`${undoable.rule.describe(row)} was changed later. Nothing was undone.`);
  }
  return new Set(changed.map(({ one }) => one.row.id));
}

/** Events come last first. What was erased of one is dealt with where it is undone. */
function leftOf({ held, events }: Undoing): Left[] {
  const last = new Map(events.toReversed().map((event) => [event.objectId, event]));
  return [...held.values()].flatMap((one) => {
    const event = last.get(one.row.id);
    return event?.after ? [{ one, event: { ...event, after: event.after } }] : [];
  });
}

function isFollower(held: Undoing['held'], { one: { undoable, row }, event }: Left): boolean {
  return held.has(row.taskId ?? '') && (undoable.rule.followsTask?.(event.after, row) ?? false);
}
