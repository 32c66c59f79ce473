import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { conflict, invalidInput } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { lockByIds } from '../records/lock-records.ts';
import { advanceSeries } from '../recurrences/advance-series.ts';
import { chooseRule, inInput } from '../recurrences/choose-rule.ts';
import { dayOf, dueOf, requireDates, toSeries, toStored } from '../recurrences/dates.ts';
import { type CreateRecurrenceInput, createRecurrenceSchema, type WantedRecurrence } from '../recurrences/input.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import { addDefaultReminders } from '../reminders/add-reminders.ts';
import { changeOccurrence } from '../reminders/write-tasks.ts';
import { localStart, type Moment, occurrencesAfter, parseRule } from '../rrule/index.ts';
import { createTaskWithin } from '../task-operations/create-task.ts';
import { dueColumns } from '../tasks/due.ts';
import { lockLiveTask } from '../tasks/store.ts';

/**
 * Creates a recurrence from a task, which becomes its first occurrence and the template of the others; without a due
 * date it starts today. @throws AppError `INVALID_INPUT` if the rule is invalid or never occurs; `NOT_FOUND`;
 * `CONFLICT` if the task is completed, in the trash, or already in a recurrence.
 */
export async function createRecurrence(
  acting: Acting,
  { input, idempotencyKey }: Keyed<CreateRecurrenceInput>,
): Promise<{ recurrence: Recurrence; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const wanted = validate(createRecurrenceSchema, input);
  return change(acting, { operation: 'createRecurrence', input, idempotencyKey }, async (tx) => ({
    recurrence: await createRecurrenceWithin(tx, acting.viewer, wanted),
  }));
}

/** Creates a recurrence as part of a larger change. The caller has checked the permission and validated the input. */
async function createRecurrenceWithin(tx: Change, viewer: Viewer, wanted: WantedRecurrence): Promise<Recurrence> {
  const template = await templateOf(tx, viewer, wanted);
  const { series, first } = planSeries({ wanted, template, viewer, now: tx.now });
  await insertRecords(tx, recurrenceRecords, [series]);
  const task = await changeOccurrence(tx, template, {
    event: 'task.updated',
    changes: { ...firstDue(template, series, first), recurrenceId: series.id, occurrenceAt: series.reachedAt },
  });
  if (!template.dueAt && !wanted.task?.reminders) await addDefaultReminders(tx, viewer, task);
  return (await advanceSeries(tx, series, { event: 'recurrence.advanced' })).recurrence;
}

async function templateOf(tx: Change, viewer: Viewer, { task, taskId }: WantedRecurrence): Promise<Task> {
  if (task) return createTaskWithin(tx, viewer, task, ['input', 'task']);
  const found = await lockLiveTask(tx, viewer, { id: taskId ?? '' });
  if (found.status !== 'ACTIVE') throw conflict('The task is completed. Reopen it first.');
  if (await isInSeries(tx, found))
    throw conflict('The task belongs to a recurrence that has not ended. Cancel that recurrence first.');
  return found;
}

/** Tasks of a recurrence that has ended are free for another one. */
async function isInSeries(tx: Change, { tenantId, recurrenceId }: Task): Promise<boolean> {
  const [series] = recurrenceId ? await lockByIds(tx, recurrenceRecords, tenantId, [recurrenceId]) : [];
  return series?.status === 'ACTIVE' || series?.status === 'PAUSED';
}

/** The fields that a recurrence takes from its first task. */
export type Template = Pick<
  Task,
  | ('tenantId' | 'creatorId' | 'assigneeId' | 'projectId' | 'title' | 'notes' | 'priority' | 'tags')
  | ('dueAt' | 'dueDate' | 'dueTimeZone')
>;
/** The requested dates. */
type WantedDates = Omit<WantedRecurrence, 'task' | 'taskId'>;
type Planning = { wanted: WantedDates; template: Template; viewer: Viewer; now: Date };

/** The new recurrence and its first date. @throws AppError `INVALID_INPUT`. */
export function planSeries({ wanted, template, viewer, now }: Planning): { series: Recurrence; first: Moment } {
  const { tenantId, creatorId, assigneeId, projectId, title, notes, priority, tags } = template;
  const timeZone = wanted.timeZone ?? template.dueTimeZone ?? viewer.timeZone;
  const isAllDay = template.dueAt === null || template.dueDate !== null;
  const undated = {
    id: newId(),
    ...{ tenantId, creatorId, assigneeId, projectId, title, notes, priority, tags },
    status: 'ACTIVE',
    ...chooseRule(wanted, isAllDay ? null : timeZone),
    ...{ isAllDay, timeZone },
    basis: wanted.basis ?? 'SCHEDULE',
    missed: wanted.missed ?? 'ONE',
    monthEnd: wanted.monthEnd ?? 'CLAMP',
    skipWeekends: wanted.skipWeekends ?? false,
    generateAhead: wanted.generateAhead ?? 0,
    ...{ made: 1, madeBefore: 0 },
    checkAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  } as const;
  return inInput(() => {
    const started = { ...undated, start: startOf(template, undated, now), reachedAt: now };
    requireDates(started);
    const [first] = occurrencesAfter({ ...toSeries(started), after: null, limit: 1 });
    if (!first) throw invalidInput([{ path: ['until'], message: 'The recurrence ends before its first date.' }]);
    return { series: { ...started, reachedAt: toStored(first) }, first };
  });
}

type Undated = Omit<Recurrence, 'start' | 'reachedAt'>;

/** The due date of the template in local time; without one, the first date of the rule from today on. */
function startOf({ dueAt, dueDate }: Template, series: Undated, now: Date): string {
  if (dueDate) return dueDate.toISOString().slice(0, 10);
  if (dueAt) return localStart(dueAt, series.timeZone);
  const today = dayOf(now, series.timeZone);
  const rule = { ...parseRule(series.rule), count: null };
  const policies = { monthEnd: series.monthEnd };
  const [first] = occurrencesAfter({ rule, start: today, timeZone: null, policies, after: null, limit: 1 });
  return first?.kind === 'DATE' ? first.date : today;
}

/** A skipped weekend moves the template too. */
function firstDue({ dueAt }: Task, { timeZone }: Recurrence, first: Moment): Partial<Task> {
  const due = dueColumns(dueOf(first, timeZone), timeZone);
  return due.dueAt?.getTime() === dueAt?.getTime() ? {} : due;
}
