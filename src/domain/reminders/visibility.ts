import type { Viewer } from '../../auth/viewer.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { visibleTask } from '../tasks/visibility.ts';

/** A reminder is seen by those who see its task. For Prisma's `where`. */
export function visibleReminder(viewer: Viewer) {
  return { tenantId: viewer.tenantId, task: visibleTask(viewer) } satisfies Prisma.ReminderWhereInput;
}
