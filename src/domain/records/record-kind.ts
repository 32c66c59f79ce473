import type { EventTypeOf, Kind } from '../../events/contract.ts';
import type { Change } from './change.ts';
import type { ErasureRule } from './erasure-rule.ts';

/** A locked record, and whether the viewer can see it. */
export type Locked<Row> = { row: Row; isSeen: boolean };

/** A locked record, and its next version. */
export type Changed<Row> = { before: Row; after: Row };

/** Columns that are written with a record and never read. */
export type Unread = Readonly<Record<string, string | null>>;

/** The user who reads a record. */
export type Asker = { tenantId: string; userId: string };

/** A transition of a state machine: its source statuses, and its target unless the change sets it. */
type Transition<Status> = { from: readonly Status[]; to?: Status };

/** The declaration of a kind of record. `Row` is its readable row. */
type Behaviour<Row extends object> = {
  /** The table in SQL; its rows are referenced by this name. */
  table: string;
  /** Its name in messages. */
  noun: string;
  /** SQL: whether the user (a parameter) can see a row of the table. */
  seen(user: string): string;
  /** How the personal data of a former member is erased from the records and their events. */
  erasure: ErasureRule;
  /** Whether rows that refer to a locked record can be written in the meantime. */
  lock?: 'FOR UPDATE' | 'FOR NO KEY UPDATE';
  /** The invariant of a record, checked for each next version. @throws AppError `CONFLICT` if it is violated. */
  normalise?(after: Row, now: Date): Row;
  /** Columns that are written and never read: search words and secrets. Null does not change a column. */
  unread?: { fields: readonly string[]; of?(after: Row, before: Row | null): Unread };
  /** In which status a record is worked on: each version of it begins a lease of so long, and every other one ends it. */
  lease?: { status: string; ms: number };
  /** Locks records in another way than by one statement. */
  lockWith?(tx: Change, asker: Asker, ids: readonly string[]): Promise<Locked<Row>[]>;
  /** Called before the next versions of records are written. */
  beforeSave?(tx: Change, changed: readonly Changed<Row>[]): Promise<void>;
  /** Called after they are written, for data outside of the table. */
  afterSave?(tx: Change, changed: readonly Changed<Row>[]): Promise<void>;
};

type Declared<K extends Kind, Row extends object> = Behaviour<Row> & {
  kind: K;
  /**
   * The columns from Prisma's list. Statements name them, so that a column of a later migration does not affect running
   * processes.
   */
  fields: Readonly<Record<string, string>>;
  /** Columns that never change, in addition to the key and `createdAt`. */
  fixed?: readonly (keyof Row & string)[];
  /** The key columns; the last one is the id in its events. */
  key?: readonly (keyof Row & string)[];
  /** The event of its creation, if that is not `created`. */
  created?: EventTypeOf<K>;
  /** The column with the id of the task that it belongs to: the task is locked first, and its visibility applies. */
  taskField?: keyof Row & string;
  /** The state machine of its column `status`. An event that is not listed does not change the status. */
  transitions?: { readonly [E in EventTypeOf<K>]?: Transition<string> };
};

/** A kind of record: how records are stored, locked, read and changed. */
export type Records<K extends Kind = Kind, Row extends object = object> = Behaviour<Row> & {
  kind: K;
  /** Never set; it keeps the type of the row. */
  row?: Row;
  /** The prefix of the names of its statements. */
  name: string;
  /** SQL: all columns that are read. */
  columns: string;
  readFields: readonly string[];
  unreadFields: readonly string[];
  key: readonly string[];
  /** Columns that can change. */
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
