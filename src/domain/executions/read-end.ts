import type pg from 'pg';
import type { ExecutionEvent } from '../../events/contract.ts';
import { toEvent } from '../../events/log.ts';
import { executionEvents, finalStatuses } from './state.ts';

const select = `
  SELECT stream.epoch, stream."lastSeq", seq, "tenantId", type, "objectId", "changeId", "actorId", "requestId",
    "occurredAt", before::text AS before, after::text AS after
  FROM event, event_stream stream
  WHERE "tenantId" = $1 AND "objectId" = $2 AND type = ANY($3) AND seq IS NOT NULL AND stream.epoch = $4
  ORDER BY event.id DESC LIMIT 1`;

/** The event with which an execution ended; null while that is not in the stream. */
export async function readEnd(
  db: pg.Pool,
  { tenantId, id, epoch }: { tenantId: string; id: string; epoch: string },
): Promise<ExecutionEvent | null> {
  const types = finalStatuses.map((status) => executionEvents[status]);
  const { rows } = await db.query({ name: 'execution-end', text: select, values: [tenantId, id, types, epoch] });
  return rows[0] ? (toEvent(rows[0]) as ExecutionEvent) : null;
}
