import type { TaskFilter } from '../../domain/tasks/filter.ts';
import { optionalId } from '../ids.ts';

type Path = (string | number)[];

/** The filter with UUIDs in place of global ids. @throws AppError `INVALID_INPUT` with the path of an invalid id. */
export function decodeFilter(filter: TaskFilter, path: Path = ['filter']): TaskFilter {
  const each = (key: 'and' | 'or') => filter[key]?.map((part, index) => decodeFilter(part, [...path, key, index]));
  return {
    ...filter,
    assigneeId: optionalId('User', filter.assigneeId, [...path, 'assigneeId']),
    creatorId: optionalId('User', filter.creatorId, [...path, 'creatorId']),
    projectId: optionalId('Project', filter.projectId, [...path, 'projectId']),
    parentId: optionalId('Task', filter.parentId, [...path, 'parentId']),
    recurrenceId: optionalId('Recurrence', filter.recurrenceId, [...path, 'recurrenceId']),
    and: each('and'),
    or: each('or'),
    not: filter.not && decodeFilter(filter.not, [...path, 'not']),
  };
}

/** A stored filter in the form that the API would pass: with dates. */
export function reviveFilter(filter: TaskFilter): TaskFilter {
  const date = (value: unknown) => (typeof value === 'string' ? new Date(value) : (value as null | undefined));
  return {
    ...filter,
    dueFrom: date(filter.dueFrom),
    dueBefore: date(filter.dueBefore),
    and: filter.and?.map(reviveFilter),
    or: filter.or?.map(reviveFilter),
    not: filter.not && reviveFilter(filter.not),
  };
}
