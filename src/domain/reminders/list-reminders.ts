import { authorize } from '../../auth/permissions.ts';
import type { Prisma, Reminder } from '../../generated/prisma/client.ts';
import type { ReminderChannel, ReminderStatus } from '../../generated/prisma/enums.ts';
import { isCursorInstant } from '../../shared/date-range.ts';
import { isId } from '../../shared/ids.ts';
import { encodeKey, type Key, type Page, type PageArgs, type PageOrder, pageQuery, toPage } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { visibleReminder } from './visibility.ts';

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
  const direction = query.isBackward ? 'desc' : 'asc';
  const rows = await app.prisma.reminder.findMany({
    where: {
      ...visibleReminder(viewer),
      userId: viewer.userId,
      ...(filter?.statuses && { status: { in: [...filter.statuses] } }),
      ...(filter?.channels && { channel: { in: [...filter.channels] } }),
      ...(filter?.isAcknowledged != null && { acknowledgedAt: filter.isAcknowledged ? { not: null } : null }),
      ...(filter?.taskId && { taskId: filter.taskId }),
      AND: [...(query.after ? [beyond(query.after, 'gt')] : []), ...(query.before ? [beyond(query.before, 'lt')] : [])],
    },
    orderBy: [{ remindAt: direction }, { id: direction }],
    take: query.limit + 1,
  });
  return toPage(rows, query, ({ remindAt, id }) => encodeKey(earliestFirst, [remindAt.toISOString(), id]));
}

/** The first condition uses the index, the second distinguishes reminders with the same time. */
function beyond([remindAt, id]: Key, side: 'gt' | 'lt'): Prisma.ReminderWhereInput {
  const atOrBeyond = side === 'gt' ? { gte: remindAt } : { lte: remindAt };
  const isBeyond = side === 'gt' ? { gt: remindAt } : { lt: remindAt };
  const sameMoment = { remindAt, id: side === 'gt' ? { gt: id } : { lt: id } };
  return { remindAt: atOrBeyond, OR: [{ remindAt: isBeyond }, sameMoment] };
}
