import type { Task } from '../../generated/prisma/client.ts';
import type { Change } from '../change.ts';
import { advanceSeries } from './advance-series.ts';
import { readReminderSource } from './carry-reminders.ts';
import { present } from './dates.ts';
import { lockSeries } from './store.ts';

/**
 * Lets a series follow when one of its open occurrences was done or put into the trash: in the same transaction it gets
 * as many open ones as it keeps.
 */
export async function seriesFollows(tx: Change, before: Task, after: Task): Promise<void> {
  if (!after.recurrenceId || !isOpen(before) || isOpen(after)) return;
  const series = await lockSeries(tx, { tenantId: after.tenantId, id: after.recurrenceId });
  if (series?.status !== 'ACTIVE') return;
  const isDone = after.deletedAt === null;
  await advanceSeries(tx, series, {
    event: 'recurrence.advanced',
    ...(isDone && { doneAt: present(series, tx.now) }),
    source: () => readReminderSource(tx, after),
  });
}

function isOpen({ status, deletedAt }: Task): boolean {
  return status === 'ACTIVE' && deletedAt === null;
}
