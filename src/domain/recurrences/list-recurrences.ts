import { authorize } from '../../auth/permissions.ts';
import type { Recurrence } from '../../generated/prisma/client.ts';
import type { RecurrenceStatus } from '../../generated/prisma/enums.ts';
import { listRecords } from '../lists/list-records.ts';
import type { Page, PageArgs } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { taskSight } from '../tasks/visibility.ts';
import { recurrenceRecords } from './store.ts';

/** Conditions for recurrences; all given conditions must hold. Ids are UUIDs. */
type RecurrenceFilter = { statuses?: readonly RecurrenceStatus[] | null; taskId?: string | null };

/** The recurrences that the viewer can see, the newest first. @throws AppError `INVALID_INPUT`. */
export async function listRecurrences(
  acting: Acting,
  { filter, ...args }: { filter?: RecurrenceFilter | null } & PageArgs,
): Promise<Page<Recurrence>> {
  authorize(acting.viewer, 'task:read');
  return listRecords(acting, recurrenceRecords, {
    args,
    order: { name: 'recurrences', by: { column: 'createdAt', holds: 'INSTANT' }, isDescending: true },
    conditions: [
      { value: filter?.statuses, sql: (statuses) => `recurrence.status = ANY(${statuses})` },
      { value: filter?.taskId, sql: isOfTask },
    ],
  });
}

/** For a task that the viewer cannot see, the list is empty. */
function isOfTask(id: string, user: string): string {
  return `EXISTS (SELECT FROM task WHERE task."tenantId" = recurrence."tenantId" AND task.id = ${id}
    AND task."recurrenceId" = recurrence.id AND ${taskSight.sql(user)})`;
}
