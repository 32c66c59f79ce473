import { authorize } from '../../auth/permissions.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { lockSeen } from '../records/lock-records.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import { onlyAnswer } from '../task-operations/answer.ts';
import { changeStatus, statusChanges } from '../task-operations/change-status.ts';
import { lockLiveTask } from '../tasks/store.ts';

/** The recurrence is null if the viewer cannot see it: its occurrence can be in a project that they can see. */
type Skipped = { task: Task; recurrence: Recurrence | null; changeId: string };

/**
 * Skips an open occurrence: it is moved to the trash with its subtasks, and the recurrence gets its next occurrence.
 * @throws AppError `NOT_FOUND`; `CONFLICT` if it is completed, in the trash, or not an occurrence.
 */
export async function skipOccurrence(
  acting: Acting,
  { taskId, idempotencyKey }: { taskId: string; idempotencyKey?: string | null },
): Promise<Skipped> {
  authorize(acting.viewer, 'task:write');
  return change(acting, { operation: 'skipOccurrence', input: { taskId }, idempotencyKey }, async (tx) => {
    const before = await lockLiveTask(tx, acting.viewer, { id: taskId });
    const { recurrenceId } = before;
    if (!recurrenceId) throw conflict('The task is not an occurrence of a recurrence.');
    if (before.status !== 'ACTIVE') throw conflict('The task is completed.');
    const task = onlyAnswer(await changeStatus(tx, acting.viewer, { by: statusChanges.delete, targets: [before] }));
    const [recurrence = null] = await lockSeen(tx, recurrenceRecords, acting.viewer, [recurrenceId]);
    return { task, recurrence };
  });
}
