import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { invalidInput } from '../../shared/errors.ts';
import { ownTurn } from '../../shared/own-turn.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { fromStored } from '../recurrences/dates.ts';
import {
  type PreviewRecurrenceInput,
  previewRecurrenceSchema,
  type UpdateRecurrenceInput,
  updateRecurrenceSchema,
} from '../recurrences/input.ts';
import { planEdit } from '../recurrences/plan-edit.ts';
import {
  type Coming,
  type ComingDate,
  comingInTurns,
  inZone,
  startingPoint,
} from '../recurrences/preview-occurrences.ts';
import { readRecurrence } from '../recurrences/store.ts';
import { type Due, dueColumns } from '../tasks/due.ts';
import { readTask } from '../tasks/store.ts';
import { planSeries, type Template } from './create-recurrence.ts';
import { requireOpenEnded } from './recurrence-status.ts';

const maxDates = 100;
const onlyOne = 'The scope THIS does not change the dates of the recurrence. Use THIS_AND_FOLLOWING or ALL.';

/**
 * The dates of a new recurrence, beginning with the first. Nothing is stored; creating it gives the same dates. @throws
 * AppError like `createRecurrence`.
 */
export async function previewRecurrence(
  { app, viewer }: Acting,
  { input, first }: { input: PreviewRecurrenceInput; first: number },
): Promise<ComingDate[]> {
  authorize(viewer, 'task:read');
  checkFirst(first);
  await ownTurn();
  const wanted = validate(previewRecurrenceSchema, input);
  const { taskId, due } = wanted;
  const template = taskId ? await readTask({ app, viewer }, taskId) : draftOf(viewer, due ?? null);
  const plan = planSeries({ wanted, template, viewer, now: app.clock.now() });
  return startingWith(plan.series, { date: plan.first, made: 1 }, first);
}

/**
 * The dates of a recurrence after a change, from the occurrence that the change starts from. @throws AppError like
 * `updateRecurrence`.
 */
export async function previewRecurrenceUpdate(
  { app, viewer }: Acting,
  { input, first }: { input: UpdateRecurrenceInput; first: number },
): Promise<ComingDate[]> {
  authorize(viewer, 'task:read');
  checkFirst(first);
  const { id, ...edits } = validate(updateRecurrenceSchema, input);
  if (edits.scope === 'THIS') throw invalidInput([{ path: ['input', 'scope'], message: onlyOne }]);
  const before = await readRecurrence({ app, viewer }, id);
  requireOpenEnded(before);
  await ownTurn();
  const open = (await openOccurrences(app, before)).filter(({ projectId }) => projectId === before.projectId);
  const { changes, affected, moved } = planEdit(before, edits, open);
  const series = { ...before, ...changes };
  const current = affected[0]?.occurrenceAt;
  const date = moved ?? (current && fromStored(series, current));
  if (date) return startingWith(series, { date, made: series.made }, first);
  return inZone(series, await comingInTurns(series, { from: startingPoint(series, app.clock.now()), limit: first }));
}

async function startingWith(series: Recurrence, first: Coming, limit: number): Promise<ComingDate[]> {
  const following = limit > 1 ? await comingInTurns(series, { from: first, limit: limit - 1 }) : [];
  return inZone(series, [first, ...following]);
}

/** The fields of a task that does not exist yet. The dates depend only on its due date. */
function draftOf({ tenantId, userId, timeZone }: Viewer, due: Due | null): Template {
  return {
    ...{ tenantId, creatorId: userId, assigneeId: null, projectId: null, title: '', notes: null },
    ...{ priority: 'MEDIUM', tags: [] },
    ...dueColumns(due, timeZone),
  };
}

async function openOccurrences({ prisma }: Acting['app'], { tenantId, id }: Recurrence): Promise<Task[]> {
  const where = { tenantId, recurrenceId: id, status: 'ACTIVE', deletedAt: null } as const;
  return prisma.task.findMany({ where, orderBy: { occurrenceAt: 'asc' } });
}

/** @throws AppError `INVALID_INPUT`. */
function checkFirst(first: number): void {
  if (first >= 1 && first <= maxDates) return;
  throw invalidInput([{ path: ['first'], message: `The number of dates must be from 1 to ${maxDates}.` }]);
}
