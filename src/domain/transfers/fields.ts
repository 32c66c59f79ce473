import { Temporal } from 'temporal-polyfill';
import type { App } from '../../app.ts';
import type { Task } from '../../generated/prisma/client.ts';

/** What a task's row refers to, in words that mean something elsewhere. */
type Related = Record<'emails' | 'projects' | 'rules', ReadonlyMap<string, string>>;

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
  recurrence: { write: ({ recurrenceId }, { rules }) => rules.get(recurrenceId ?? '') ?? null },
  createdAt: { write: (task) => task.createdAt.toISOString() },
  updatedAt: { write: (task) => task.updatedAt.toISOString() },
} satisfies Record<string, Field>;

export type FieldName = keyof typeof columns;
const fields: Record<FieldName, Field> = columns;
export const fieldNames = Object.keys(fields) as FieldName[];

/** A task as a file has it. */
export type TaskRecord = Record<FieldName, string | readonly string[] | null>;

const selectEmails = 'SELECT id, email AS word FROM "user" WHERE id = ANY($1)';
const selectProjects = 'SELECT id, name AS word FROM project WHERE id = ANY($1)';
const selectRules = 'SELECT id, rule AS word FROM recurrence WHERE id = ANY($1)';

/** What a file says of tasks. One statement for each kind of related objects. */
export async function toRecords({ db }: Pick<App, 'db'>, tasks: readonly Task[]): Promise<TaskRecord[]> {
  const wordsOf = async (text: string, idOf: (task: Task) => string | null) => {
    const ids = [...new Set(tasks.flatMap((task) => idOf(task) ?? []))];
    const { rows } = ids.length > 0 ? await db.query<{ id: string; word: string }>(text, [ids]) : { rows: [] };
    return new Map(rows.map(({ id, word }) => [id, word]));
  };
  const related = {
    emails: await wordsOf(selectEmails, (task) => task.assigneeId),
    projects: await wordsOf(selectProjects, (task) => task.projectId),
    rules: await wordsOf(selectRules, (task) => task.recurrenceId),
  };
  const record = (task: Task) => fieldNames.map((name) => [name, fields[name].write(task, related)]);
  return tasks.map((task) => Object.fromEntries(record(task)) as TaskRecord);
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
