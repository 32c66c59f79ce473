import { z } from 'zod';

/*
 * The range of all dates: days and instants from 1900-01-01 to 9999-12-30 (UTC). Values derived from them (the end of
 * the day, the same time in another zone) still have a year of four digits, which JSON, iCalendar, PostgreSQL and
 * JavaScript all write alike. Everything that reads or computes a date checks it here.
 */

export const firstDay = '1900-01-01';
export const lastDay = '9999-12-30';

const earliestMs = Date.parse(`${firstDay}T00:00:00Z`);
/** The last millisecond that is in range. */
export const latestMs = Date.parse(`${lastDay}T23:59:59.999Z`);

/** The range for error messages. */
export const range = `from ${firstDay} to ${lastDay}`;

export function isInstantInRange(instant: Date): boolean {
  const ms = instant.getTime();
  return ms >= earliestMs && ms <= latestMs;
}

export function isDayInRange(day: string): boolean {
  return day >= firstDay && day <= lastDay;
}

/** A calendar day in range, as YYYY-MM-DD. */
export const daySchema = z.iso
  .date({ error: 'A Date must be a calendar day, such as "2026-02-04".', abort: true })
  .refine(isDayInRange, `A Date must be ${range}.`);

/** An instant in range. */
export const instantSchema = z.date().refine(isInstantInRange, `A DateTime must be ${range}, in UTC.`);

/** An instant in range, read from ISO 8601 with a zone or offset. */
export const instantTextSchema = z.iso
  .datetime({
    offset: true,
    error: 'A DateTime must be an RFC 3339 date and time with an offset, such as "2026-02-04T10:00:00Z".',
    abort: true,
  })
  .transform((text) => new Date(text))
  .pipe(instantSchema);

/**
 * Whether a cursor may contain this text as an instant. Computed instants, such as the end of the last day, may be just
 * out of range.
 */
export function isCursorInstant(text: string): boolean {
  return z.iso.datetime().safeParse(text).success && !text.startsWith('0000');
}
