import { parse } from 'csv-parse/sync';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { TaskStatus } from '../../generated/prisma/enums.ts';
import { isStorable, timeZoneSchema } from '../../shared/validate.ts';
import type { DueInput } from '../tasks/due.ts';
import { createTaskSchema } from '../tasks/input.ts';
import type { FieldName } from './fields.ts';
import type { Cells } from './read-file.ts';
import type { References } from './references.ts';

/** What is wrong with a row; the column is null when the whole row is meant. */
export type RowFault = { column: string | null; message: string };

/** A row as what a task is made with. */
export type ImportedTask = z.output<typeof createTaskSchema> & {
  completedAt: Date | null;
  /** What the file calls it. */
  rowId: string | null;
};

/** What a row's words mean. */
export type Meaning = References & {
  /** The zone of dates that name none. */
  timeZone: string;
  now: Date;
};

/** Judges a row by the rules that `createTask` has. Either all of it is good, or every fault is told. */
export function readRow(cells: Cells, meaning: Meaning): ImportedTask | { faults: RowFault[] } {
  const shape = shapeFaults(cells);
  if (shape.length > 0) return { faults: shape };
  const texts = cells as Partial<Record<Exclude<FieldName, 'tags'>, string>>;
  const faults: RowFault[] = [];
  const orFault = <T>(column: FieldName, work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      faults.push({ column, message: error.message });
      return null;
    }
  };
  const zone = orFault('dueTimeZone', () => zoneOf(texts.dueTimeZone, meaning));
  const completedAt = orFault('completedAt', () => completion(texts, meaning));
  const rowId = orFault('id', () => rowIdOf(texts.id));
  const parsed = createTaskSchema.safeParse({
    title: texts.title ?? '',
    notes: texts.notes,
    tags: orFault('tags', () => listOf(cells.tags)),
    priority: texts.priority?.trim().toUpperCase(),
    due: zone && orFault('due', () => dueOf(texts.due, zone)),
    assigneeId: orFault('assignee', () => memberOf(texts.assignee, meaning)),
    parentId: meaning.rows.get(texts.parent?.trim() ?? ''),
    projectId: orFault('project', () => projectOf(texts.project, meaning)),
  });
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map(({ path, message }) => ({ column: columnOf(path), message })));
  }
  return parsed.success && faults.length === 0 ? { ...parsed.data, completedAt, rowId } : { faults };
}

/** Thrown within a column, and told as its fault. */
class Unreadable extends Error {}

function shapeFaults(cells: Cells): RowFault[] {
  return Object.entries(cells).flatMap(([column, value]) => {
    const texts: unknown[] = column === 'tags' && Array.isArray(value) ? value : [value];
    if (!texts.every((text) => typeof text === 'string')) return [{ column, message: 'This must be a text.' }];
    if (texts.every(isStorable)) return [];
    return [{ column, message: 'This has a character that cannot be kept: U+0000, or half a surrogate pair.' }];
  });
}

function columnOf([field]: readonly PropertyKey[]): string | null {
  return field === 'assigneeId' ? 'assignee' : typeof field === 'string' ? field : null;
}

/** A list, or a row of CSV in one cell: so that a tag may have a comma, within quotes. */
function listOf(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string') return value as readonly string[] | undefined;
  try {
    return parse(value, { relax_quotes: true, ltrim: true, rtrim: true }).flat();
  } catch {
    throw new Unreadable('Tags stand apart by commas.');
  }
}

const maxIdLength = 200;

function rowIdOf(text: string | undefined): string | null {
  if (text !== undefined && text.length > maxIdLength)
    throw new Unreadable(`An id has at most ${maxIdLength} characters.`);
  return text?.trim() ?? null;
}

function memberOf(email: string | undefined, { members }: Meaning): string | null {
  if (email === undefined) return null;
  const id = members.get(email.trim());
  if (!id) throw new Unreadable(`No member here has the e-mail address ${email}.`);
  return id;
}

function projectOf(name: string | undefined, { projects }: Meaning): string | null {
  if (name === undefined) return null;
  const [id, ...others] = projects.get(name.trim()) ?? [];
  if (!id) throw new Unreadable(`You see no project ${name} that takes tasks. Make it first.`);
  if (others.length > 0) throw new Unreadable(`More than one project is called ${name}.`);
  return id;
}

function zoneOf(text: string | undefined, { timeZone }: Meaning): string {
  const parsed = timeZoneSchema.safeParse(text ?? timeZone);
  if (parsed.success) return parsed.data;
  throw new Unreadable(parsed.error.issues[0]?.message ?? 'This is no time zone.');
}

const statuses: Record<string, TaskStatus> = {
  ACTIVE: 'ACTIVE',
  OPEN: 'ACTIVE',
  COMPLETED: 'COMPLETED',
  DONE: 'COMPLETED',
};

/** When the task was completed; null when it is active. A completed one without a time was completed now. */
function completion({ status, completedAt }: { status?: string; completedAt?: string }, { timeZone, now }: Meaning) {
  const at = completedAt === undefined ? null : instantOf(completedAt, timeZone);
  const said = status === undefined ? (at ? 'COMPLETED' : 'ACTIVE') : statuses[status.trim().toUpperCase()];
  if (!said) throw new Unreadable(`The status is none of ${Object.keys(statuses).join(', ')}.`);
  if (said === 'ACTIVE' && at) throw new Unreadable('An active task has no time of completion.');
  if (at && at > now) throw new Unreadable('This is in the future.');
  return said === 'COMPLETED' ? (at ?? now) : null;
}

const isDay = (text: string) => z.iso.date().safeParse(text).success;
const isInstant = (text: string) => z.iso.datetime({ offset: true }).safeParse(text).success;
const localTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/;

function dueOf(text: string | undefined, timeZone: string): DueInput | null {
  if (text === undefined) return null;
  if (isDay(text)) return { dateInZone: { date: text, timeZone } };
  return { atInZone: { at: instantOf(text, timeZone), timeZone } };
}

/** An instant with an offset, or what the clock shows in the zone; a day is its beginning there. */
function instantOf(text: string, timeZone: string): Date {
  if (isInstant(text)) return new Date(text);
  try {
    if (!isDay(text) && !localTime.test(text)) throw new RangeError('unknown form');
    const local = Temporal.PlainDateTime.from(text.replace(' ', 'T'), { overflow: 'reject' });
    return new Date(local.toZonedDateTime(timeZone).epochMilliseconds);
  } catch {
    throw new Unreadable('Write a day as 2026-02-05, a time as 2026-02-05T17:00 or 2026-02-05T17:00:00+01:00.');
  }
}
