import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { TaskStatus } from '../../generated/prisma/enums.ts';
import { isInstantInRange, range } from '../../shared/date-range.ts';
import { isLongerThan } from '../../shared/maximum.ts';
import type { TimeSlice } from '../../shared/time-slice.ts';
import { timeZoneSchema } from '../../shared/time-zone.ts';
import { isStorable, parsedBy, unstorable } from '../../shared/validate.ts';
import type { DueInput } from '../tasks/due.ts';
import { createTaskSchema } from '../tasks/input.ts';
import { CsvSplitter } from './csv-splitter.ts';
import type { Cells } from './fields.ts';
import { type FieldName, isDetail } from './fields.ts';
import { idLength, type RowDetails, readDetails } from './read-details.ts';
import type { References } from './references.ts';
import { type CellFault, fieldOfPath } from './row-faults.ts';

/** A row as the input of a task. */
export type ImportedTask = z.output<typeof createTaskSchema> & {
  completedAt: Date | null;
  /** Its id in the file. */
  rowId: string | null;
  /** The id of its parent in the file, if that is not an earlier row. */
  laterParent: string | null;
  details: RowDetails;
};

/** The context for interpreting the values of a row. */
export type Meaning = References & {
  /** The time zone of dates without one. */
  timeZone: string;
  now: Date;
  /** Rows are validated in turns with other work of the process. */
  slice: TimeSlice;
};

/** Validates a row by the rules of `createTask`. Returns the task, or its faults. */
export async function readRow(cells: Cells, meaning: Meaning): Promise<ImportedTask | { faults: CellFault[] }> {
  await meaning.slice.pause();
  const shape = shapeFaults(cells);
  if (shape.length > 0) return { faults: shape };
  const texts = cells as Partial<Record<Exclude<FieldName, 'tags'>, string>>;
  const faults: CellFault[] = [];
  const orFault = <T>(field: FieldName, work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      faults.push({ field, message: error.message });
      return null;
    }
  };
  const zone = orFault('dueTimeZone', () => zoneOf(texts.dueTimeZone, meaning));
  const status = orFault('status', () => statusOf(texts.status));
  const completedAt = orFault('completedAt', () => completionOf(texts.completedAt, { ...meaning, status }));
  const rowId = orFault('id', () => rowIdOf(texts.id));
  const parent = texts.parent?.trim() ?? '';
  const parentId = meaning.rows.get(parent);
  const details = await readDetails(cells, meaning);
  if ('faults' in details) faults.push(...details.faults);
  const parsed = parsedBy(createTaskSchema, {
    title: texts.title ?? '',
    notes: texts.notes,
    tags: orFault('tags', () => listOf(cells.tags)),
    priority: texts.priority?.trim().toUpperCase(),
    due: zone && orFault('due', () => dueOf(texts.due, zone)),
    assigneeId: orFault('assignee', () => memberOf(texts.assignee, meaning)),
    parentId,
    projectId: orFault('project', () => projectOf({ name: texts.project, id: texts.projectId }, meaning)),
  });
  if ('faults' in parsed) {
    faults.push(...parsed.faults.map(({ path, message }) => ({ ...fieldOfPath(path, cells), message })));
  }
  if ('faults' in parsed || 'faults' in details || faults.length > 0) return { faults };
  const laterParent = parent && !parentId ? parent : null;
  return { ...parsed.data, completedAt, rowId, laterParent, details };
}

/** Thrown while a column is parsed, and reported as its fault. */
export class Unreadable extends Error {}

function shapeFaults(cells: Cells): CellFault[] {
  return Object.entries(cells).flatMap(([name, value]) => {
    if (isDetail(name)) return [];
    const field = name as FieldName;
    const texts: unknown[] = field === 'tags' && Array.isArray(value) ? value : [value];
    if (!texts.every((text) => typeof text === 'string')) return [{ field, message: 'This must be a text.' }];
    if (texts.every(isStorable)) return [];
    return [{ field, message: unstorable }];
  });
}

/** A list, or a CSV row within a cell, so that a quoted tag can contain a comma. */
function listOf(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string') return value as readonly string[] | undefined;
  // Most lists need no parser.
  if (!value.includes('"')) return value.split(/[,\r\n]/).filter((tag) => tag.trim() !== '');
  try {
    const splitter = new CsvSplitter({ delimiter: ',', isTrimmed: true });
    return [...splitter.write(value), ...splitter.end()].flatMap(({ values }) => values);
  } catch {
    throw new Unreadable('Tags must be separated by commas.');
  }
}

