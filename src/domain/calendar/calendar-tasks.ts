import type { Task } from '../../generated/prisma/client.ts';
import type { Priority } from '../../generated/prisma/enums.ts';
import type { Acting } from '../records/acting.ts';
import { taskLink } from '../reminders/links.ts';
import { listDueVersions, type TaskVersion } from '../tasks/list-tasks.ts';
import { taskRecords } from '../tasks/store.ts';
import { taskSight } from '../tasks/visibility.ts';
import { alarmsOfTasks } from './alarms.ts';
import { type CalendarEntry, entryText } from './calendar-text.ts';

/**
 * The maximum number of tasks in a calendar. Applications read all of it at once. The calendar says if some are left
 * out.
 */
export const maxTasks = 20_000;
const overdueMs = 30 * 24 * 60 * 60 * 1000;
/** The number that is in memory at once. */
const pieceSize = 200;

/** RFC 5545, 3.8.1.9. */
const priorities: Record<Priority, number> = { URGENT: 1, HIGH: 3, MEDIUM: 5, LOW: 9 };

/** The tasks in a calendar, ordered by due date, and the first one that is left out. */
export type CalendarTasks = { tasks: readonly TaskVersion[]; firstLeftOut: TaskVersion | null };

/** Both lists are read from an index, regardless of the number of tasks. */
export async function findCalendarTasks(acting: Acting): Promise<CalendarTasks> {
  const { app, viewer } = acting;
  const dueFrom = new Date(app.clock.now().getTime() - overdueMs);
  const filter = { status: 'ACTIVE', dueFrom } as const;
  const limit = maxTasks + 1;
  const [assigned, own] = await Promise.all([
    listDueVersions(acting, { filter: { ...filter, assigneeId: viewer.userId }, limit }),
    listDueVersions(acting, { filter: { ...filter, hasProject: false }, limit, isUnassigned: true }),
  ]);
  const all = [...assigned, ...own].sort((a, b) => Number(a.dueAt) - Number(b.dueAt) || (a.id < b.id ? -1 : 1));
  return { tasks: all.slice(0, maxTasks), firstLeftOut: all[maxTasks] ?? null };
}

const selectThese = `SELECT ${taskRecords.columns} FROM task
  WHERE "tenantId" = $1 AND id = ANY($2) AND status = 'ACTIVE' AND "deletedAt" IS NULL AND "dueAt" IS NOT NULL
    AND ${taskSight.sql('$3')} ORDER BY "dueAt", id`;

/**
 * The events of tasks, in their state when they are written. Tasks that are completed or deleted by then are left out.
 */
export async function* taskTexts({ app, viewer }: Acting, tasks: readonly TaskVersion[]): AsyncGenerator<string> {
  for (let at = 0; at < tasks.length; at += pieceSize) {
    const ids = tasks.slice(at, at + pieceSize).map(({ id }) => id);
    const values = [viewer.tenantId, ids, viewer.userId];
    const { rows } = await app.db.query<Task>({ name: 'calendar-tasks', text: selectThese, values });
    const alarms = await alarmsOfTasks(app, viewer, ids);
    const entries = rows.map((task) => {
      const uid = `task-${task.id}@errand`;
      const url = taskLink(app.config, task.id);
      return { ...commonFields(task), uid, start: startOf(task), rule: null, url, alarms: alarms.get(task.id) ?? [] };
    });
    yield entries.map(entryText).join('');
  }
}

function startOf({ dueAt, dueDate }: Task): CalendarEntry['start'] {
  return dueDate ? { date: dueDate.toISOString().slice(0, 10) } : { at: dueAt as Date, timeZone: null };
}

type Common = Pick<Task, 'title' | 'notes' | 'priority' | 'tags' | 'version' | 'updatedAt'>;

/** The common fields of tasks and recurrences. */
export function commonFields({ title, notes, priority, tags, version, updatedAt }: Common) {
  return { summary: title, description: notes, priority: priorities[priority], categories: tags, version, updatedAt };
}
