import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import { onRecord } from '../records/on-record.ts';
import { saveRecord } from '../records/save-records.ts';
import { advanceSeries } from '../recurrences/advance-series.ts';
import { fromStored, laterOf, present, toStored } from '../recurrences/dates.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import { taskSight } from '../tasks/visibility.ts';

/** @throws AppError `CONFLICT` if the recurrence has ended. */
export function requireOpenEnded({ status }: Recurrence): void {
  if (status === 'COMPLETED') throw conflict('The recurrence has ended: its last occurrence is completed.');
  if (status === 'CANCELLED') throw conflict('The recurrence is cancelled.');
}

/** @throws AppError `NOT_FOUND`, `PRECONDITION_FAILED`; `CONFLICT` also if the recurrence has ended. */
function onOpenEnded<R extends object>(
  operation: string,
  work: (tx: Change, before: Recurrence, acting: Acting) => Promise<R>,
) {
  return onRecord(recurrenceRecords, { operation, permission: 'task:write' }, (tx, before, acting) => {
    requireOpenEnded(before);
    return work(tx, before, acting);
  });
}

/**
 * Pauses a recurrence: it creates no occurrences until it is resumed. @throws AppError `NOT_FOUND`, `CONFLICT`,
 * `PRECONDITION_FAILED`.
 */
export const pauseRecurrence = onOpenEnded('pauseRecurrence', async (tx, before) => {
  if (before.status === 'PAUSED') throw conflict('The recurrence is already paused.');
  const changes = { checkAt: null };
  return { recurrence: await saveRecord(tx, recurrenceRecords, before, { event: 'recurrence.paused', changes }) };
});

/**
 * Resumes a paused recurrence and creates its number of open occurrences. Dates that have passed are skipped. @throws
 * AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`.
 */
export const resumeRecurrence = onOpenEnded('resumeRecurrence', async (tx, before) => {
  if (before.status !== 'PAUSED') throw conflict('The recurrence is not paused.');
  const reached = laterOf(fromStored(before, before.reachedAt), present(before, tx.now));
  const changes = { status: 'ACTIVE', reachedAt: toStored(reached) } as const;
  return { recurrence: (await advanceSeries(tx, before, { event: 'recurrence.resumed', changes })).recurrence };
});

/**
 * Ends a recurrence; its open occurrences are kept. @throws AppError `NOT_FOUND`, `CONFLICT`, `PRECONDITION_FAILED`.
 */
export const cancelRecurrence = onOpenEnded('cancelRecurrence', async (tx, before) => {
  const changes = { checkAt: null };
  return { recurrence: await saveRecord(tx, recurrenceRecords, before, { event: 'recurrence.cancelled', changes }) };
});

const maxOpen = 200;

/**
 * Creates one more occurrence of an active recurrence in advance. @throws AppError `NOT_FOUND`, `PRECONDITION_FAILED`;
 * `CONFLICT` if it is not active, has no more dates, or has 200 open occurrences.
 */
export const generateNextOccurrence = onOpenEnded(
  'generateNextOccurrence',
  async (tx, before, { viewer }): Promise<{ recurrence: Recurrence; task: Task | null }> => {
    if (before.status !== 'ACTIVE') throw conflict('The recurrence is paused. Resume it first.');
    const advance = { event: 'recurrence.advanced', atLeast: 1 } as const;
    const { recurrence, made, openCount } = await advanceSeries(tx, before, advance);
    const task = made[0];
    if (!task) throw conflict('The recurrence has no more dates.');
    if (openCount > maxOpen) throw conflict(`A recurrence can have at most ${maxOpen} open occurrences.`);
    const isSeen = taskSight.sees(viewer.userId, task, (id) => id === before.projectId);
    return { recurrence, task: isSeen ? task : null };
  },
);
