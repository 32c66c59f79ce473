import type { Database } from '../infra/postgres/database.ts';
import { type EventType, kindOf, type LoggedEvent } from './contract.ts';
import { parseRow } from './parse-row.ts';

/** A page of the log of one tenant. */
export type LogPage = {
  epoch: string;
  events: LoggedEvent[];
  /** All events of this tenant up to here are in `events` or come before them. */
  through: bigint;
};

type LogHead = { epoch: string; lastSeq: bigint; oldestSeq: bigint };

export type PageRow = {
  epoch: string;
  lastSeq: bigint;
  seq: bigint | null;
  type: EventType;
  before: string | null;
  after: string | null;
};

/** One statement, so that the events and the head of the stream come from one snapshot. */
const selectPage = `
  SELECT stream.epoch, stream."lastSeq", e.*
  FROM event_stream stream LEFT JOIN LATERAL (
    SELECT seq, "tenantId", type, "objectId", "changeId", "actorId", "requestId", "occurredAt",
      before::text AS before, after::text AS after
    FROM event WHERE "tenantId" = $1 AND event.seq > $2 ORDER BY event.seq LIMIT $3
  ) e ON true`;

/** The events of a tenant after a position, in order: what live and resuming subscribers read. */
export async function readLogPage(
  db: Database,
  { tenantId, after, limit }: { tenantId: string; after: bigint; limit: number },
): Promise<LogPage> {
  const { rows } = await db.query<PageRow>({ name: 'log-page', text: selectPage, values: [tenantId, after, limit] });
  const stream = rows[0];
  if (!stream) throw new Error('The table event_stream has lost its row.');
  const events = rows.filter((row) => row.seq !== null).map(toEvent);
  const last = events.at(-1);
  return {
    epoch: stream.epoch,
    events,
    through: last && events.length === limit ? last.seq : stream.lastSeq,
  };
}

/** The head of the numbered log, and the position from which it can be resumed. */
export async function readLogHead(db: Database): Promise<LogHead> {
  const text = 'SELECT epoch, "lastSeq", "oldestSeq" FROM event_stream';
  const { rows } = await db.query<LogHead>({ name: 'log-head', text });
  if (!rows[0]) throw new Error('The table event_stream has lost its row.');
  return rows[0];
}

const selectLast = `
  SELECT stream.epoch, stream."lastSeq", seq, "tenantId", type, "objectId", "changeId", "actorId", "requestId",
    "occurredAt", before::text AS before, after::text AS after
  FROM event, event_stream stream
  WHERE "tenantId" = $1 AND "objectId" = $2 AND type = ANY($3) AND seq IS NOT NULL AND stream.epoch = $4
  ORDER BY event.id DESC LIMIT 1`;

/** The last event of an object of some types; null if there is none in the stream. */
export async function readLastEvent(
  db: Database,
  {
    tenantId,
    objectId,
    types,
    epoch,
  }: Pick<LoggedEvent, 'tenantId' | 'objectId'> & { types: readonly EventType[]; epoch: string },
): Promise<LoggedEvent | null> {
  const { rows } = await db.query<PageRow>({
    name: 'last-event',
    text: selectLast,
    values: [tenantId, objectId, types, epoch],
  });
  return rows[0] ? toEvent(rows[0]) : null;
}

export function toEvent({ epoch, lastSeq: _, ...row }: PageRow): LoggedEvent {
  const kind = kindOf(row.type);
  return {
    ...row,
    before: parseRow(kind, row.before),
    after: parseRow(kind, row.after),
    cursor: { epoch, seq: row.seq },
  } as LoggedEvent;
}

/** The tenants that have events after `seq`, with the last of each. */
export async function readTenantsWithNews(db: Database, seq: bigint): Promise<{ tenantId: string; lastSeq: bigint }[]> {
  const text = 'SELECT "tenantId", max(seq) AS "lastSeq" FROM event WHERE seq > $1 GROUP BY "tenantId"';
  const { rows } = await db.query<{ tenantId: string; lastSeq: bigint }>({ name: 'log-news', text, values: [seq] });
  return rows;
}
