import type pg from 'pg';
import type { App } from '../../app.ts';
import type { EventType } from '../../events/contract.ts';

/** What executions use of a process that runs them. */
export type ExecutionApp = Pick<
  App,
  'db' | 'clock' | 'hints' | 'events' | 'counters' | 'log' | 'config' | 'egress' | 'credentialsKey'
>;

/** One prepared statement that writes rows and appends their events: a transaction by itself, for the hot path. */
export type Statement = { name: string; text: string; values: readonly unknown[] };

/**
 * The part of such a statement that writes the log. `rows` is a query of n, tenantId, type, objectId, before and after;
 * the facts are placeholders.
 */
export function appendedEvents(rows: string, { changeId, requestId }: { changeId: string; requestId: string }): string {
  return `
    INSERT INTO event ("tenantId", type, "objectId", "changeId", "actorId", "requestId", "occurredAt", before, after)
    SELECT "tenantId", type, "objectId", ${changeId}::uuid, NULL, ${requestId}::text, clock_timestamp(), before, after
    FROM (${rows}) recorded ORDER BY n
    RETURNING type`;
}

/** Executes such a statement. Its rows have the types of the events that it appended in the column `events`. */
export async function writeAllWithEvents<R extends pg.QueryResultRow>(
  { db, counters, hints }: Pick<App, 'db' | 'counters' | 'hints'>,
  { name, text, values }: Statement,
): Promise<R[]> {
  const { rows } = await db.query<R & { events: EventType[] | null }>({ name, text, values: [...values] });
  const types = rows.flatMap(({ events }) => events ?? []);
  for (const type of types) counters.events.inc({ type });
  if (types.length > 0) hints.appended();
  return rows;
}

/** `writeAllWithEvents` for a statement that returns one row at most. */
export async function writeWithEvents<R extends pg.QueryResultRow>(
  app: Pick<App, 'db' | 'counters' | 'hints'>,
  statement: Statement,
): Promise<R | null> {
  const [row] = await writeAllWithEvents<R>(app, statement);
  return row ?? null;
}
