import { readSavedFilter } from '../../domain/saved-filters/saved-filters.ts';
import { isOverdue as isTaskOverdue } from '../../domain/tasks/conditions.ts';
import type { TaskFilter } from '../../domain/tasks/filter.ts';
import { countTasks, listTasks, type TaskListArgs } from '../../domain/tasks/list-tasks.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { askedBy, seenTask } from './seen-task.ts';

type TasksArgs = TaskListArgs & { savedFilterId?: string | null };
/** Reads a filter that was stored as a client gave it. It was checked when it was stored. */
type ReadFilter = (stored: unknown) => TaskFilter;

/** How the operation reads tasks: the columns that it selects, and how stored filters are read. */
type Reading = { columns: readonly (keyof Task)[] | null; readFilter: ReadFilter };

/** The tasks that the filter means and, if one is given, the saved filter too. */
export async function tasks({ savedFilterId, ...args }: TasksArgs, context: RequestContext, reading: Reading) {
  const { columns, readFilter } = reading;
  const saved = savedFilterId == null ? null : await readSavedFilter(context, savedFilterId);
  const stored = saved && readFilter(saved.filter);
  const filter = stored && args.filter ? { and: [stored, args.filter] } : (stored ?? args.filter ?? {});
  const orderBy = args.orderBy ?? (saved?.orderBy as TaskListArgs['orderBy']);
  return { ...toConnection(await listTasks(context, { ...args, orderBy, filter }, columns ?? undefined)), filter };
}

export function totalCount({ filter }: { filter?: TaskFilter }, _: unknown, context: RequestContext) {
  return countTasks(context, filter ?? {});
}

/** A due date in the form of the API. */
export type TaskDueShape = { date: Date | null; at: Date | null; timeZone: string };

export function due({ dueAt, dueDate, dueTimeZone }: Task): TaskDueShape | null {
  if (!dueAt || !dueTimeZone) return null;
  return { date: dueDate, at: dueDate ? null : dueAt, timeZone: dueTimeZone };
}

export function isOverdue(task: Task, _: unknown, { app }: RequestContext) {
  return isTaskOverdue(task, app.clock.now());
}

/** Also null for a parent that the viewer cannot see. */
export function parent({ parentId }: Task, _: unknown, context: RequestContext) {
  return parentId ? seenTask(parentId, context) : null;
}

export function subtasks({ id }: Task, _: unknown, { loaders, viewer }: RequestContext) {
  return loaders.subtasks.load(askedBy(viewer, id));
}

export function subtaskCounts({ id }: Task, _: unknown, { loaders, viewer }: RequestContext) {
  return loaders.subtaskCounts.load(askedBy(viewer, id));
}
