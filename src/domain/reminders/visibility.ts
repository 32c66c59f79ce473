import type { Viewer } from '../../auth/viewer.ts';

/** A reminder is seen by those who see its task. For Prisma's `where`. */
export function visibleReminder<Id extends string | { in: string[] }>({ tenantId, userId }: Viewer, id: Id) {
  return { id, tenantId, task: { OR: [{ creatorId: userId }, { assigneeId: userId }] } };
}
