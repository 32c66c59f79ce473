import type pg from 'pg';
import type { ExecutionEvent } from '../../events/contract.ts';
import { readLastEvent } from '../../events/log.ts';
import { executionEvents, finalStatuses } from './state.ts';

const endEvents = finalStatuses.map((status) => executionEvents[status]);

/** The event with which an execution ended; null while that is not in the stream. */
export async function readEnd(
  db: pg.Pool,
  { tenantId, id, epoch }: { tenantId: string; id: string; epoch: string },
): Promise<ExecutionEvent | null> {
  const end = await readLastEvent(db, { tenantId, objectId: id, types: endEvents, epoch });
  return end as ExecutionEvent | null;
}
