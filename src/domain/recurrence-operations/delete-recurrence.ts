import { authorize } from '../../auth/permissions.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { lockRecord, lockRecords } from '../records/lock-records.ts';
import type { KeyedTarget } from '../records/on-record.ts';
import { saveRecord } from '../records/save-records.ts';
import { lockOpenOccurrences, recurrenceRecords } from '../recurrences/store.ts';
import { changeStatus, statusChanges } from '../task-operations/change-status.ts';
import { taskRecords } from '../tasks/store.ts';

type Deleted = { recurrence: Recurrence; tasks: Task[]; changeId: string };

/**
 * Ends a recurrence and moves its open occurrences that the viewer can see to the trash, with their subtasks. Completed
 * occurrences are kept, and so is the recurrence, which they refer to. @throws AppError `NOT_FOUND`,
 * `PRECONDITION_FAILED`; `CONFLICT` if it has ended and has no open occurrence.
 */
export async function deleteRecurrence(acting: Acting, target: KeyedTarget): Promise<Deleted> {
  authorize(acting.viewer, 'task:write');
  const { id, expectedVersion, idempotencyKey } = target;
  const call = { operation: 'deleteRecurrence', input: { id, expectedVersion }, idempotencyKey };
  return change(acting, call, async (tx) => {
    const { viewer } = acting;
    await lockOpenOccurrences(tx, { tenantId: viewer.tenantId, id });
    const before = await lockRecord(tx, recurrenceRecords, viewer, target);
    const open = await lockOpenOccurrences(tx, before);
    const locked = await lockRecords(
      tx,
      taskRecords,
      viewer,
      open.map((task) => task.id),
    );
    const targets = locked.flatMap(({ row, isSeen }) => (isSeen ? { id: row.id } : []));
    const isRunning = before.status === 'ACTIVE' || before.status === 'PAUSED';
    if (!isRunning && targets.length === 0) throw conflict('The recurrence has ended and has no open occurrence.');
    const ended = { event: 'recurrence.cancelled', changes: { checkAt: null } } as const;
    const recurrence = isRunning ? await saveRecord(tx, recurrenceRecords, before, ended) : before;
    const { answers } = await changeStatus(tx, viewer, { by: statusChanges.delete, targets });
    return { recurrence, tasks: answers.flatMap(({ task }) => task ?? []) };
  });
}
