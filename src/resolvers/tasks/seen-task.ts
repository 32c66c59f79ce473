import type { Viewer } from '../../auth/viewer.ts';
import type { Asked } from '../../domain/tasks/subtasks.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import type { RequestContext } from '../context.ts';

/*
 * A repeated call returns a task as it was at the first call, possibly to a user who can no longer see it. Related
 * objects are read in their current state, so these fields check whether the viewer can see the task.
 */

type Seeing = Pick<RequestContext, 'loaders' | 'viewer'>;

export function askedBy({ tenantId, userId }: Viewer, taskId: string): Asked {
  return { tenantId, taskId, userId };
}

/** Null if the viewer cannot see it. */
export function seenTask(taskId: string, { loaders, viewer }: Seeing): Promise<Task | null> {
  return loaders.seenTask.load(askedBy(viewer, taskId));
}

/** @throws AppError `NOT_FOUND`. */
export async function requireSeenTask(taskId: string, context: Seeing): Promise<Task> {
  const task = await seenTask(taskId, context);
  if (!task) throw notFound('The task');
  return task;
}
