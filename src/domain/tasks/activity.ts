import { isDeepStrictEqual } from 'node:util';
import type { LoggedEvent } from '../../events/contract.ts';
import { parseRow } from '../../events/parse-row.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { answers } from '../lists/answers.ts';
import { encodeKey, type Page, type PageOrder, type PageQuery, toPage } from '../lists/page.ts';
import { type Asked, askedAndSeen, questionsOf } from './subtasks.ts';

/** An activity: a change of a task, or of one of its comments or reminders. `id` is its position in the log. */
export type Activity = Pick<LoggedEvent, 'type' | 'objectId' | 'actorId' | 'changeId' | 'occurredAt'> & {
  id: bigint;
  /** The task before and after; null if it was created, or if the change is of a comment or reminder. */
  before: Task | null;
  after: Task | null;
};

type ActivityRow = Omit<Activity, 'before' | 'after'> & { before: string | null; after: string | null };

export const newestFirst: PageOrder = { name: 'activity', isKey: ([, id]) => /^\d{1,18}$/.test(id) };

const maxId = 2n ** 63n - 1n;
const columns = 'id, type, "objectId", "actorId", "changeId", "occurredAt"';

/**
 * The second scan uses the index event_about_task and repeats its condition. Internal steps of a delivery are left out.
 */
const select = (direction: 'ASC' | 'DESC') => {
  const page = `id > $4 AND id < $5 ORDER BY id ${direction} LIMIT $6`;
  return `
  SELECT asked.n::int, found.* FROM ${askedAndSeen}
  CROSS JOIN LATERAL (
    (SELECT ${columns}, before::text AS before, after::text AS after FROM event
     WHERE "tenantId" = asked."tenantId" AND "objectId" = asked."taskId" AND ${page})
    UNION ALL
    (SELECT ${columns}, NULL, NULL FROM event
     WHERE "tenantId" = asked."tenantId" AND after ->> 'taskId' = asked."taskId"::text
       AND (type LIKE 'comment.%' OR type LIKE 'reminder.%') AND type NOT IN ('reminder.sending', 'reminder.deferred')
       AND ${page})
    ORDER BY id ${direction} LIMIT $6
  ) found ORDER BY asked.n, found.id ${direction}`;
};
const forward = { name: 'activity', text: select('DESC') };
const backward = { name: 'activity-backward', text: select('ASC') };

/**
 * The activity of tasks, the newest first; empty for a task that the user cannot see. One statement for pages with the
 * same arguments.
 */
export async function readActivity(db: Database, tasks: readonly Asked[], query: PageQuery): Promise<Page<Activity>[]> {
  const { after, before, limit, isBackward } = query;
  const found = await answers<ActivityRow>(db, tasks.length, {
    ...(isBackward ? backward : forward),
    values: [...questionsOf(tasks), before?.[1] ?? 0n, after?.[1] ?? maxId, limit + 1],
  });
  return found.map((rows) => toPage(rows.map(toActivity), query, ({ id }) => encodeKey(newestFirst, ['', String(id)])));
}

function toActivity(row: ActivityRow): Activity {
  return { ...row, before: parseRow('task', row.before), after: parseRow('task', row.after) };
}

/** The fields of an activity, with the columns that store them. */
const taskFields = {
  TITLE: ['title'],
  NOTES: ['notes'],
  STATUS: ['status'],
  PRIORITY: ['priority'],
  TAGS: ['tags'],
  DUE: ['dueAt', 'dueDate', 'dueTimeZone'],
  ASSIGNEE: ['assigneeId'],
  PROJECT: ['projectId'],
  PARENT: ['parentId'],
} as const satisfies Record<string, (keyof Task)[]>;
export type TaskField = keyof typeof taskFields;

/** The fields that differ. A field that is missing in an old event did not exist then. */
export function changedFields({ before, after }: Pick<Activity, 'before' | 'after'>): TaskField[] {
  if (!before || !after) return [];
  const differs = (column: keyof Task) => !isDeepStrictEqual(before[column] ?? null, after[column] ?? null);
  return (Object.keys(taskFields) as TaskField[]).filter((field) => taskFields[field].some(differs));
}
