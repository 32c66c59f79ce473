import { authorize } from '../../auth/permissions.ts';
import type { Reminder } from '../../generated/prisma/client.ts';
import type { ReminderChannel, ReminderStatus } from '../../generated/prisma/enums.ts';
import { isCursorInstant } from '../../shared/date-range.ts';
import { isId } from '../../shared/ids.ts';
import { encodeKey, type Page, type PageArgs, type PageOrder, pageQuery, toPage } from '../lists/page.ts';
import { readPage } from '../lists/read-page.ts';
import type { Acting } from '../records/acting.ts';
import { reminderRecords } from './store.ts';

/** Conditions for reminders; all given conditions must hold. Ids are UUIDs. */
export type ReminderFilter = {
  statuses?: readonly ReminderStatus[] | null;
  channels?: readonly ReminderChannel[] | null;
  taskId?: string | null;
  isAcknowledged?: boolean | null;
};

const earliestFirst: PageOrder = {
  name: 'reminders',
  isKey: ([remindAt, id]) => isCursorInstant(remindAt) && isId(id),
};

/** The viewer's reminders of tasks that they can see, the earliest first. @throws AppError `INVALID_INPUT`. */
export async function listReminders(
  { app, viewer }: Acting,
  { filter, ...args }: { filter?: ReminderFilter | null } & PageArgs,
): Promise<Page<Reminder>> {
  authorize(viewer, 'task:read');
  const query = pageQuery(args, earliestFirst);
  const rows = await readPage({ app, viewer }, reminderRecords, {
    ...{ query, orderedBy: 'remindAt' },
    conditions: [
      { value: viewer.userId, sql: (id) => `reminder."userId" = ${id}` },
      { value: filter?.statuses, sql: (statuses) => `reminder.status = ANY(${statuses})` },
      { value: filter?.channels, sql: (channels) => `reminder.channel = ANY(${channels})` },
      { value: filter?.isAcknowledged, sql: (is) => `(reminder."acknowledgedAt" IS NOT NULL) = ${is}` },
      { value: filter?.taskId, sql: (id) => `reminder."taskId" = ${id}` },
    ],
  });
  return toPage(rows, query, ({ remindAt, id }) => encodeKey(earliestFirst, [remindAt.toISOString(), id]));
}
