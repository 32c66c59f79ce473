import type { EventTypeOf, Kind } from '../../events/contract.ts';
import type { Change } from './change.ts';
import type { ErasureRule } from './erasure-rule.ts';

/** A locked record, and whether the viewer sees it. */
export type Locked<Row> = { row: Row; isSeen: boolean };

/** A locked record as it was, and its next version. */
export type Changed<Row> = { before: Row; after: Row };

/** Columns that are written with a record and never read. */
export type Unread = Readonly<Record<string, string | null>>;

/** Who asks for a record. */
export type Asker = { tenantId: string; userId: string };

/** A legal step of a state machine: from which statuses, and to which one unless the change says so itself. */
export type Transition<Status> = { from: readonly Status[]; to?: Status };

/** What a kind of records says of itself, and what it may leave out. `Row` is what is read of one. */
type Behaviour<Row extends object> = {
  /** As SQL; its rows are spoken of by this name. */
  table: string;
  /** What it is called in a message. */
  noun: string;
  /** As SQL: whether the user, a parameter, sees a row of the table. */
  seen(user: string): string;
  /** How the personal data of a former member is erased from the records and their events. */
  erasure: ErasureRule;
  /** Whether rows that refer to a locked record may be written meanwhile. */
  lock?: 'FOR UPDATE' | 'FOR NO KEY UPDATE';
  /** What always holds of a record. Given each next version; @throws AppError `CONFLICT` when there cannot be such a one. */
  normalise?(after: Row, now: Date): Row;
  /** Columns that are written but never read: what is searched, and secrets. Null leaves one as it is. */
  unread?: { fields: readonly string[]; of?(after: Row, before: Row | null): Unread };
  /** In which status a record is worked on: each version of it begins a lease of so long, and every other one ends it. */
  lease?: { status: string; ms: number };
  /** Locks records otherwise than by one statement. */
  lockWith?(tx: Change, asker: Asker, ids: readonly string[]): Promise<Locked<Row>[]>;
  /** Called before the next versions of records are written. */
  beforeSave?(tx: Change, changed: readonly Changed<Row>[]): Promise<void>;
  /** Called when they are written, for what is kept beside the table. */
  afterSave?(tx: Change, changed: readonly Changed<Row>[]): Promise<void>;
};

type Declared<K extends Kind, Row extends object> = Behaviour<Row> & {
  kind: K;
  /** The columns, as Prisma lists them: by name, so that a column of a later migration does not disturb running statements. */
  fields: Readonly<Record<string, string>>;
  /** What never changes, beside the key and `createdAt`. */
  fixed?: readonly (keyof Row & string)[];
  /** What tells a record from all others; the last one is the id that its events have. */
  key?: readonly (keyof Row & string)[];
  /** The event of making one, where that is not `created`. */
  created?: EventTypeOf<K>;
  /** The column with the id of the task that it hangs on: the task is locked before it, and who sees it sees the record. */
  taskField?: keyof Row & string;
  /** The state machine of its column `status`. An event that is not listed leaves every status as it is. */
  transitions?: { readonly [E in EventTypeOf<K>]?: Transition<string> };
};

/** One kind of records: how they are stored, locked, seen and changed. */
export type Records<K extends Kind = Kind, Row extends object = object> = Behaviour<Row> & {
  kind: K;
  /** Never set; it keeps the type of the row. */
  row?: Row;
  /** How its statements are named. */
  name: string;
  /** As SQL: all columns that are read. */
  columns: string;
  readFields: readonly string[];
  unreadFields: readonly string[];
  key: readonly string[];
  /** Columns that may change. */
  changing: readonly string[];
  created: string;
  taskField?: string;
  transitions?: Readonly<Record<string, Transition<string> | undefined>>;
};

/** Declares a kind of records. */
export function defineRecords<K extends Kind, Row extends object>(declared: Declared<K, Row>): Records<K, Row> {
  const { table, kind, fixed = [], fields, ...behaviour } = declared;
  const key = declared.key ?? ['tenantId', 'id'];
  const unreadFields = declared.unread?.fields ?? [];
  const readFields = Object.keys(fields).filter((field) => !unreadFields.includes(field));
  const unchanging: readonly string[] = [...key, 'createdAt', ...fixed];
  return {
    created: `${kind}.created`,
    ...behaviour,
    ...{ kind, table, key, readFields, unreadFields },
    name: kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    columns: readFields.map((field) => `${table}."${field}"`).join(', '),
    changing: readFields.filter((field) => !unchanging.includes(field)),
  };
}

/** As SQL: the table, with the task that each record hangs on. */
export function withTask<Row extends object>({ table, taskField }: Records<Kind, Row>): string {
  const task = `JOIN task ON task."tenantId" = ${table}."tenantId" AND task.id = ${table}."${taskField}"`;
  return taskField ? `${table} ${task}` : table;
}
