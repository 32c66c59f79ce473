import type { ExecutionEvent } from '../../events/contract.ts';
import type { Execution } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import { onRecord } from '../records/on-record.ts';
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
  target: { id: string; idempotencyKey?: string | null },
): Promise<{ execution: Execution; changeId: string }> {
  const { changeId } = await cancel(acting, target);
  const { prisma } = acting.app;
  return { execution: await prisma.execution.findUniqueOrThrow({ where: { id: target.id } }), changeId };
}

const operation = { operation: 'cancelExecution', permission: 'execution:submit' } as const;
const cancel = onRecord(executionRecords, operation, async (tx, before) => {
  if (before.status === 'CANCELLED' || before.cancelRequestedAt) return {};
  if (isFinal(before.status)) throw conflict(`The execution has ended: ${before.status}.`);
  await (before.status === 'RUNNING' ? request(tx, before) : end(tx, before));
  return {};
});

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
