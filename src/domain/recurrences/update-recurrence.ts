import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../acting.ts';
import { type Change, change } from '../change.ts';
import { placementOf, placeTask } from '../projects/place-task.ts';
import { dueColumns } from '../tasks/due.ts';
import { subtasksFollow } from '../tasks/parent.ts';
import { changeOccurrence } from '../tasks/write-tasks.ts';
import { requireMember } from '../tenants/members.ts';
import { advanceSeries } from './advance-series.ts';
import { dueOf, toStored } from './dates.ts';
import { editOne } from './edit-one.ts';
import { type UpdateRecurrenceInput, updateRecurrenceSchema } from './input.ts';
import { contentChanges, type EditPlan, planEdit } from './plan-edit.ts';
import { requireOpenEnded } from './recurrence-status.ts';
import { lockOpenOccurrences, lockRecurrence } from './store.ts';
import { leaveSeries } from './withdraw-next.ts';

/**
 * Changes one occurrence, or the given fields of a series: an omitted one stays, null clears it. What a task has too is changed on the open
 * occurrences as well, from the one on that the change counts from, or on all of them. When the dates change, the
 * occurrences after that one are made again. Occurrences that were moved to another project are left alone.
 * @throws AppError `INVALID_INPUT`, `NOT_FOUND`, `CONFLICT` when the series is over or has a task on the new date,
 * `PRECONDITION_FAILED`.
 */
export async function updateRecurrence(
  acting: Acting,
  { input, idempotencyKey }: { input: UpdateRecurrenceInput; idempotencyKey?: string | null },
): Promise<{ recurrence: Recurrence; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const { id, ...edits } = validate(updateRecurrenceSchema, input);
  return change(acting, { operation: 'updateRecurrence', input, idempotencyKey }, async (tx) => {
    await lockOpenOccurrences(tx, { tenantId: acting.viewer.tenantId, id });
    const before = await lockRecurrence(tx, acting.viewer, { id, expectedVersion: input.expectedVersion });
    requireOpenEnded(before);
    if (edits.assigneeId) await requireMember(tx, acting.viewer.tenantId, edits.assigneeId);
    // Once more: an occurrence may have been made before the series was locked.
    const open = (await lockOpenOccurrences(tx, before)).filter(({ projectId }) => projectId === before.projectId);
    if (edits.scope === 'THIS') {
      await editOne(tx, acting.viewer, { edits, open });
      return { recurrence: before };
    }
    const plan = planEdit(before, edits, open);
    const content = contentChanges(edits);
    await requirePlace(tx, acting.viewer, [before, ...plan.affected], content);
    await editOccurrences(tx, acting.viewer, { series: { ...before, ...plan.changes }, plan, content });
    const { recurrence } = await advanceSeries(tx, before, { event: 'recurrence.updated', changes: plan.changes });
    return { recurrence };
  });
}

/** The series and the occurrences that change with it may be where they come to be. */
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

type Editing = { series: Recurrence; plan: EditPlan; content: Partial<Task> };

async function editOccurrences(tx: Change, viewer: Viewer, { series, plan, content }: Editing): Promise<void> {
  const [first, ...following] = plan.affected;
  if (!first) return;
  if (plan.changesDates) await leaveSeries(tx, following);
  const date = plan.moved ? await movedDate(tx, first, { series, moved: plan.moved }) : {};
  await editOccurrence(tx, viewer, first, { ...content, ...date });
  if (!plan.changesDates) for (const task of following) await editOccurrence(tx, viewer, task, content);
}

const selectOther = `SELECT FROM task
  WHERE "tenantId" = $1 AND "recurrenceId" = $2 AND "occurrenceAt" = $3 AND id <> $4`;

/** @throws AppError `CONFLICT` when another occurrence has that date. */
async function movedDate(
  tx: Change,
  task: Task,
  { series, moved }: { series: Recurrence; moved: NonNullable<EditPlan['moved']> },
): Promise<Partial<Task>> {
  const occurrenceAt = toStored(moved);
  const values = [series.tenantId, series.id, occurrenceAt, task.id];
  const others = await tx.query('other-task-of-date', selectOther, values);
  if (others.length > 0) {
    throw conflict('The series has an occurrence on that date already, maybe completed or in the trash.');
  }
  return { ...dueColumns(dueOf(moved, series.timeZone), series.timeZone), occurrenceAt };
}

/** One that is a subtask stays in the project of its parent; the subtasks of any other go along with it. */
async function editOccurrence(tx: Change, viewer: Viewer, task: Task, wanted: Partial<Task>): Promise<void> {
  const { projectId = task.projectId } = task.parentId === null ? wanted : task;
  const changes = { ...wanted, projectId };
  const isNews = Object.entries(changes).some(
    ([column, value]) => JSON.stringify(value) !== JSON.stringify(task[column as keyof Task]),
  );
  if (isNews) await changeOccurrence(tx, task, { event: 'task.updated', changes });
  if (projectId !== task.projectId) await subtasksFollow(tx, viewer, task, projectId);
}
