import { invalidInput } from '../../shared/errors.ts';

/** Arguments of a Relay connection. */
export type PageArgs = {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
};

/** A page to read: a number of rows after a key, forward or backward. */
export type PageQuery = { limit: number; isBackward: boolean; after: Key | null; before: Key | null };
/** The sort key of a list: a value, then the id. */
export type Key = readonly [value: string, id: string];
/** An order of a list. Its cursors contain its name, so that a cursor of another order is rejected. */
export type PageOrder = { name: string; isKey: (key: Key) => boolean };

/** A page of a list, in the order of the list, with the cursor of each row. */
export type Page<T> = {
  rows: T[];
  cursorOf: (row: T) => string;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
};

const defaultSize = 50;
const maxSize = 200;

/** @throws AppError `INVALID_INPUT` with the path of the argument, also for a cursor of another list or order. */
export function pageQuery(args: PageArgs, order: PageOrder): PageQuery {
  return {
    limit: pageSize(args),
    isBackward: args.last != null,
    after: decodeKey('after', args.after, order),
    before: decodeKey('before', args.before, order),
  };
}

/** The requested number of entries. @throws AppError `INVALID_INPUT` on `first` or `last`. */
export function pageSize({ first, last }: PageArgs): number {
  if (first != null && last != null) throw fault('last', 'first and last cannot be combined.');
  const size = first ?? last ?? defaultSize;
  if (size < 0 || size > maxSize)
    throw fault(last == null ? 'first' : 'last', `The size of a page must be from 0 to ${maxSize}.`);
  return size;
}

export function encodeKey({ name }: Pick<PageOrder, 'name'>, key: Key): string {
  return Buffer.from([name, ...key].join('\n')).toString('base64url');
}

/**
 * Creates a page from rows in reading order, read with one more than the limit. The additional row only shows that
 * there are more in that direction.
 */
export function toPage<T>(read: T[], query: PageQuery, cursorOf: (row: T) => string): Page<T> {
  const hasMore = read.length > query.limit;
  const rows = hasMore ? read.slice(0, query.limit) : read;
  return query.isBackward
    ? { rows: rows.reverse(), cursorOf, hasNextPage: query.before !== null, hasPreviousPage: hasMore }
    : { rows, cursorOf, hasNextPage: hasMore, hasPreviousPage: query.after !== null };
}

function decodeKey(argument: string, text: string | null | undefined, { name, isKey }: PageOrder): Key | null {
  if (text == null) return null;
  const [order, value, id, ...rest] = Buffer.from(text, 'base64url').toString().split('\n');
  const isPlace = order === name && value !== undefined && id !== undefined && rest.length === 0;
  if (!isPlace || !isKey([value, id])) throw fault(argument, 'This is not a cursor from this list in this order.');
  return [value, id];
}

function fault(name: string, message: string) {
  return invalidInput([{ path: [name], message }]);
}
