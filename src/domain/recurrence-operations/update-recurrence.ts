import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { validate } from '../../shared/validate.ts';
import { placementOf, placeTask } from '../projects/place-task.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { lockRecord } from '../records/lock-records.ts';
import { advanceSeries } from '../recurrences/advance-series.ts';
import { type UpdateRecurrenceInput, updateRecurrenceSchema } from '../recurrences/input.ts';
import { contentChanges, planEdit } from '../recurrences/plan-edit.ts';
import { redate } from '../recurrences/redate.ts';
import { lockOpenOccurrences, recurrenceRecords } from '../recurrences/store.ts';
import { withdrawSurplus } from '../recurrences/withdraw-next.ts';
import { type TaskChange, writeTasks } from '../reminders/write-tasks.ts';
import { moveSubtasks } from '../task-operations/move-subtasks.ts';
import { requireMember } from '../tenants/members.ts';
import { editOne } from './edit-one.ts';
import { requireOpenEnded } from './recurrence-status.ts';

/**
 * Changes one occurrence, or the given fields of a recurrence: omitted fields are not changed, null clears a field.
 * Fields that tasks have too are also changed in the open occurrences from the one that the change starts from, or in
 * all of them. If the dates change, the later occurrences get the new dates. If it keeps fewer open occurrences,
 * unedited surplus ones are withdrawn. Occurrences that were moved to another project are not changed. @throws AppError
 * `INVALID_INPUT`, `NOT_FOUND`, `CONFLICT` if the recurrence has ended or has a task on the new date,
 * `PRECONDITION_FAILED`.
 */
export async function updateRecurrence(
  acting: Acting,
  { input, idempotencyKey }: Keyed<UpdateRecurrenceInput>,
): Promise<{ recurrence: Recurrence; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const { id, ...edits } = validate(updateRecurrenceSchema, input);
  return change(acting, { operation: 'updateRecurrence', input, idempotencyKey }, async (tx) => {
    await lockOpenOccurrences(tx, { tenantId: acting.viewer.tenantId, id });
    const before = await lockRecord(tx, recurrenceRecords, acting.viewer, {
      id,
      expectedVersion: input.expectedVersion,
    });
    requireOpenEnded(before);
    if (edits.assigneeId) await requireMember(tx, acting.viewer.tenantId, edits.assigneeId);
    // Read again: an occurrence may have been created before the recurrence was locked.
    const open = (await lockOpenOccurrences(tx, before)).filter(({ projectId }) => projectId === before.projectId);
    if (edits.scope === 'THIS') {
      await editOne(tx, acting.viewer, { edits, open });
      return { recurrence: before };
    }
    const plan = planEdit(before, edits, open);
    const content = contentChanges(edits);
    await requirePlace(tx, acting.viewer, [before, ...plan.affected], content);
    const { dates, reach } = await redate(tx, before, plan);
    await editOccurrences(tx, acting.viewer, { tasks: plan.affected, content, dates });
    const changes = { ...plan.changes, ...reach };
    const { recurrence } = await advanceSeries(tx, before, { event: 'recurrence.updated', changes });
    if (recurrence.generateAhead >= before.generateAhead) return { recurrence };
    const first = plan.affected[0]?.id;
    return { recurrence: await withdrawSurplus(tx, recurrence, ({ id }) => id !== first) };
  });
}

/** Checks the places of the recurrence and of the occurrences that change with it. */
async function requirePlace(
  tx: Change,
  viewer: Viewer,
  moving: readonly Pick<Task, 'projectId' | 'assigneeId'>[],
  changes: Partial<Task>,
): Promise<void> {
  for (const { projectId, assigneeId } of moving) {
    const placement = placementOf({ projectId, assigneeId }, { projectId, assigneeId, ...changes });
    if (placement) await placeTask(tx, viewer, placement);
  }
}

type Editing = { tasks: readonly Task[]; content: Partial<Task>; dates: ReadonlyMap<string, Partial<Task>> };

async function editOccurrences(tx: Change, viewer: Viewer, { tasks, content, dates }: Editing): Promise<void> {
  const edits = tasks.flatMap((before): TaskChange[] => {
    const date = dates.get(before.id);
    if (date?.deletedAt) return [{ before, event: 'task.deleted', changes: date }];
    const changes = { ...placed(before, content), ...date };
    return differs(before, changes) ? [{ before, event: 'task.updated', changes }] : [];
  });
  for (const { before, after } of await writeTasks(tx, edits)) {
    if (after.projectId !== before.projectId) await moveSubtasks(tx, viewer, before, after.projectId);
  }
}

/** A subtask stays in the project of its parent; the subtasks of other occurrences move with them. */
function placed({ parentId, projectId }: Task, content: Partial<Task>): Partial<Task> {
  return parentId === null ? content : { ...content, projectId };
}

function differs(task: Task, changes: Partial<Task>): boolean {
  return Object.entries(changes).some(
    ([column, value]) => JSON.stringify(value) !== JSON.stringify(task[column as keyof Task]),
  );
}
