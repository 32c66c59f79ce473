import type { Viewer } from '../../auth/viewer.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { visibleTask } from '../tasks/visibility.ts';

/** A comment is seen by those who see its task, until it is deleted. For Prisma's `where`. */
export function visibleComment(viewer: Viewer) {
  return { tenantId: viewer.tenantId, deletedAt: null, task: visibleTask(viewer) } satisfies Prisma.CommentWhereInput;
}
