import type { Task } from '../../generated/prisma/client.ts';
import { zoned } from '../../shared/zoned.ts';
import type { Related } from './related.ts';

type Field = {
  /** A value in a file; a list is an array in JSON, and a CSV row within a cell in CSV. */
  write: (task: Task, related: Related) => string | readonly string[] | null;
  /** Other headers that an import accepts; absent if an import ignores the column. */
  aliases?: readonly string[];
};

/** The columns of a file of tasks, in order, one per line. */
const columns = {
  id: { write: (task) => task.id, aliases: [] },
  parent: {
    write: ({ parentId }, { parents }) => (parentId && parents.has(parentId) ? parentId : null),
    aliases: ['parentId'],
  },
  title: { write: (task) => task.title, aliases: ['name', 'task', 'subject', 'summary'] },
  notes: { write: (task) => task.notes, aliases: ['note', 'description', 'body'] },
  status: { write: (task) => task.status, aliases: ['state'] },
  priority: { write: (task) => task.priority, aliases: [] },
  tags: { write: (task) => task.tags, aliases: ['labels'] },
  due: { write: due, aliases: ['dueDate', 'dueAt', 'deadline'] },
  dueTimeZone: { write: (task) => task.dueTimeZone, aliases: ['timeZone'] },
  assignee: { write: ({ assigneeId }, { emails }) => emails.get(assigneeId ?? '') ?? null, aliases: ['assignedTo'] },
  project: { write: ({ projectId }, { projects }) => projects.get(projectId ?? '') ?? null, aliases: ['list'] },
  projectId: {
    write: ({ projectId }, { projects }) => (projects.has(projectId ?? '') ? projectId : null),
    aliases: [],
  },
  completedAt: { write: (task) => task.completedAt?.toISOString() ?? null, aliases: ['completedOn', 'dateCompleted'] },
  recurrence: { write: ({ recurrenceId }, { series }) => series.get(recurrenceId ?? '')?.rule ?? null },
  createdAt: { write: (task) => task.createdAt.toISOString() },
  updatedAt: { write: (task) => task.updatedAt.toISOString() },
} satisfies Record<string, Field>;

export type FieldName = keyof typeof columns;
const fields: Record<FieldName, Field> = columns;
export const fieldNames = Object.keys(fields) as FieldName[];

/** Parts of a task that are neither a text nor a list, only in JSON. */
export const detailNames = ['series', 'reminders', 'comments'] as const;
export type DetailName = (typeof detailNames)[number];

export function isDetail(name: string): name is DetailName {
  return detailNames.some((detail) => detail === name);
}

/** A task in a file. */
export type TaskRecord = Record<FieldName, string | readonly string[] | null>;

/** The fields of every format. */
export function toRecord(task: Task, related: Related): TaskRecord {
  return Object.fromEntries(fieldNames.map((name) => [name, fields[name].write(task, related)])) as TaskRecord;
}

/** A day, or an instant in the local time of its time zone. */
function due({ dueAt, dueDate, dueTimeZone }: Task): string | null {
  if (!dueAt || !dueTimeZone) return null;
  if (dueDate) return dueDate.toISOString().slice(0, 10);
  const local = zoned(dueAt, dueTimeZone);
  // ISO 8601 offsets have no seconds, but historical local times did: rounding would change the instant.
  const isWholeMinutes = local.offsetNanoseconds % 60e9 === 0;
  return isWholeMinutes ? local.toString({ timeZoneName: 'never' }) : dueAt.toISOString();
}

/** Letter case, spaces, `_` and `-` are ignored in headers. */
const plain = (header: string) => header.toLowerCase().replace(/[\s_-]/g, '');

const readable = fieldNames.flatMap((name) => {
  const { aliases } = fields[name];
  return aliases ? [name, ...aliases].map((header) => [plain(header), name] as const) : [];
});
const fieldOfHeader = new Map<string, FieldName>(readable);

/** The field of a header in an import; null for an unknown one. */
export function fieldOf(header: string): FieldName | null {
  return fieldOfHeader.get(plain(header)) ?? null;
}

const detailOfKey = new Map<string, DetailName>(detailNames.map((name) => [plain(name), name]));

/** The field or detail of a key in JSON; null for an unknown one. Details are only in JSON. */
export function fieldOfKey(key: string): FieldName | DetailName | null {
  return fieldOf(key) ?? detailOfKey.get(plain(key)) ?? null;
}

/** The raw values of a row; missing ones are absent. */
export type Cells = Partial<Record<FieldName | DetailName, unknown>>;
