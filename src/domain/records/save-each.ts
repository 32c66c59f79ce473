import type { App } from '../../app.ts';
import type { EventType, Kind, PendingEvent } from '../../events/contract.ts';
import { newId } from '../../shared/ids.ts';
import type { Records } from './record-kind.ts';
import { type Changing, recordNext, updateFrom } from './save-records.ts';
import { statement } from './statement.ts';

/** What becomes of a record, one event after another, in a change of its own. */
type EachChange<K extends Kind, Row> = {
  before: Row;
  changes: readonly Omit<Changing<K, Row>, 'before'>[];
  /** Its task must still have this version. */
  taskVersion?: number;
  requestId: string;
};

type StoredRow = { tenantId: string; id: string; version: number };

/**
 * Changes by Errand itself of records that are not locked, of any tenants, in one statement that is a transaction by
 * itself. Each record is written, with its events, if it still has the version at hand and nobody has it or its task
 * locked. One record may be given at several versions, of which only the current one is written. @returns the new states in the same order; null for a record that was not written.
 */
export async function saveEach<K extends Kind, Row extends StoredRow>(
  { db, clock, counters, hints }: Pick<App, 'db' | 'clock' | 'counters' | 'hints'>,
  records: Records<K, Row>,
  changing: readonly EachChange<K, Row>[],
): Promise<(Row | null)[]> {
  if (changing.length === 0) return [];
  const now = clock.now();
  const wanted = changing.map((one) => toWanted(records, one, now));
  const { rows } = await db.query<{ changeId: string; type: EventType }>({
    name: `save-each-${records.name}`,
    text: saveSql(records),
    values: [now, JSON.stringify(wanted), wanted.map(({ id }) => id), wanted.flatMap(({ taskId }) => taskId ?? [])],
  });
  for (const { type } of rows) counters.events.inc({ type });
  if (rows.length > 0) hints.appended();
  const saved = new Set(rows.map(({ changeId }) => changeId));
  return wanted.map(({ changeId, after }) => (saved.has(changeId) ? after : null));
}

function toWanted<K extends Kind, Row extends StoredRow>(
  records: Records<K, Row>,
  { before, changes, taskVersion, requestId }: EachChange<K, Row>,
  now: Date,
) {
  const events: PendingEvent[] = [];
  const tx = { now, record: (event: PendingEvent) => void events.push(event) };
  let after = before;
  for (const change of changes) after = recordNext(tx, records, { before: after, ...change });
  const { tenantId, id, version } = before;
  const taskId = taskVersion === undefined ? undefined : (before as Record<string, unknown>)[records.taskField ?? ''];
  return { tenantId, id, version, taskId, taskVersion, requestId, changeId: newId(), after, events };
}

/** The ids are passed as arrays too: the planner takes a set for a hundred rows and would scan a small table. */
const saveSql = statement((records) => {
  const { table } = records;
  const after = `wanted JOIN held USING (id, version), LATERAL jsonb_populate_record(NULL::${table}, wanted.after)`;
  return `
  WITH wanted AS MATERIALIZED (
    SELECT * FROM json_to_recordset($2::json) AS wanted("tenantId" uuid, id uuid, version int, "taskId" uuid, "taskVersion" int,
      "requestId" text, "changeId" uuid, after jsonb, events json)
  ), seen AS MATERIALIZED (
    SELECT id, version FROM task WHERE id = ANY($4::uuid[]) ORDER BY id FOR SHARE SKIP LOCKED
  ), held AS MATERIALIZED (
    SELECT ${table}.id, ${table}.version
    FROM ${table} JOIN wanted USING ("tenantId", id, version) LEFT JOIN seen ON seen.id = wanted."taskId"
    WHERE ${table}.id = ANY($3::uuid[]) AND seen.version IS NOT DISTINCT FROM wanted."taskVersion"
    FOR NO KEY UPDATE OF ${table} SKIP LOCKED
  ), saved AS (
    ${updateFrom(records)(after)} AND ${table}.id = ANY($3::uuid[])
    RETURNING ${table}.id
  )
  INSERT INTO event ("tenantId", type, "objectId", "changeId", "actorId", "requestId", "occurredAt", before, after)
  SELECT wanted."tenantId", event.type, wanted.id, wanted."changeId", NULL, wanted."requestId", $1, event.before, event.after
  FROM wanted JOIN held USING (id, version) JOIN saved USING (id),
    ROWS FROM (json_to_recordset(wanted.events) AS (type text, before jsonb, after jsonb)) WITH ORDINALITY
      AS event(type, before, after, n)
  ORDER BY wanted.id, event.n
  RETURNING "changeId", type`;
});
