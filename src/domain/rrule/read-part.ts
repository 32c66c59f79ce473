import { Temporal } from 'temporal-polyfill';
import { type ByDay, type Until, type Weekday, weekdays } from './rule.ts';

/** A value that violates the grammar; `parseRule` adds the name of the part. */
export class PartFault extends Error {}

type NumberRange = { min: number; max: number; signed?: boolean };

/** 1*DIGIT without a sign, such as INTERVAL and COUNT. */
export function readNumber(text: string, { min, max, signed = false }: NumberRange): number {
  const pattern = signed ? /^[+-]?\d{1,5}$/ : /^\d{1,5}$/;
  const value = Number(text);
  const isInRange = Math.abs(value) >= min && Math.abs(value) <= max;
  if (pattern.test(text) && isInRange) return value;
  const expected = signed ? `${min} to ${max} or -${max} to -${min}` : `${min} to ${max}`;
  throw new PartFault(`"${text}" is not a number from ${expected}.`);
}

/** A comma-separated list, sorted and without duplicates. */
export function readNumbers(text: string, range: NumberRange): number[] {
  const values = text.split(',').map((item) => readNumber(item, range));
  return [...new Set(values)].sort((a, b) => a - b);
}

/** RFC 5545, 3.3.12: without leap seconds, second 60 is second 59. */
export function readSeconds(text: string): number[] {
  const seconds = readNumbers(text, { min: 0, max: 60 }).map((second) => Math.min(second, 59));
  return [...new Set(seconds)];
}

export function readWeekday(text: string): Weekday {
  const weekday = weekdays.find((known) => known === text);
  if (!weekday) throw new PartFault(`"${text}" is not a weekday. Use ${weekdays.join(', ')}.`);
  return weekday;
}

/** `MO`, `+2MO`, `-1FR`: the ordinal is 1 to 53, counted from either end. */
export function readByDays(text: string): ByDay[] {
  const days = new Map(
    text
      .split(',')
      .map(readByDay)
      .map((day) => [`${day.ordinal}${day.weekday}`, day]),
  );
  return [...days.values()];
}

function readByDay(text: string): ByDay {
  const [, ordinal, weekday] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text) ?? [];
  if (!weekday) throw new PartFault(`"${text}" is not a weekday such as MO, or with an ordinal such as 2MO or -1FR.`);
  return {
    weekday: readWeekday(weekday),
    ordinal: ordinal === undefined ? null : readNumber(ordinal, { min: 1, max: 53, signed: true }),
  };
}

/**
 * RFC 5545, 3.3.10 `enddate`: a date, or a date and time that must be UTC because every timed series has a time zone.
 */
export function readUntil(text: string): Until {
  const [, year, month, day, time, zulu] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})(Z?))?$/.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  if (!year || !isRealDate(date)) {
    throw new PartFault(`"${text}" is not a date such as 20261231 or a UTC time such as 20261231T225959Z.`);
  }
  if (time === undefined) return { kind: 'DATE', date };
  if (!zulu) throw new PartFault(`"${text}" is a local time. Use UTC, such as 20261231T225959Z.`);
  return { kind: 'INSTANT', instant: readUtcTime(date, time) };
}

function isRealDate(date: string): boolean {
  try {
    Temporal.PlainDate.from(date);
    return true;
  } catch {
    return false;
  }
}

/** Second 60 is a leap second, which Temporal parses as 59 (as RFC 5545, 3.3.12 says). */
function readUtcTime(date: string, time: string): Date {
  const text = `${date}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`;
  try {
    return new Date(Temporal.Instant.from(text).epochMilliseconds);
  } catch {
    throw new PartFault(`"${time}" is not a time of day.`);
  }
}
