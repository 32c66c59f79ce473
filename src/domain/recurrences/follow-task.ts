import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { lockByIds } from '../records/lock-records.ts';
import type { Changed } from '../records/record-kind.ts';
import { advanceSeries } from './advance-series.ts';
import { readReminderSource } from './carry-reminders.ts';
import { present } from './dates.ts';
import { recurrenceRecords } from './store.ts';
import { withdrawNext } from './withdraw-next.ts';

/**
 * Updates recurrences after occurrences were completed, deleted or reopened, in the same transaction: each gets its
 * number of open occurrences, or loses those that were created in their place.
 */
export async function seriesFollow(tx: Change, changed: readonly Changed<Task>[]): Promise<void> {
  const occurrences = changed.filter(({ after }) => after.recurrenceId);
  await topUp(
    tx,
    occurrences.filter(({ before, after }) => isOpen(before) && !isOpen(after)),
  );
  await withdrawNext(
    tx,
    occurrences.filter(({ before, after }) => !isOpen(before) && isOpen(after)),
  );
}

async function topUp(tx: Change, closed: readonly Changed<Task>[]): Promise<void> {
  const tasks = closed.map(({ after }) => after);
  const [first] = tasks;
  if (!first) return;
  const ids = new Set(tasks.flatMap(({ recurrenceId }) => recurrenceId ?? []));
  for (const series of await lockByIds(tx, recurrenceRecords, first.tenantId, [...ids])) {
    if (series.status === 'ACTIVE') await followSeries(tx, series, tasks);
  }
}

/** As if they were closed one after another in the order of their dates. */
async function followSeries(tx: Change, series: Recurrence, closed: readonly Task[]): Promise<void> {
  const [newest, ...earlier] = closed
    .filter((task) => task.recurrenceId === series.id)
    .sort((a, b) => Number(b.occurrenceAt) - Number(a.occurrenceAt));
  if (!newest) return;
  const isDone = [newest, ...earlier].some((task) => task.deletedAt === null);
  await advanceSeries(tx, series, {
    event: 'recurrence.advanced',
    ...(isDone && { doneAt: present(series, tx.now) }),
    source: () => readReminderSource(tx, newest),
  });
}

function isOpen({ status, deletedAt }: Task): boolean {
  return status === 'ACTIVE' && deletedAt === null;
}
