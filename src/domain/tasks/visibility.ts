import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Prisma, Task } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import { seenProjectSql, visibleProject } from '../projects/visibility.ts';
import type { Acting } from '../records/acting.ts';

/*
 * Everybody who can see a project can see its tasks, regardless of their creator and assignee. A task without a project
 * can be seen by its creator and its assignee. The visibility of projects is read at query time, so that losing access
 * takes effect immediately.
 */

type Placed = Pick<Task, 'tenantId' | 'creatorId' | 'assigneeId' | 'projectId'>;

/** Whether the viewer can see a task; `seesProject` tells which projects they can see. */
export function isVisible(viewer: Viewer, task: Placed, seesProject: (projectId: string) => boolean): boolean {
  if (task.tenantId !== viewer.tenantId) return false;
  return task.projectId ? seesProject(task.projectId) : [task.creatorId, task.assigneeId].includes(viewer.userId);
}

/** The same rule for Prisma's `where`. */
export function visibleTask(viewer: Viewer) {
  const { tenantId, userId } = viewer;
  const isOwn = { projectId: null, OR: [{ creatorId: userId }, { assigneeId: userId }] };
  return { tenantId, OR: [isOwn, { project: visibleProject(viewer) }] } satisfies Prisma.TaskWhereInput;
}

/** The same rule as SQL about a row of task, for the parameter `user`. */
export function seenTaskSql(user: string): string {
  return `CASE WHEN task."projectId" IS NULL THEN ${user} IN (task."creatorId", task."assigneeId")
    ELSE EXISTS (SELECT FROM project
      WHERE project."tenantId" = task."tenantId" AND project.id = task."projectId" AND ${seenProjectSql(user)}) END`;
}

/** A task that the viewer can see, even in the trash. @throws AppError `NOT_FOUND`. */
export async function readTask({ app, viewer }: Pick<Acting, 'app' | 'viewer'>, id: string): Promise<Task> {
  authorize(viewer, 'task:read');
  const task = await app.prisma.task.findFirst({ where: { id, ...visibleTask(viewer) } });
  if (!task) throw notFound('The task');
  return task;
}
