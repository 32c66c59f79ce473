import { authorize } from '../../auth/permissions.ts';
import { readSavedFilter } from '../../domain/saved-filters/saved-filters.ts';
import { createTask as create } from '../../domain/task-operations/create-task.ts';
import * as status from '../../domain/task-operations/task-status.ts';
import { updateTask as update } from '../../domain/task-operations/update-task.ts';
import { isOverdue as isTaskOverdue } from '../../domain/tasks/conditions.ts';
import type { TaskFilter } from '../../domain/tasks/filter.ts';
import type { CreateTaskInput, UpdateTaskInput } from '../../domain/tasks/input.ts';
import { listTags } from '../../domain/tasks/list-tags.ts';
import { countTasks, listTasks, type TaskListArgs } from '../../domain/tasks/list-tasks.ts';
import { readTask, visibleTask } from '../../domain/tasks/visibility.ts';
import { type TaskStreamItem, watchTasks } from '../../domain/tasks/watch-tasks.ts';
import { undo as undoChange } from '../../domain/undo/undo.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { decodeGlobalId, encodeGlobalId } from '../../shared/global-id.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { checkChangeId, optionalId } from '../ids.ts';
import { delivered, startCursor } from '../subscriptions.ts';
import { askedBy, seenTask } from './seen-task.ts';
import { decodeFilter, reviveFilter } from './task-filter.ts';

type WithId<T, K extends keyof T = never> = T & { [P in K]?: string | null };
type Keyed = { idempotencyKey?: string | null };

/** Rows that `node` can return. */
export function findTask<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'task:read');
  return { id, ...visibleTask(viewer) };
}

export function task(_: unknown, { id }: { id: string }, context: RequestContext) {
  return readTask(context, decodeGlobalId('Task', id, ['id']));
}

type TasksArgs = TaskListArgs & { savedFilterId?: string | null };

export async function tasks(_: unknown, { savedFilterId, ...args }: TasksArgs, context: RequestContext) {
  const given = decodeFilter(args.filter ?? {});
  const saved = savedFilterId == null ? null : await savedList(savedFilterId, context);
  const filter = saved ? (args.filter ? { and: [saved.filter, given] } : saved.filter) : given;
  const orderBy = args.orderBy ?? saved?.orderBy;
  return { ...toConnection(await listTasks(context, { ...args, orderBy, filter })), filter };
}

/** The arguments of a saved filter. It was validated when it was stored. */
async function savedList(id: string, context: RequestContext) {
  const { filter, orderBy } = await readSavedFilter(context, decodeGlobalId('SavedFilter', id, ['savedFilterId']));
  return {
    filter: decodeFilter(reviveFilter(filter as TaskFilter), ['savedFilterId']),
    orderBy: orderBy as unknown as TaskListArgs['orderBy'],
  };
}

export function tags(_: unknown, args: Parameters<typeof listTags>[1], context: RequestContext) {
  return listTags(context, args);
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

export function creator(task: Task, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(task.creatorId);
}

export function assignee(task: Task, _: unknown, { loaders }: RequestContext) {
  return task.assigneeId ? loaders.user.load(task.assigneeId) : null;
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

export function createTask(_: unknown, args: { input: WithId<CreateTaskInput> } & Keyed, context: RequestContext) {
  const assigneeId = optionalId('User', args.input.assigneeId, ['input', 'assigneeId']);
  const projectId = optionalId('Project', args.input.projectId, ['input', 'projectId']);
  const parentId = optionalId('Task', args.input.parentId, ['input', 'parentId']);
  return create(context, { ...args, input: { ...args.input, assigneeId, projectId, parentId } });
}

export function updateTask(_: unknown, args: { input: UpdateTaskInput } & Keyed, context: RequestContext) {
  const id = decodeGlobalId('Task', args.input.id, ['input', 'id']);
  const assigneeId = optionalId('User', args.input.assigneeId, ['input', 'assigneeId']);
  const projectId = optionalId('Project', args.input.projectId, ['input', 'projectId']);
  const parentId = optionalId('Task', args.input.parentId, ['input', 'parentId']);
  return update(context, { ...args, input: { ...args.input, id, assigneeId, projectId, parentId } });
}

export const completeTask = onTask(status.completeTask);
export const reopenTask = onTask(status.reopenTask);
export const deleteTask = onTask(status.deleteTask);
export const restoreTask = onTask(status.restoreTask);

function onTask<Target extends status.TaskTarget>(act: status.TaskChange<Target>) {
  return (_: unknown, args: Target, context: RequestContext) =>
    act(context, { ...args, id: decodeGlobalId('Task', args.id, ['id']) });
}

export function undo(_: unknown, args: { changeId: string } & Keyed, context: RequestContext) {
  return undoChange(context, { ...args, changeId: checkChangeId(args.changeId, ['changeId']) });
}

export function taskChanged(
  _: unknown,
  { filter, after }: { filter?: TaskFilter | null; after?: string | null },
  context: RequestContext,
): AsyncIterable<TaskStreamItem> {
  const options = {
    filter: decodeFilter(filter ?? {}),
    after: startCursor(context, after),
    signal: context.stream.access,
  };
  return delivered(context, watchTasks(context, options));
}

export function leftTaskId({ taskId }: { taskId: string }) {
  return encodeGlobalId('Task', taskId);
}
