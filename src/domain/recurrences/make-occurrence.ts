import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import { canSeeProject } from '../projects/place-task.ts';
import type { Change } from '../records/change.ts';
import { insertIfAbsent } from '../records/insert-records.ts';
import type { Moment } from '../rrule/index.ts';
import { dueColumns } from '../tasks/due.ts';
import { taskRecords } from '../tasks/store.ts';
import { isMember } from '../tenants/members.ts';
import { carryReminders, type ReminderSource, readReminderSource } from './carry-reminders.ts';
import { dueOf, toStored } from './dates.ts';

/**
 * Creates the task of a date, without parent and subtasks. It gets the reminders of `source` whose time is after
 * `remindSince` (now by default). Null if that date already has a task, open, completed or in the trash.
 */
export async function makeOccurrence(
  tx: Change,
  series: Recurrence,
  { date, source, remindSince }: { date: Moment; source: ReminderSource | null; remindSince?: Date },
): Promise<Task | null> {
  const { tenantId, creatorId, projectId, title, notes, priority, tags, timeZone } = series;
  const task: Task = {
    id: newId(),
    ...{ tenantId, creatorId, projectId, title, notes, priority, tags },
    assigneeId: await presentAssignee(tx, series),
    parentId: null,
    status: 'ACTIVE',
    ...dueColumns(dueOf(date, timeZone), timeZone),
    version: 1,
    createdAt: tx.now,
    updatedAt: tx.now,
    completedAt: null,
    deletedAt: null,
    recurrenceId: series.id,
    occurrenceAt: await freeDate(tx, series, date),
  };
  if (!(await insertIfAbsent(tx, taskRecords, task))) return null;
  if (source) await carryReminders(tx, series, { source, task, since: remindSince ?? tx.now });
  return task;
}

const selectTaken = `SELECT max("occurrenceAt") AS taken FROM task
  WHERE "tenantId" = $1 AND "recurrenceId" = $2 AND "occurrenceAt" >= $3 AND "occurrenceAt" < $3 + interval '1 second'`;

/**
 * The key of a date in its recurrence. With basis COMPLETION, a date that was completed in advance can occur again; a
 * millisecond distinguishes the two.
 */
async function freeDate(tx: Change, { tenantId, id, basis }: Recurrence, date: Moment): Promise<Date> {
  const stored = toStored(date);
  if (basis !== 'COMPLETION') return stored;
  const [row] = await tx.query<{ taken: Date | null }>('date-of-occurrence', selectTaken, [tenantId, id, stored]);
  return row?.taken ? new Date(row.taken.getTime() + 1) : stored;
}

/** Null if the assignee has left the tenant or can no longer see the project. */
async function presentAssignee(tx: Change, { tenantId, projectId, assigneeId }: Recurrence): Promise<string | null> {
  if (!assigneeId || !(await isMember(tx, tenantId, assigneeId))) return null;
  return !projectId || (await canSeeProject(tx, { tenantId, projectId, userId: assigneeId })) ? assigneeId : null;
}

const selectNewest = `SELECT ${taskRecords.columns} FROM task WHERE "tenantId" = $1 AND "recurrenceId" = $2
  ORDER BY "occurrenceAt" DESC LIMIT 1`;

/** The reminders for further occurrences: those of the newest one. */
export async function newestSource(tx: Change, { tenantId, id }: Recurrence): Promise<ReminderSource | null> {
  const [task] = await tx.query<Task>('newest-occurrence', selectNewest, [tenantId, id]);
  return task ? readReminderSource(tx, task) : null;
}
