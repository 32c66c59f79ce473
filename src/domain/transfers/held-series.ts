import type { Viewer } from '../../auth/viewer.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import { AppError, invalidInput, notFound } from '../../shared/errors.ts';
import { requirePlace } from '../projects/place-task.ts';
import type { Change } from '../records/change.ts';
import { lockRecords } from '../records/lock-records.ts';
import { readDate, restoredSeries } from '../recurrences/restore-series.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import type { LockedReferences } from '../tasks/new-task.ts';
import type { FileSeries } from './read-details.ts';
import { type Meaning, memberOf, projectOf, Unreadable } from './read-row.ts';

/** A recurrence of the file in a step: the stored or new record, and the dates that have a task. */
export type HeldSeries = { recurrence: Recurrence; taken: Set<number>; isSeen: boolean };

const selectTaken = `SELECT "recurrenceId", "occurrenceAt" FROM task
  WHERE "tenantId" = $1 AND "recurrenceId" = ANY($2)`;

/**
 * Locks the recurrences of earlier rows, so that nobody creates an occurrence of them in the meantime. By their id in
 * the file.
 */
export async function holdSeries(
  tx: Change,
  viewer: Viewer,
  series: ReadonlyMap<string, string>,
): Promise<Map<string, HeldSeries>> {
  if (series.size === 0) return new Map();
  const ids = [...series.values()];
  const locked = new Map((await lockRecords(tx, recurrenceRecords, viewer, ids)).map((one) => [one.row.id, one]));
  type Taken = { recurrenceId: string; occurrenceAt: Date };
  const taken = await tx.query<Taken>('taken-dates', selectTaken, [viewer.tenantId, ids]);
  const held = new Map<string, HeldSeries>();
  for (const [seriesId, id] of series) {
    const one = locked.get(id);
    if (!one) continue;
    const dates = taken.flatMap((task) => (task.recurrenceId === id ? Number(task.occurrenceAt) : []));
    held.set(seriesId, { recurrence: one.row, taken: new Set(dates), isSeen: one.isSeen });
  }
  return held;
}

type Placing = { tx: Change; viewer: Viewer; meaning: Meaning; held: LockedReferences };

/**
 * The recurrence of the task of a row, created by its first row, and the date of the task in it. @throws AppError
 * `INVALID_INPUT` with the field of `series`; like `restoredSeries` and `requirePlace`.
 */
export function occurrenceIn(
  placing: Placing,
  known: HeldSeries | undefined,
  { series, task }: { series: FileSeries; task: Task },
): { series: HeldSeries; occurrenceAt: Date } {
  return inSeries(() => {
    if (known && !known.isSeen) throw notFound('The recurrence');
    const held = known ?? { recurrence: newSeries(placing, series, task), taken: new Set(), isSeen: true };
    const occurrenceAt = readDate(held.recurrence, series.occurrence, 'occurrence');
    if (held.taken.has(occurrenceAt.getTime())) {
      throw invalidInput([{ path: ['occurrence'], message: 'The recurrence already has a task for this date.' }]);
    }
    return { series: held, occurrenceAt };
  });
}

function newSeries({ tx, viewer, meaning, held }: Placing, written: FileSeries, first: Task): Recurrence {
  const { occurrence } = written;
  const place = placeOf(written, meaning);
  const { projectId, assigneeId } = place;
  if (projectId) requirePlace(held.projects, viewer, { projectId, assigneeId, isEntering: true }, []);
  return restoredSeries(tx, viewer, { written, place, occurrence, first });
}

function placeOf(
  { assignee, project, projectId }: FileSeries,
  meaning: Meaning,
): Pick<Recurrence, 'assigneeId' | 'projectId'> {
  return {
    assigneeId: orFault('assignee', () => memberOf(assignee ?? undefined, meaning)),
    projectId: orFault('project', () => projectOf({ name: project ?? undefined, id: projectId ?? undefined }, meaning)),
  };
}

function orFault<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Unreadable ? invalidInput([{ path: [field], message: error.message }]) : error;
  }
}

/** Adds the field of the recurrence to the paths of its faults. */
function inSeries<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const fields = error.fields ?? [{ path: [], message: error.message }];
    throw invalidInput(fields.map(({ path, message }) => ({ path: ['series', ...path], message })));
  }
}
