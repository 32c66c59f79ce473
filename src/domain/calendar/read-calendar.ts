import { authorize } from '../../auth/permissions.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import type { Priority } from '../../generated/prisma/enums.ts';
import type { Acting } from '../acting.ts';
import { seenSeries } from '../recurrences/visibility.ts';
import type { TaskFilter } from '../tasks/filter.ts';
import { listTasks } from '../tasks/list-tasks.ts';
import { type CalendarEntry, calendarText } from './calendar-text.ts';
import { comingOf } from './series-entry.ts';

const pageSize = 200;
const maxTasks = 5_000;
const maxSeries = 500;
const overdueMs = 30 * 24 * 60 * 60 * 1000;

/** RFC 5545, 3.8.1.9. */
const priorities: Record<Priority, number> = { URGENT: 1, HIGH: 3, MEDIUM: 5, LOW: 9 };

/**
 * What the viewer has to do as an iCalendar object: open tasks with a due that are assigned to them, or were made by
 * them outside of projects and assigned to nobody, from 30 days back on, at most 5,000; and the dates to come of their series.
 */
export async function readCalendar(acting: Acting): Promise<string> {
  authorize(acting.viewer, 'task:read');
  const now = acting.app.clock.now();
  const [tasks, series] = await Promise.all([readTasks(acting, now), readSeries(acting)]);
  const ofSeries = series.flatMap((one) => comingOf(one, now).map((coming) => ({ one, ...coming })));
  const entries = [
    ...tasks.map(taskEntry),
    ...ofSeries.map(({ one, start, rule }) => {
      const date = 'date' in start ? start.date : start.at.toISOString();
      return { ...common(one), uid: `series-${one.id}${rule ? '' : `-${date}`}@errand`, start, rule };
    }),
  ];
  return calendarText('Errand', entries, now);
}

/** Two lists that are read from an index however many tasks there are. */
async function readTasks(acting: Acting, now: Date): Promise<Task[]> {
  const { userId } = acting.viewer;
  const due = { status: 'ACTIVE', dueFrom: new Date(now.getTime() - overdueMs) } as const;
  const [assigned, own] = await Promise.all([
    readAll(acting, { ...due, assigneeId: userId }),
    readAll(acting, { ...due, hasProject: false }),
  ]);
  const all = [...assigned, ...own.filter(({ assigneeId }) => assigneeId === null)];
  return all.sort((a, b) => Number(a.dueAt) - Number(b.dueAt)).slice(0, maxTasks);
}

async function readAll(acting: Acting, filter: TaskFilter): Promise<Task[]> {
  const tasks: Task[] = [];
  for (let after: string | null = null; tasks.length < maxTasks; ) {
    const orderBy = { field: 'DUE', direction: 'ASC' } as const;
    const page: Awaited<ReturnType<typeof listTasks>> = await listTasks(acting, {
      filter,
      orderBy,
      first: pageSize,
      after,
    });
    tasks.push(...page.rows);
    const last = page.rows.at(-1);
    if (!page.hasNextPage || !last) break;
    after = page.cursorOf(last);
  }
  return tasks;
}

async function readSeries({ app, viewer }: Acting): Promise<Recurrence[]> {
  const { userId } = viewer;
  const isMine = { OR: [{ assigneeId: userId }, { assigneeId: null, creatorId: userId }] };
  return app.prisma.recurrence.findMany({
    where: { AND: [seenSeries(viewer), isMine], status: 'ACTIVE' },
    orderBy: { id: 'asc' },
    take: maxSeries,
  });
}

function taskEntry(task: Task): CalendarEntry {
  const start = task.dueDate
    ? { date: task.dueDate.toISOString().slice(0, 10) }
    : { at: task.dueAt as Date, timeZone: null };
  return { ...common(task), uid: `task-${task.id}@errand`, start, rule: null };
}

function common({ title, notes, priority, tags, version, updatedAt }: Task | Recurrence) {
  return { summary: title, description: notes, priority: priorities[priority], categories: tags, version, updatedAt };
}
