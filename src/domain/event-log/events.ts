import { authorize } from '../../auth/permissions.ts';
import { type EventType, eventTypes, type LoggedEvent } from '../../events/contract.ts';
import type { StreamOptions, Watched } from '../../events/event-log.ts';
import { type PageRow, toEvent } from '../../events/log.ts';
import { decodeStreamCursor, encodeStreamCursor } from '../../shared/cursor.ts';
import { invalidInput } from '../../shared/errors.ts';
import { readWithin } from '../lists/limited-read.ts';
import { type Page, type PageArgs, pageSize } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';

/** Conditions for events; all given conditions must hold. Ids are UUIDs. */
type EventFilter = {
  types?: readonly EventType[] | null;
  objectId?: string | null;
  actorId?: string | null;
  changeId?: string | null;
};

const selectEvents = `
  SELECT stream.epoch, stream."lastSeq", seq, "tenantId", type, "objectId", "changeId", "actorId", "requestId",
    "occurredAt", before::text AS before, after::text AS after
  FROM event, event_stream stream
  WHERE "tenantId" = $1 AND seq > $2 AND ($3::text[] IS NULL OR type = ANY($3)) AND ($4::uuid IS NULL OR "objectId" = $4)
    AND ($5::uuid IS NULL OR "actorId" = $5) AND ($6::uuid IS NULL OR "changeId" = $6)
  ORDER BY seq LIMIT $7`;

/** The log of the viewer's tenant in the order of the stream; its cursors are those of the stream. @throws AppError */
export async function listEvents(
  { app, viewer }: Acting,
  { filter, ...args }: { filter?: EventFilter | null } & PageArgs,
): Promise<Page<LoggedEvent>> {
  authorize(viewer, 'event:read');
  if (args.last != null || args.before != null) {
    const path = [args.last != null ? 'last' : 'before'];
    throw invalidInput([{ path, message: 'The event log supports only forward pagination. Use first and after.' }]);
  }
  const after = args.after ? decodeStreamCursor(args.after) : null;
  if (after && after.epoch !== (await app.events.head()).epoch) {
    throw invalidInput([{ path: ['after'], message: 'This cursor is from before the database was restored.' }]);
  }
  const limit = pageSize(args);
  // One plan cannot serve all values, so the statement is planned for each call.
  const values = [
    viewer.tenantId,
    after?.seq ?? 0n,
    filter?.types ?? null,
    filter?.objectId ?? null,
    filter?.actorId ?? null,
    filter?.changeId ?? null,
    limit + 1,
  ];
  const rows = await readWithin<PageRow>({ app, viewer }, { text: selectEvents, values });
  return {
    rows: rows.slice(0, limit).map(toEvent),
    cursorOf: (event) => encodeStreamCursor(event.cursor),
    hasNextPage: rows.length > limit,
    hasPreviousPage: after !== null,
  };
}

/** What a subscriber to the log gets, besides the stream's own items. */
type LogItem = LoggedEvent & { kind: 'EVENT'; event: LoggedEvent };

/** Every event of the viewer's tenant, after a cursor or from now on. @throws AppError `FORBIDDEN`. */
export function watchEvents(
  { app, viewer }: Acting,
  { types, ...options }: StreamOptions & { types?: readonly EventType[] | null },
): Watched<LogItem> {
  authorize(viewer, 'event:read');
  const wanted = new Set<EventType>(types ?? eventTypes);
  const judge = (event: LoggedEvent) => (wanted.has(event.type) ? { ...event, kind: 'EVENT' as const, event } : null);
  return app.events.watch({ ...options, tenantId: viewer.tenantId, judge, subscriber: null });
}
