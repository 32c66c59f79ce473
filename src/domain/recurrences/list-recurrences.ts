import { authorize } from '../../auth/permissions.ts';
import type { Recurrence } from '../../generated/prisma/client.ts';
import type { RecurrenceStatus } from '../../generated/prisma/enums.ts';
import { isCursorInstant } from '../../shared/date-range.ts';
import { isId } from '../../shared/ids.ts';
import { encodeKey, type Page, type PageArgs, type PageOrder, pageQuery, toPage } from '../lists/page.ts';
import { readPage } from '../lists/read-page.ts';
import type { Acting } from '../records/acting.ts';
import { taskSight } from '../tasks/visibility.ts';
import { recurrenceRecords } from './store.ts';

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
  const rows = await readPage({ app, viewer }, recurrenceRecords, {
    ...{ query, orderedBy: 'createdAt', isDescending: true },
    conditions: [
      { value: filter?.statuses, sql: (statuses) => `recurrence.status = ANY(${statuses})` },
      { value: filter?.taskId, sql: isOfTask },
    ],
  });
  return toPage(rows, query, ({ createdAt, id }) => encodeKey(newestFirst, [createdAt.toISOString(), id]));
}

/** For a task that the viewer cannot see, the list is empty. */
function isOfTask(id: string, user: string): string {
  return `EXISTS (SELECT FROM task WHERE task."tenantId" = recurrence."tenantId" AND task.id = ${id}
    AND task."recurrenceId" = recurrence.id AND ${taskSight.sql(user)})`;
}
