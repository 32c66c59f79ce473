import { invalidInput } from '../../shared/errors.ts';
import type { Maximum } from '../../shared/maximum.ts';
import { readWithinChange } from '../lists/limited-read.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import { checkFilter, isNarrowing, type TaskFilter } from '../tasks/filter.ts';
import { findMeantTasks } from '../tasks/list-tasks.ts';
import type { Targets } from './answer.ts';

/** The target of a bulk operation: tasks by id, or visible tasks that match a filter. */
export type BulkTarget = {
  ids?: readonly string[] | null;
  filter?: TaskFilter | null;
};

/** The number of tasks that one change can handle well within a second. */
const maxTasks = 500;
export const targetSize: Maximum = { max: maxTasks, message: `At most ${maxTasks} tasks can be changed at once.` };
const maxCounted = 10_000;
const everyTask = 'This filter has no condition, so it matches every task. Add a condition, or pass expectedCount.';

/** @throws AppError `INVALID_INPUT` naming the field. */
export function checkTarget({ ids, filter }: BulkTarget, expectedCount?: number | null): void {
  if (!ids === !filter) throw fault([], 'Exactly one of ids and filter is required.');
  if (ids && expectedCount != null) {
    throw invalidInput([{ path: ['expectedCount'], message: 'This is allowed only with target.filter.' }]);
  }
  if (filter) checkFilter(filter, ['target', 'filter']);
  if (filter && expectedCount == null && !isNarrowing(filter)) throw fault(['filter'], everyTask);
  if (ids && ids.length > targetSize.max) throw fault(['ids'], targetSize.message);
}

/**
 * The ids of the target tasks, at most 500. A filter is evaluated again after the tasks are locked, when no other
 * change can affect the match. @throws AppError `INVALID_INPUT` with the number of matches if there are too many.
 */
export async function targetsOf(tx: Change, { app, viewer }: Acting, { ids, filter }: BulkTarget): Promise<Targets> {
  const toTargets = (all: readonly string[]) => [...new Set(all)].map((id) => ({ id }));
  if (!filter) return { targets: toTargets(ids ?? []) };
  const find = (limit: number) => readWithinChange(tx, app, () => findMeantTasks(tx, viewer, { filter, limit }));
  const found = await find(maxTasks + 1);
  if (found.length > maxTasks) {
    const { length } = await find(maxCounted);
    const counted = length < maxCounted ? String(length) : `${length} or more`;
    throw fault(
      ['filter'],
      `The filter matches ${counted} tasks. At most ${maxTasks} can be changed at once. Add conditions.`,
    );
  }
  const stillMeant = (locked: Change, among: readonly string[]) =>
    findMeantTasks(locked, viewer, { filter, among, limit: maxTasks });
  return { targets: toTargets(found.sort()), stillMeant };
}

function fault(path: string[], message: string) {
  return invalidInput([{ path: ['target', ...path], message }]);
}
