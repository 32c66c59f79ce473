import { Priority } from '../../generated/prisma/enums.ts';
import { isCursorInstant } from '../../shared/date-range.ts';
import { invalidInput } from '../../shared/errors.ts';
import { searchedWords } from './conditions.ts';
import { required, type TaskFilter } from './filter.ts';
import type { AddParameter } from './parameters.ts';
import { searchQuery } from './words.ts';

/** RELEVANCE has one direction: the best match first. */
export type TaskOrder = {
  field: 'CREATED' | 'UPDATED' | 'DUE' | 'PRIORITY' | 'RELEVANCE';
  direction: 'ASC' | 'DESC';
};

/** The sort key of a list, followed by the id. Rows without a value (NULL) come last in both directions. */
export type SortKey = {
  /** The column of a row that has the value. */
  column: SortColumn;
  sql: (add: AddParameter) => string;
  type: string;
  /** The lowest and the highest value. */
  extremes: readonly [lowest: string, highest: string];
  isNullable: boolean;
  isAscending: boolean;
  /** Whether a cursor can contain this value. */
  isValue: (text: string) => boolean;
};

export type SortColumn = 'createdAt' | 'updatedAt' | 'dueAt' | 'priority' | 'relevance';

/** The value in a cursor for a row without a sort value. */
export const nothing = 'none';

type Ordered = Omit<SortKey, 'sql' | 'isAscending'>;

const forever: SortKey['extremes'] = ['-infinity', 'infinity'];
const instant = { type: 'timestamptz', extremes: forever, isNullable: false, isValue: isCursorInstant };

const keys: Record<Exclude<TaskOrder['field'], 'RELEVANCE'>, Ordered> = {
  CREATED: { column: 'createdAt', ...instant },
  UPDATED: { column: 'updatedAt', ...instant },
  DUE: {
    column: 'dueAt',
    ...instant,
    isNullable: true,
    isValue: (text) => text === nothing || isCursorInstant(text),
  },
  PRIORITY: {
    column: 'priority',
    type: '"Priority"',
    extremes: ['LOW', 'URGENT'],
    isNullable: false,
    isValue: (text) => text in Priority,
  },
};

/** @throws AppError `INVALID_INPUT` for RELEVANCE without a text to be relevant to. */
export function sortKey({ field, direction }: TaskOrder, filter: TaskFilter): SortKey {
  if (field !== 'RELEVANCE') {
    const key = keys[field];
    return { ...key, sql: () => `"${key.column}"`, isAscending: direction === 'ASC' };
  }
  const query = searchQuery(required(filter, 'text') ?? '');
  if (query === null) {
    const message = 'RELEVANCE requires filter.text with at least one word, and not inside or or not.';
    throw invalidInput([{ path: ['orderBy', 'field'], message }]);
  }
  return {
    column: 'relevance',
    sql: (add) => `ts_rank(${searchedWords}, ${add(query, 'tsquery')})`,
    type: 'real',
    extremes: forever,
    isNullable: false,
    isAscending: false,
    isValue: (text) => text !== '' && Number.isFinite(Number(text)),
  };
}

export type SortValue = Date | string | number | null;

/** A sort value as text for a cursor. */
export function keyText(value: SortValue): string {
  return value instanceof Date ? value.toISOString() : String(value ?? nothing);
}
