import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Prisma, Recurrence } from '../../generated/prisma/client.ts';
import type { RecurrenceStatus } from '../../generated/prisma/enums.ts';
import { isCursorInstant } from '../../shared/date-range.ts';
import { isId } from '../../shared/ids.ts';
import { encodeKey, type Key, type Page, type PageArgs, type PageOrder, pageQuery, toPage } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { visibleTask } from '../tasks/visibility.ts';
import { seenSeries } from './visibility.ts';

/** Conditions for recurrences; all given conditions must hold. Ids are UUIDs. */
export type RecurrenceFilter = { statuses?: readonly RecurrenceStatus[] | null; taskId?: string | null };

const newestFirst: PageOrder = {
  name: 'recurrences',
  isKey: ([createdAt, id]) => isCursorInstant(createdAt) && isId(id),
};

/** The recurrences that the viewer can see, the newest first. @throws AppError `INVALID_INPUT`. */
export async function listRecurrences(
  { app, viewer }: Acting,
  { filter, ...args }: { filter?: RecurrenceFilter | null } & PageArgs,
): Promise<Page<Recurrence>> {
  authorize(viewer, 'task:read');
  const query = pageQuery(args, newestFirst);
  const direction = query.isBackward ? 'asc' : 'desc';
  const rows = await app.prisma.recurrence.findMany({
    where: {
      ...seenSeries(viewer),
      ...(filter?.statuses && { status: { in: [...filter.statuses] } }),
      AND: [
        ...(filter?.taskId ? [ofTask(filter.taskId, viewer)] : []),
        ...(query.after ? [beyond(query.after, 'lt')] : []),
        ...(query.before ? [beyond(query.before, 'gt')] : []),
      ],
    },
    orderBy: [{ createdAt: direction }, { id: direction }],
    take: query.limit + 1,
  });
  return toPage(rows, query, ({ createdAt, id }) => encodeKey(newestFirst, [createdAt.toISOString(), id]));
}

/** For a task that the viewer cannot see, the list is empty. */
function ofTask(id: string, viewer: Viewer): Prisma.RecurrenceWhereInput {
  return { tasks: { some: { id, ...visibleTask(viewer) } } };
}

function beyond([createdAt, id]: Key, side: 'gt' | 'lt'): Prisma.RecurrenceWhereInput {
  return { OR: [{ createdAt: { [side]: createdAt } }, { createdAt, id: { [side]: id } }] };
}
