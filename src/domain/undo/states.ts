import type { Row } from '../kinds/kinds.ts';
import type { Change } from '../records/change.ts';
import type { RecordedEvent } from './events.ts';

/**
 * A state of an object is identified by the first version with this state. A change creates a new state, identified by
 * its own version. An undo also creates a new version, but of an old state: its event contains the identifier of that
 * state. So an object is in the state that a change left if both identifiers are equal, regardless of changes that were
 * undone in between.
 */
type State = number;

/** The state of an object whose creation was undone. */
const unmade: State = 0;

/** The state of the object after an event. */
export function stateAfter({ after, restoredVersion }: RecordedEvent): State | null {
  return restoredVersion ?? after?.version ?? null;
}

/** The state of the object before an event. */
export function stateBefore({ before, earlierRestoredVersion }: RecordedEvent): State {
  return before ? (earlierRestoredVersion ?? before.version) : unmade;
}

/** An object that was written without an event, as in an erasure, is in no earlier state. */
const selectLast = `
  SELECT object.id, last."restoredVersion" FROM unnest($2::uuid[], $3::int[]) AS object(id, version), LATERAL (
    SELECT "restoredVersion", after FROM event WHERE "tenantId" = $1 AND "objectId" = object.id ORDER BY id DESC LIMIT 1
  ) last
  WHERE last."restoredVersion" IS NOT NULL AND (last.after ->> 'version')::int = object.version`;

/** The states of locked objects of one tenant, by their ids. */
export async function readStates(tx: Change, tenantId: string, rows: readonly Row[]): Promise<Map<string, State>> {
  const states = new Map(rows.map(({ id, version }) => [id, version]));
  if (rows.length === 0) return states;
  const values = [tenantId, [...states.keys()], [...states.values()]];
  const restored = await tx.query<{ id: string; restoredVersion: State }>('restored-states', selectLast, values);
  for (const { id, restoredVersion } of restored) states.set(id, restoredVersion);
  return states;
}

/** A change that records of its events which state an object gets back. */
export function restoring(tx: Change, state: State): Change {
  return { ...tx, record: (event) => tx.record({ ...event, restoredVersion: state }) };
}
