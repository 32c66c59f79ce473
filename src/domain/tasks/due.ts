import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Task } from '../../generated/prisma/client.ts';
import { daySchema, instantSchema, isDayInRange, isInstantInRange } from '../../shared/date-range.ts';
import { timeZoneSchema } from '../../shared/time-zone.ts';
import { zoned } from '../../shared/zoned.ts';

/** A due date before it is stored: a whole day or an instant, with its time zone (by default the user's). */
export type Due = { date?: string | null; at?: Date | null; timeZone?: string | null };

/** The columns of a due date. */
export type DueColumns = Pick<Task, 'dueAt' | 'dueDate' | 'dueTimeZone'>;

/** A due date in the input, with exactly one field; see TaskDueInput. It is parsed to a `Due`. */
export const dueSchema = z
  .object({
    date: daySchema.nullish(),
    at: instantSchema.nullish(),
    dateInZone: z.object({ date: daySchema, timeZone: timeZoneSchema }).nullish(),
    atInZone: z.object({ at: instantSchema, timeZone: timeZoneSchema }).nullish(),
  })
  .refine((due) => Object.values(due).filter((value) => value != null).length === 1, {
    error: 'Exactly one of date, at, dateInZone and atInZone is required.',
  })
  .transform(({ date, at, dateInZone, atInZone }): Due => dateInZone ?? atInZone ?? { date, at });
export type DueInput = z.input<typeof dueSchema>;

/**
 * A whole day is overdue when it has ended in its time zone, so its `dueAt` is the start of the next day there, with
 * any DST change.
 */
export function dueColumns(due: Due | null, userTimeZone: string): DueColumns {
  if (!due) return { dueAt: null, dueDate: null, dueTimeZone: null };
  const dueTimeZone = due.timeZone ?? userTimeZone;
  if (!due.date) return { dueAt: due.at ?? null, dueDate: null, dueTimeZone };
  const end = Temporal.PlainDate.from(due.date).add({ days: 1 }).toZonedDateTime(dueTimeZone);
  return { dueAt: new Date(end.epochMilliseconds), dueDate: new Date(`${due.date}T00:00:00Z`), dueTimeZone };
}

/** Whether a computed due date is in the range of dates. */
export function isDueInRange({ date, at }: Due): boolean {
  return date ? isDayInRange(date) : !!at && isInstantInRange(at);
}

/** The due date some days later, at the same local time in its time zone; null without a due date. */
export function movedDue({ dueAt, dueDate, dueTimeZone }: DueColumns, days: number): Due | null {
  if (!dueAt || !dueTimeZone) return null;
  const due = { timeZone: dueTimeZone };
  if (dueDate) {
    const date = Temporal.PlainDate.from(dueDate.toISOString().slice(0, 10));
    return { ...due, date: date.add({ days }).toString() };
  }
  const at = zoned(dueAt, dueTimeZone).add({ days });
  return { ...due, at: new Date(at.epochMilliseconds) };
}
