import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Prisma, Recurrence } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import { seenProjectSql, visibleProject } from '../projects/visibility.ts';
import type { Acting } from '../records/acting.ts';
import { seenTaskSql, visibleTask } from '../tasks/visibility.ts';

/**
 * Everybody who can see a project can see its recurrences. A recurrence without a project can be seen by everybody who
 * can see one of its tasks; its creator created them all.
 */
export function seenSeries(viewer: Viewer) {
  const { tenantId, userId } = viewer;
  const own = [{ creatorId: userId }, { assigneeId: userId }, { tasks: { some: visibleTask(viewer) } }];
  return {
    tenantId,
    OR: [{ projectId: null, OR: own }, { project: visibleProject(viewer) }],
  } satisfies Prisma.RecurrenceWhereInput;
}

/** The same rule as SQL about a row of recurrence, for the parameter `user`. */
export function seenSeriesSql(user: string): string {
  return `CASE WHEN recurrence."projectId" IS NULL
    THEN ${user} = recurrence."creatorId" OR ${user} = recurrence."assigneeId" OR EXISTS (SELECT FROM task
      WHERE task."tenantId" = recurrence."tenantId" AND task."recurrenceId" = recurrence.id AND ${seenTaskSql(user)})
    ELSE EXISTS (SELECT FROM project WHERE project."tenantId" = recurrence."tenantId"
      AND project.id = recurrence."projectId" AND ${seenProjectSql(user)}) END`;
}

/** A recurrence that the viewer can see, in any status. @throws AppError `NOT_FOUND`. */
export async function readRecurrence({ app, viewer }: Pick<Acting, 'app' | 'viewer'>, id: string): Promise<Recurrence> {
  authorize(viewer, 'task:read');
  const recurrence = await app.prisma.recurrence.findFirst({ where: { id, ...seenSeries(viewer) } });
  if (!recurrence) throw notFound('The recurrence');
  return recurrence;
}
