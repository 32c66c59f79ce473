import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import type { Acting } from '../acting.ts';

/** A task is seen by who made it and by who is to do it. The same rule as SQL stands in store.ts and list-tasks.ts. */
export function isVisible(viewer: Viewer, task: Pick<Task, 'tenantId' | 'creatorId' | 'assigneeId'>): boolean {
  return task.tenantId === viewer.tenantId && [task.creatorId, task.assigneeId].includes(viewer.userId);
}

/** The same rule for Prisma's `where`. */
export function visibleTask<Id extends string | { in: string[] }>(viewer: Viewer, id: Id) {
  return { id, tenantId: viewer.tenantId, OR: [{ creatorId: viewer.userId }, { assigneeId: viewer.userId }] };
}

/** A task the viewer sees, also one in the trash. @throws AppError `NOT_FOUND`. */
export async function readTask({ app, viewer }: Pick<Acting, 'app' | 'viewer'>, id: string): Promise<Task> {
  authorize(viewer, 'task:read');
  const task = await app.prisma.task.findFirst({ where: visibleTask(viewer, id) });
  if (!task) throw notFound('The task');
  return task;
}
