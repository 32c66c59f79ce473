import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Prisma, Recurrence } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import type { Acting } from '../acting.ts';

/** A series is seen by those who see one of its tasks; who made it made them all. For Prisma's `where`; store.ts has it as SQL. */
export function seenSeries({ tenantId, userId }: Viewer) {
  const seen = [{ creatorId: userId }, { assigneeId: userId }, { tasks: { some: { assigneeId: userId } } }];
  return { tenantId, OR: seen } satisfies Prisma.RecurrenceWhereInput;
}

/** A series the viewer sees, whatever its status. @throws AppError `NOT_FOUND`. */
export async function readRecurrence({ app, viewer }: Pick<Acting, 'app' | 'viewer'>, id: string): Promise<Recurrence> {
  authorize(viewer, 'task:read');
  const recurrence = await app.prisma.recurrence.findFirst({ where: { id, ...seenSeries(viewer) } });
  if (!recurrence) throw notFound('The series');
  return recurrence;
}
