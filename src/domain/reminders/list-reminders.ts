import { authorize } from '../../auth/permissions.ts';
import type { Reminder } from '../../generated/prisma/client.ts';
import type { ReminderChannel, ReminderStatus } from '../../generated/prisma/enums.ts';
import { listRecords } from '../lists/list-records.ts';
import type { Page, PageArgs } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { reminderRecords } from './store.ts';

/** Conditions for reminders; all given conditions must hold. Ids are UUIDs. */
type ReminderFilter = {
  statuses?: readonly ReminderStatus[] | null;
  channels?: readonly ReminderChannel[] | null;
  taskId?: string | null;
  isAcknowledged?: boolean | null;
};

/** The viewer's reminders of tasks that they can see, the earliest first. @throws AppError `INVALID_INPUT`. */
export async function listReminders(
  acting: Acting,
  { filter, ...args }: { filter?: ReminderFilter | null } & PageArgs,
): Promise<Page<Reminder>> {
  authorize(acting.viewer, 'task:read');
  return listRecords(acting, reminderRecords, {
    args,
    order: { name: 'reminders', by: { column: 'remindAt', holds: 'INSTANT' } },
    conditions: [
      { value: acting.viewer.userId, sql: (id) => `reminder."userId" = ${id}` },
      { value: filter?.statuses, sql: (statuses) => `reminder.status = ANY(${statuses})` },
      { value: filter?.channels, sql: (channels) => `reminder.channel = ANY(${channels})` },
      { value: filter?.isAcknowledged, sql: (is) => `(reminder."acknowledgedAt" IS NOT NULL) = ${is}` },
      { value: filter?.taskId, sql: (id) => `reminder."taskId" = ${id}` },
    ],
  });
}
