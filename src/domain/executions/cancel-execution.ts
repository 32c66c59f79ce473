import { authorize } from '../../auth/permissions.ts';
import type { ExecutionEvent } from '../../events/contract.ts';
import type { Execution } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { recordEvent } from '../records/record-event.ts';
import { decide } from './decide.ts';
import { executionColumns, executionRecords } from './rows.ts';
import { isFinal } from './state.ts';
import { type StepStateRow, stepStates, toStepState } from './transition.ts';
import { lockedTransition } from './transition-writer.ts';

/**
 * Ends an execution. One that is queued or waits is CANCELLED at once; of a running one its holder is told, in whatever
 * process it is: it stops the running step and skips the later ones. To repeat it changes nothing.
 * @throws AppError `NOT_FOUND`; `CONFLICT` when it has ended otherwise.
 */
export async function cancelExecution(
  acting: Acting,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null },
): Promise<{ execution: Execution; changeId: string }> {
  const { viewer } = acting;
  authorize(viewer, 'execution:submit');
  const call = { operation: 'cancelExecution', input: { id }, idempotencyKey };
  const { changeId } = await change(acting, call, async (tx) => {
    const [before] = await tx.query<Execution>('lock-execution', lock, [viewer.tenantId, id]);
    if (!before) throw notFound('The execution');
    if (before.status === 'CANCELLED' || before.cancelRequestedAt) return {};
    if (isFinal(before.status)) throw conflict(`The execution has ended: ${before.status}.`);
    if (before.status === 'RUNNING') await request(tx, before);
    else await end(tx, before);
    return {};
  });
  return { execution: await acting.app.prisma.execution.findUniqueOrThrow({ where: { id } }), changeId };
}

const lock = `SELECT ${executionColumns} FROM execution WHERE "tenantId" = $1 AND id = $2 FOR NO KEY UPDATE`;

const requestSql = `
  UPDATE execution SET "cancelRequestedAt" = clock_timestamp(), "updatedAt" = clock_timestamp(), version = version + 1
  WHERE id = $1 AND status = 'RUNNING' RETURNING ${executionColumns}`;

async function request(tx: Change, before: Execution): Promise<void> {
  const [after] = await tx.query<Execution>('request-cancellation', requestSql, [before.id]);
  if (!after) throw new Error(`The execution ${before.id} changed while it was locked.`);
  recordEvent(tx, executionRecords, { event: 'execution.cancelRequested', before, after });
}

async function end(tx: Change, { id, status }: Execution): Promise<void> {
  const [read] = await tx.query<{ steps: StepStateRow[] }>('read-steps', `SELECT ${stepStates('$1')} AS steps`, [id]);
  const steps = (read?.steps ?? []).map((step) => toStepState(step, performance.now()));
  const { name, text, values } = lockedTransition(decide({ status, steps }, { kind: 'CANCELLED' }), id);
  const events = await tx.query<Recorded>(name, text, values);
  if (events.length === 0) throw new Error(`The execution ${id} changed while it was locked.`);
  for (const { before, after, ...event } of events) {
    tx.record({ ...event, before: JSON.parse(before), after: JSON.parse(after) });
  }
}

/** An event of the execution or of one of its steps, with its rows as JSON. */
type Recorded = { type: ExecutionEvent['type']; objectId: string; before: string; after: string };
