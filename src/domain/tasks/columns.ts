import type { z } from 'zod';
import type { Task } from '../../generated/prisma/client.ts';
import { type DueColumns, dueColumns } from './due.ts';
import type { createTaskSchema } from './input.ts';

/** The validated fields of a task that do not depend on other records. Parent and project are handled separately. */
type Fields = Omit<z.output<typeof createTaskSchema>, 'reminders' | 'projectId' | 'parentId'>;
type Name = Exclude<keyof Fields, 'due'>;
type Columns = Pick<Task, Name> & DueColumns;

/** The values of fields that are cleared, or that a new task does not have, by column. */
const empty: Omit<Pick<Task, Name>, 'title'> = { notes: null, assigneeId: null, priority: 'MEDIUM', tags: [] };
const names = ['title', ...Object.keys(empty)] as Name[];

/** The columns of a new task with these fields; `timeZone` is the user's, for a due without one. */
export function newColumns(fields: Fields, timeZone: string): Columns {
  const noDue = dueColumns(null, timeZone);
  return { ...empty, ...noDue, title: fields.title, ...editedColumns(fields, timeZone) };
}

/** The columns that change with these fields: an omitted field stays, null clears it. */
export function editedColumns({ due, ...fields }: Partial<Fields>, timeZone: string): Partial<Columns> {
  const cleared: Partial<Pick<Task, Name>> = empty;
  const given = names.filter((name) => fields[name] !== undefined);
  const columns: Partial<Columns> = Object.fromEntries(given.map((name) => [name, fields[name] ?? cleared[name]]));
  return due === undefined ? columns : { ...columns, ...dueColumns(due, timeZone) };
}
