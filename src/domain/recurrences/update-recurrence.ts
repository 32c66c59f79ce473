import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../acting.ts';
import { type Change, change } from '../change.ts';
import { placementOf, placeTask } from '../projects/place-task.ts';
import { checkSeries, localStart, occurrencesAfter } from '../recurrence/index.ts';
import { subtasksFollow } from '../tasks/parent.ts';
import { changeOccurrence } from '../tasks/write-tasks.ts';
import { requireMember } from '../tenants/members.ts';
import { advanceSeries } from './advance-series.ts';
import { changeRule, inInput } from './choose-rule.ts';
import { fromStored, toSeries } from './dates.ts';
import { type RecurrenceEdits, type UpdateRecurrenceInput, updateRecurrenceSchema } from './input.ts';
import { requireOpenEnded } from './recurrence-status.ts';
import { lockOpenOccurrences, lockRecurrence, type RecurrenceChanges } from './store.ts';
import { leaveSeries } from './withdraw-next.ts';

/**
 * Changes the given fields of a series: an omitted one stays, null clears it. What a task has too is changed on the open
 * occurrences as well. When the dates change, those made ahead of the current one are replaced; a new rule counts from
 * the current one on. Occurrences that were moved to another project are left alone.
 * @throws AppError `INVALID_INPUT`, `NOT_FOUND`, `CONFLICT` when the series is over, `PRECONDITION_FAILED`.
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
    const content = contentChanges(edits);
    await requirePlace(tx, acting.viewer, [before, ...open], content);
    const dates = dateChanges(before, edits, open);
    if (dates) await leaveSeries(tx, open.slice(1));
    for (const task of dates ? open.slice(0, 1) : open) await editOccurrence(tx, acting.viewer, task, content);
    const changes = { ...content, ...policyChanges(edits), ...dates };
    return { recurrence: (await advanceSeries(tx, before, { event: 'recurrence.updated', changes })).recurrence };
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

/** What the series and its tasks both have. */
function contentChanges({ title, notes, priority, tags, assigneeId, projectId }: RecurrenceEdits) {
  return {
    ...(title !== undefined && { title }),
    ...(notes !== undefined && { notes }),
    ...(priority !== undefined && { priority: priority ?? 'MEDIUM' }),
    ...(tags !== undefined && { tags: tags ?? [] }),
    ...(assigneeId !== undefined && { assigneeId }),
    ...(projectId !== undefined && { projectId }),
  } satisfies RecurrenceChanges & Partial<Task>;
}

function policyChanges({ basis, missed, generateAhead }: RecurrenceEdits): RecurrenceChanges {
  return {
    ...(basis !== undefined && { basis: basis ?? 'SCHEDULE' }),
    ...(missed !== undefined && { missed: missed ?? 'ONE' }),
    ...(generateAhead !== undefined && { generateAhead: generateAhead ?? 0 }),
  };
}

/** What is new of the dates, and how far the series is by them; null when they stay as they are. */
function dateChanges(before: Recurrence, edits: RecurrenceEdits, open: readonly Task[]): RecurrenceChanges | null {
  const { preset, interval, rule, until, count, monthEnd, skipWeekends } = edits;
  if ([preset, interval, rule, until, count, monthEnd, skipWeekends].every((edit) => edit === undefined)) return null;
  const current = open[0]?.occurrenceAt ?? before.reachedAt;
  const isNewRule = [preset, interval, rule].some((edit) => edit != null);
  const changes = {
    ...changeRule(before, edits),
    ...(isNewRule && { start: startAt(before, current) }),
    ...(monthEnd !== undefined && { monthEnd: monthEnd ?? 'CLAMP' }),
    ...(skipWeekends !== undefined && { skipWeekends: skipWeekends ?? false }),
    reachedAt: current,
    made: before.made - Math.max(0, open.length - 1),
  };
  requirePossible({ ...before, ...changes });
  return changes;
}

function startAt({ isAllDay, timeZone }: Recurrence, current: Date): string {
  return isAllDay ? current.toISOString().slice(0, 10) : localStart(current, timeZone);
}

/** @throws AppError `INVALID_INPUT` for a rule that does not fit the series, or never occurs. */
function requirePossible(series: Recurrence): void {
  inInput(() => {
    checkSeries(toSeries(series));
    occurrencesAfter({ ...toSeries(series), after: fromStored(series, series.reachedAt), limit: 1 });
  });
}

/** One that is a subtask stays in the project of its parent; the subtasks of any other go along with it. */
async function editOccurrence(tx: Change, viewer: Viewer, task: Task, content: Partial<Task>): Promise<void> {
  const { projectId = task.projectId } = task.parentId === null ? content : task;
  const changes = { ...content, projectId };
  const isNews = Object.entries(changes).some(
    ([column, value]) => JSON.stringify(value) !== JSON.stringify(task[column as keyof Task]),
  );
  if (isNews) await changeOccurrence(tx, task, { event: 'task.updated', changes });
  if (projectId !== task.projectId) await subtasksFollow(tx, viewer, task, projectId);
}
