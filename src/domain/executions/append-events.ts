import type pg from 'pg';
import type { App } from '../../app.ts';
import type { EventType } from '../../events/contract.ts';

/** What executions use of a process that runs them. */
export type ExecutionApp = Pick<
  App,
  'db' | 'clock' | 'hints' | 'events' | 'counters' | 'queues' | 'log' | 'config' | 'egress'
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

/** Executes such a statement. Its result has the types of the events that it appended in the column `events`. */
export async function writeWithEvents<R extends pg.QueryResultRow>(
  { db, counters, hints }: Pick<App, 'db' | 'counters' | 'hints'>,
  { name, text, values }: Statement,
): Promise<R | null> {
  const { rows } = await db.query<R & { events: EventType[] | null }>({ name, text, values: [...values] });
  const [row] = rows;
  for (const type of row?.events ?? []) counters.events.inc({ type });
  if (row?.events) hints.appended();
  return row ?? null;
}
