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

/** The sort key of a list, followed by the id. Rows without a value (NULL) come last in both directions. */
export type SortKey = {
  sql: (add: AddParameter) => string;
  type: string;
  isNullable: boolean;
  isAscending: boolean;
  /** Whether a cursor can contain this value. */
  isValue: (text: string) => boolean;
};

/** The value in a cursor for a row without a sort value. */
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

/** A sort value as text for a cursor. */
export function keyText(value: Date | string | number | null): string {
  return value instanceof Date ? value.toISOString() : String(value ?? nothing);
}