function rowIdOf(text: string | undefined): string | null {
  if (text !== undefined && isLongerThan(text, idLength.max)) throw new Unreadable(idLength.message);
  return text?.trim() ?? null;
}

export function memberOf(email: string | undefined, { members, readsMembers }: Meaning): string | null {
  if (email === undefined) return null;
  const id = members.get(email.trim());
  if (!id && !readsMembers) {
    throw new Unreadable('To find another member by e-mail address, your token needs the permission member:read.');
  }
  if (!id) throw new Unreadable(`No member of the tenant has the e-mail address ${email}.`);
  return id;
}

/** The id tells projects of one name apart. */
export function projectOf(
  { name, id }: { name: string | undefined; id: string | undefined },
  { projects }: Meaning,
): string | null {
  if (name === undefined) return null;
  const ids = projects.get(name.trim()) ?? [];
  const [only = null, ...others] = ids;
  if (!only)
    throw new Unreadable(`You can see no project with the name ${name} that is not archived. Create it first.`);
  if (others.length === 0) return only;
  const chosen = ids.find((one) => one === id?.trim());
  if (!chosen) throw new Unreadable(`More than one project has the name ${name}, and no projectId says which one.`);
  return chosen;
}

function zoneOf(text: string | undefined, { timeZone }: Meaning): string {
  const parsed = parsedBy(timeZoneSchema, text ?? timeZone);
  if ('data' in parsed) return parsed.data;
  throw new Unreadable(parsed.faults[0]?.message ?? 'This is not a time zone.');
}

const statuses: Record<string, TaskStatus> = {
  ACTIVE: 'ACTIVE',
  OPEN: 'ACTIVE',
  COMPLETED: 'COMPLETED',
  DONE: 'COMPLETED',
};

/** Null if the file does not have it. */
function statusOf(text: string | undefined): TaskStatus | null {
  if (text === undefined) return null;
  const status = statuses[text.trim().toUpperCase()];
  if (!status) throw new Unreadable(`The status must be one of ${Object.keys(statuses).join(', ')}.`);
  return status;
}

/** When the task was completed; null if it is open. The default for a completed one is now. */
function completionOf(
  text: string | undefined,
  { status, timeZone, now }: Pick<Meaning, 'timeZone' | 'now'> & { status: TaskStatus | null },
): Date | null {
  const at = text === undefined ? null : instantOf(text, timeZone);
  if (status === 'ACTIVE' && at) throw new Unreadable('An open task cannot have a time of completion.');
  if (at && at > now) throw new Unreadable('This time is in the future.');
  return status === 'COMPLETED' ? (at ?? now) : at;
}

const day = z.iso.date();
const instant = z.iso.datetime({ offset: true });
const isDay = (text: string) => day.safeParse(text).success;
const isInstant = (text: string) => instant.safeParse(text).success;
const localTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/;

function dueOf(text: string | undefined, timeZone: string): DueInput | null {
  if (text === undefined) return null;
  if (isDay(text)) return { dateInZone: { date: text, timeZone } };
  return { atInZone: { at: instantOf(text, timeZone), timeZone } };
}

/** An instant with an offset, or a local time in the time zone; a day means its beginning. In the range of dates. */
function instantOf(text: string, timeZone: string): Date {
  const instant = readInstant(text, timeZone);
  if (isInstantInRange(instant)) return instant;
  throw new Unreadable(`A date must be ${range}.`);
}

function readInstant(text: string, timeZone: string): Date {
  if (isInstant(text)) return new Date(text);
  try {
    if (!isDay(text) && !localTime.test(text)) throw new RangeError('unknown form');
    const local = Temporal.PlainDateTime.from(text.replace(' ', 'T'), { overflow: 'reject' });
    return new Date(local.toZonedDateTime(timeZone).epochMilliseconds);
  } catch {
    throw new Unreadable(
      'A day must have the form 2026-02-05, and a time 2026-02-05T17:00 or 2026-02-05T17:00:00+01:00.',
    );
  }
}
