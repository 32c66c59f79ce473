import { conflict } from '../shared/errors.ts';
import type { Acting } from './acting.ts';
import type { Change } from './change.ts';
import type { RecordedEvent } from './undo-events.ts';
import { type Held, kinds } from './undo-kinds.ts';
import { readStates, readUserStates, stateAfter } from './undo-states.ts';

type Undoing = { held: ReadonlyMap<string, Held>; events: readonly RecordedEvent[] };

/**
 * Makes sure that each object is in the state in which the change left it. @returns those that Errand alone has moved on
 * since, as it does with a reminder that it sends: where the change concerns their task they are left alone, and follow that.
 * @throws AppError `CONFLICT` when one was changed since.
 */
export async function requireUnchanged(
  tx: Change,
  { viewer }: Acting,
  { held, events }: Undoing,
): Promise<ReadonlySet<string>> {
  const left = new Map(events.toReversed().map((event) => [event.objectId, event]));
  const isAs = (states: ReadonlyMap<string, number>, { row }: Held) => {
    const event = left.get(row.id);
    return event !== undefined && stateAfter(event) === states.get(row.id);
  };
  const later = [...held.values()].filter(({ row }) => {
    const after = left.get(row.id)?.after;
    return after && after.version !== row.version;
  });
  const states = await readStates(tx, viewer.tenantId, rowsOf(later));
  const changed = later.filter((one) => !isAs(states, one));
  const followers = changed.filter(({ kind, row }) => kinds[kind].followsTask && held.has(row.taskId ?? ''));
  const userStates = await readUserStates(tx, viewer.tenantId, rowsOf(followers));
  const leftAlone = new Set(followers.filter((one) => isAs(userStates, one)).map(({ row }) => row.id));
  const [hindrance] = changed.filter(({ row }) => !leftAlone.has(row.id));
  if (!hindrance) return leftAlone;
  throw conflict(`${kinds[hindrance.kind].describe(hindrance.row)} was changed since; nothing is undone.`);
}

function rowsOf(held: readonly Held[]) {
  return held.map(({ row }) => row);
}
