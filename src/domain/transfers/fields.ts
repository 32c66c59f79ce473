import { Temporal } from 'temporal-polyfill';
import type { Task } from '../../generated/prisma/client.ts';
import type { Related } from './related.ts';

type Field = {
  /** What a file says; a list is a list in JSON, and a row of its own in a CSV's cell. */
  write: (task: Task, related: Related) => string | readonly string[] | null;
  /** Other headers that an import takes for it; absent when an import ignores the column. */
  aliases?: readonly string[];
};

/** The columns of a file of tasks, in their order. A column is a line. */
const columns = {
  id: { write: (task) => task.id, aliases: [] },
  parent: { write: (task) => task.parentId, aliases: ['parentId'] },
  title: { write: (task) => task.title, aliases: ['name', 'task', 'subject', 'summary'] },
  notes: { write: (task) => task.notes, aliases: ['note', 'description', 'body'] },
  status: { write: (task) => task.status, aliases: ['state'] },
  priority: { write: (task) => task.priority, aliases: [] },
  tags: { write: (task) => task.tags, aliases: ['labels'] },
  due: { write: due, aliases: ['dueDate', 'dueAt', 'deadline'] },
  dueTimeZone: { write: (task) => task.dueTimeZone, aliases: ['timeZone'] },
  assignee: { write: ({ assigneeId }, { emails }) => emails.get(assigneeId ?? '') ?? null, aliases: ['assignedTo'] },
  project: { write: ({ projectId }, { projects }) => projects.get(projectId ?? '') ?? null, aliases: ['list'] },
  completedAt: { write: (task) => task.completedAt?.toISOString() ?? null, aliases: ['completedOn', 'dateCompleted'] },
  recurrence: { write: ({ recurrenceId }, { series }) => series.get(recurrenceId ?? '')?.rule ?? null },
  createdAt: { write: (task) => task.createdAt.toISOString() },
  updatedAt: { write: (task) => task.updatedAt.toISOString() },
} satisfies Record<string, Field>;

export type FieldName = keyof typeof columns;
const fields: Record<FieldName, Field> = columns;
export const fieldNames = Object.keys(fields) as FieldName[];

/** What a task has that is no text or list, in JSON alone. */
export const detailNames = ['series', 'reminders', 'comments'] as const;
export type DetailName = (typeof detailNames)[number];

export function isDetail(name: string): name is DetailName {
  return detailNames.some((detail) => detail === name);
}

/** A task as a file has it. */
export type TaskRecord = Record<FieldName, string | readonly string[] | null>;

/** The fields that every format has. */
export function toRecord(task: Task, related: Related): TaskRecord {
  return Object.fromEntries(fieldNames.map((name) => [name, fields[name].write(task, related)])) as TaskRecord;
}

/** A day, or an instant on the clock of its zone. */
function due({ dueAt, dueDate, dueTimeZone }: Task): string | null {
  if (!dueAt || !dueTimeZone) return null;
  if (dueDate) return dueDate.toISOString().slice(0, 10);
  const local = Temporal.Instant.fromEpochMilliseconds(dueAt.getTime()).toZonedDateTimeISO(dueTimeZone);
  // ISO 8601 has no seconds in an offset, which clocks had before zones: there it would name another moment.
  const isWholeMinutes = local.offsetNanoseconds % 60e9 === 0;
  return isWholeMinutes ? local.toString({ timeZoneName: 'never' }) : dueAt.toISOString();
}

/** Letter case, spaces, `_` and `-` do not matter in a header. */
const plain = (header: string) => header.toLowerCase().replace(/[\s_-]/g, '');

const readable = fieldNames.flatMap((name) => {
  const { aliases } = fields[name];
  return aliases ? [name, ...aliases].map((header) => [plain(header), name] as const) : [];
});
const fieldOfHeader = new Map<string, FieldName>(readable);

/** The field that an import takes a header for; null for one that means nothing to it. */
export function fieldOf(header: string): FieldName | null {
  return fieldOfHeader.get(plain(header)) ?? null;
}

const detailOfKey = new Map<string, DetailName>(detailNames.map((name) => [plain(name), name]));

/** The same for a key in JSON, which may also stand for something that a CSV cannot have. */
export function fieldOfKey(key: string): FieldName | DetailName | null {
  return fieldOf(key) ?? detailOfKey.get(plain(key)) ?? null;
}

/** What a row says of a task, each value as it stands in the file; an absent one is not there. */
export type Cells = Partial<Record<FieldName | DetailName, unknown>>;
