import type { Task } from '../../generated/prisma/client.ts';
import { invalidInput } from '../../shared/errors.ts';
import { conditions, type TaskConditions } from './conditions.ts';
import type { Moment } from './due-period.ts';
import type { AddParameter } from './parameters.ts';
import { searchFault } from './words.ts';

/**
 * A task filter: the conditions, all of `and`, at least one of `or`, and not `not`, as far as they are given. Tasks in
 * the trash do not match unless `isDeleted` is given anywhere in it.
 */
export type TaskFilter = TaskConditions & {
  and?: readonly TaskFilter[] | null;
  or?: readonly TaskFilter[] | null;
  not?: TaskFilter | null;
};

type Path = readonly (string | number)[];
type Given = { [K in keyof TaskConditions]-?: [key: K, value: NonNullable<TaskConditions[K]>] }[keyof TaskConditions];

const maxDepth = 5;
const maxConditions = 50;

/**
 * The filter as SQL conditions on the table task, all of which must hold. @throws AppError `INVALID_INPUT` like
 * `checkFilter`.
 */
export function filterSql(filter: TaskFilter, add: AddParameter, moment: Moment): string[] {
  checkFilter(filter);
  const inTrash = mentionsTrash(filter) ? [] : [conditions.isDeleted.sql(false, add, moment)];
  return [...inTrash, ...allSql(filter, add, moment)];
}

function allSql(filter: TaskFilter, add: AddParameter, moment: Moment): string[] {
  const joined = (part: TaskFilter) => `(${allSql(part, add, moment).join(' AND ') || 'true'})`;
  return [
    ...given(filter).map(([key, value]) => conditions[key].sql(value as never, add, moment)),
    ...(filter.and ?? []).flatMap((part) => allSql(part, add, moment)),
    ...(filter.or ? [`(${filter.or.map(joined).join(' OR ') || 'false'})`] : []),
    // NULL counts as false, here as in the predicate.
    ...(filter.not ? [`${joined(filter.not)} IS NOT TRUE`] : []),
  ];
}

/**
 * Returns a function that tests whether a task matches the filter. @throws AppError `INVALID_INPUT` like `checkFilter`,
 * and for `text`: search includes comments, and a task does not contain them.
 */
export function taskMatcher(filter: TaskFilter): (task: Task, moment: Moment) => boolean {
  checkFilter(filter);
  const isMeant = allHold(filter, ['filter']);
  if (mentionsTrash(filter)) return isMeant;
  return (task, moment) => task.deletedAt === null && isMeant(task, moment);
}

type Predicate = (task: Task, moment: Moment) => boolean;

function allHold(filter: TaskFilter, path: Path): Predicate {
  const and = (filter.and ?? []).map((part, index) => allHold(part, [...path, 'and', index]));
  const or = filter.or?.map((part, index) => allHold(part, [...path, 'or', index]));
  const not = filter.not && allHold(filter.not, [...path, 'not']);
  const all = [...given(filter).map((condition) => holding(condition, path)), ...and];
  return (task, moment) =>
    all.every((holds) => holds(task, moment)) &&
    (!or || or.some((holds) => holds(task, moment))) &&
    !not?.(task, moment);
}

function holding([key, value]: Given, path: Path): Predicate {
  const { holds } = conditions[key];
  if (!holds) {
    const message = 'Subscriptions do not support text, because live changes do not include comments.';
    throw invalidInput([{ path: [...path, key], message }]);
  }
  return (task, moment) => holds(value as never, task, moment);
}

/** The value that every matching task must have for this condition, if the filter has it outside of `or` and `not`. */
export function required<K extends keyof TaskConditions>(
  filter: TaskFilter,
  key: K,
): NonNullable<TaskConditions[K]> | undefined {
  return filter[key] ?? filter.and?.map((part) => required(part, key)).find((value) => value !== undefined);
}

function given(filter: TaskFilter): Given[] {
  return Object.entries(filter).filter(([key, value]) => value != null && Object.hasOwn(conditions, key)) as Given[];
}

/** Whether a filter excludes any task. A filter whose conditions are all absent, null or empty matches every task. */
export function isNarrowing(filter: TaskFilter): boolean {
  const conditionsGiven = given(filter).some(([key, value]) => key !== 'tags' || value.length > 0);
  const { and, or, not } = filter;
  return conditionsGiven || !!and?.some(isNarrowing) || !!or?.every(isNarrowing) || (!!not && isNarrowing(not));
}

function partsOf(filter: TaskFilter): [path: Path, part: TaskFilter][] {
  return [
    ...(filter.and ?? []).map((part, index): [Path, TaskFilter] => [['and', index], part]),
    ...(filter.or ?? []).map((part, index): [Path, TaskFilter] => [['or', index], part]),
    ...(filter.not ? [[['not'], filter.not] satisfies [Path, TaskFilter]] : []),
  ];
}

function mentionsTrash(filter: TaskFilter): boolean {
  return filter.isDeleted != null || partsOf(filter).some(([, part]) => mentionsTrash(part));
}

/**
 * Validates a filter before it is used, so that its size is limited, and rejects a text without words: it would match
 * every task, which a bulk operation could then delete. @throws AppError `INVALID_INPUT` with the path in the filter.
 */
export function checkFilter(filter: TaskFilter, at: Path = ['filter']): void {
  let count = 0;
  const visit = (part: TaskFilter, path: Path, depth: number) => {
    const sizes = given(part).map(([, value]) => (Array.isArray(value) ? value.length : 1));
    count += sizes.reduce((sum, size) => sum + size, 0) || 1;
    if (depth > maxDepth) throw tooLarge(path, `at most ${maxDepth} levels`);
    if (count > maxConditions)
      throw tooLarge(path, `at most ${maxConditions} conditions (each tag and each priority counts)`);
    const fault = part.text == null ? null : searchFault(part.text);
    if (fault) throw invalidInput([{ path: [...path, 'text'], message: fault }]);
    for (const [step, inner] of partsOf(part)) visit(inner, [...path, ...step], depth + 1);
  };
  visit(filter, at, 1);
}

function tooLarge(path: Path, limit: string) {
  return invalidInput([{ path: [...path], message: `A filter can have ${limit}.` }]);
}
