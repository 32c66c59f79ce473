import type { Viewer } from '../../auth/viewer.ts';
import type { Comment, Recurrence, Reminder, Task } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { commentRecords } from '../comments/store.ts';
import { writeDate } from '../recurrences/restore-series.ts';
import { maxOpenPerTask } from '../reminder-rules/input.ts';
import { isRelative } from '../reminder-rules/moment.ts';
import { reminderRecords } from '../reminders/store.ts';
import type { Related } from './related.ts';

/** Related records of tasks, by the id of the task. */
type Details = {
  comments: ReadonlyMap<string, readonly Comment[]>;
  reminders: ReadonlyMap<string, readonly Reminder[]>;
};

const selectComments = `SELECT ${commentRecords.columns} FROM comment
  WHERE "tenantId" = $1 AND "taskId" = ANY($2) AND "deletedAt" IS NULL ORDER BY id`;

const selectReminders = `SELECT ${reminderRecords.columns} FROM reminder
  WHERE "tenantId" = $1 AND "taskId" = ANY($2) AND "userId" = $3 AND NOT "isWithdrawn" ORDER BY id`;

/** Reads the comments on tasks that the viewer can see, and the viewer's own reminders of them. */
export async function readDetails(
  { db }: { db: Database },
  { tenantId, userId }: Viewer,
  tasks: readonly Task[],
): Promise<Details> {
  const ids = tasks.map(({ id }) => id);
  const { rows: comments } = await db.query<Comment>(selectComments, [tenantId, ids]);
  const { rows: reminders } = await db.query<Reminder>(selectReminders, [tenantId, ids, userId]);
  return { comments: byTask(comments), reminders: byTask(reminders) };
}

function byTask<R extends { taskId: string }>(rows: readonly R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.taskId);
    if (group) group.push(row);
    else groups.set(row.taskId, [row]);
  }
  return groups;
}

/** The recurrence and the reminders of a task in a JSON entry. */
export function rulesRecord(task: Task, { reminders }: Pick<Details, 'reminders'>, related: Related) {
  const series = related.series.get(task.recurrenceId ?? '');
  return {
    series: series ? seriesRecord(series, task, related) : null,
    reminders: wantedOf(reminders.get(task.id) ?? []).map(reminderRecord),
  };
}

/** Each occurrence contains its whole recurrence, so that each entry can be read by itself. */
function seriesRecord(series: Recurrence, { occurrenceAt }: Task, { emails, projects }: Related) {
  const { id, title, notes, priority, tags, status, preset, rule, start, timeZone } = series;
  const { basis, missed, monthEnd, skipWeekends, generateAhead, made, madeBefore } = series;
  return {
    id,
    occurrence: occurrenceAt && writeDate(series, occurrenceAt),
    ...{ title, notes, priority, tags },
    assignee: emails.get(series.assigneeId ?? '') ?? null,
    project: projects.get(series.projectId ?? '') ?? null,
    projectId: projects.has(series.projectId ?? '') ? series.projectId : null,
    ...{
      status,
      preset,
      rule,
      start,
      timeZone,
      basis,
      missed,
      monthEnd,
      skipWeekends,
      generateAhead,
      made,
      madeBefore,
    },
    reached: writeDate(series, series.reachedAt),
  };
}

/**
 * Open reminders, and one of each kind of the others, which become pending again when the task gives them a future
 * time.
 */
function wantedOf(reminders: readonly Reminder[]): Reminder[] {
  const isOpen = ({ status }: Reminder) => status === 'PENDING' || status === 'SENDING';
  const open = reminders.filter(isOpen);
  const kinds = new Set(open.map(kindOf));
  const others = reminders.filter((reminder) => {
    const kind = kindOf(reminder);
    return !kinds.has(kind) && kinds.add(kind);
  });
  const wanted = new Set([...open, ...others].slice(0, maxOpenPerTask));
  return reminders.filter((reminder) => wanted.has(reminder));
}

function kindOf(reminder: Reminder): string {
  return JSON.stringify(reminderRecord(reminder));
}

function reminderRecord(reminder: Reminder) {
  const { trigger, offsetMinutes, timeOfDay, channel, remindAt } = reminder;
  return { trigger, offsetMinutes, at: isRelative(reminder) ? null : remindAt.toISOString(), timeOfDay, channel };
}

/** A comment in a JSON entry. */
export function commentRecord({ authorId, originalAuthor, text, createdAt, editedAt }: Comment, { emails }: Related) {
  const author = originalAuthor ?? emails.get(authorId) ?? null;
  return { author, text, createdAt: createdAt.toISOString(), editedAt: editedAt?.toISOString() ?? null };
}
