import { Priority } from '../../generated/prisma/enums.ts';
import { isCursorInstant } from '../../shared/date-range.ts';
import { invalidInput } from '../../shared/errors.ts';
import { type AddParameter, searchedWords } from './conditions.ts';
import { required, type TaskFilter } from './filter.ts';
import { searchQuery } from './words.ts';

/** RELEVANCE has one direction: the best match first. */
export type TaskOrder = {
  field: 'CREATED' | 'UPDATED' | 'DUE' | 'PRIORITY' | 'RELEVANCE';
  direction: 'ASC' | 'DESC';
};

/** What a list is sorted by, then by id. Rows without it (NULL) come last in either direction. */
export type SortKey = {
  sql: (add: AddParameter) => string;
  type: string;
  isNullable: boolean;
  isAscending: boolean;
  /** Whether a cursor may have this. */
  isValue: (text: string) => boolean;
};

/** What stands in a cursor for a row that has nothing to sort by. */
export const nothing = 'none';

const instant = { type: 'timestamptz', isNullable: false, isValue: isCursorInstant };

const keys: Record<Exclude<TaskOrder['field'], 'RELEVANCE'>, Omit<SortKey, 'isAscending'>> = {
  CREATED: { sql: () => '"createdAt"', ...instant },
  UPDATED: { sql: () => '"updatedAt"', ...instant },
  DUE: {
    sql: () => '"dueAt"',
    ...instant,
    isNullable: true,
    isValue: (text) => text === nothing || isCursorInstant(text),
  },
  PRIORITY: { sql: () => 'priority', type: '"Priority"', isNullable: false, isValue: (text) => text in Priority },
};

/** @throws AppError `INVALID_INPUT` for RELEVANCE without a text to be relevant to. */
export function sortKey({ field, direction }: TaskOrder, filter: TaskFilter): SortKey {
  if (field !== 'RELEVANCE') return { ...keys[field], isAscending: direction === 'ASC' };
  const query = searchQuery(required(filter, 'text') ?? '');
  if (query === null) {
    const message = 'RELEVANCE requires filter.text with at least one word, and not inside or or not.';
    throw invalidInput([{ path: ['orderBy', 'field'], message }]);
  }
  return {
    sql: (add) => `ts_rank(${searchedWords}, ${add(query)}::tsquery)`,
    type: 'real',
    isNullable: false,
    isAscending: false,
    isValue: (text) => text !== '' && Number.isFinite(Number(text)),
  };
}

/** A value to sort by as a cursor has it. */
export function keyText(value: Date | string | number | null): string {
  return value instanceof Date ? value.toISOString() : String(value ?? nothing);
}
