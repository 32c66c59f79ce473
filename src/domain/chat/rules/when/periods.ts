import type { Temporal } from 'temporal-polyfill';
import { monthNames } from '../text/names.ts';
import {
  type Calendar,
  dateOf,
  firstOfMonth,
  firstOfQuarter,
  isBefore,
  lastOfMonth,
  mondayOf,
  nextWeekday,
  nthWeekday,
} from './calendar.ts';

/** A range of days. `due` is the due date of a task in this range; `today` marks a weekday that is also today's. */
export type DayReading = {
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
  due: Temporal.PlainDate;
  today?: boolean;
  yearSaid?: boolean;
};

export const day = (date: Temporal.PlainDate | null): DayReading | null => date && { from: date, to: date, due: date };

const span = (from: Temporal.PlainDate, to: Temporal.PlainDate, due = from): DayReading => ({ from, to, due });

/** Without a year: the next one, today included (29 February: in the next leap year). */
export function yearless(cal: Calendar, month: number, dayNumber: number): Temporal.PlainDate | null {
  for (let ahead = 0; ahead <= 8; ahead++) {
    const date = dateOf(cal.today.year + ahead, month, dayNumber);
    if (date && !isBefore(date, cal.today)) return date;
  }
  return null;
}

export function bareWeekday(cal: Calendar, weekday: number): DayReading {
  const date = nextWeekday(cal.today, weekday);
  return { from: date, to: date, due: date, today: weekday === cal.today.dayOfWeek };
}

export function dayOfMonth(cal: Calendar, dayNumber: number, which?: string): DayReading | null {
  const start = firstOfMonth(cal.today).add({ months: which === 'next' ? 1 : 0 });
  for (let ahead = 0; ahead < 12; ahead++) {
    const month = start.add({ months: ahead });
    const date = dateOf(month.year, month.month, dayNumber);
    if (date && !isBefore(date, cal.today)) return day(date);
  }
  return null;
}

export function weekdayOfMonth(cal: Calendar, nth: number, weekday: number, month: string): DayReading | null {
  const start = monthStart(cal, month);
  const date = nthWeekday(start, nth, weekday);
  if (date && !isBefore(date, cal.today)) return day(date);
  return day(nthWeekday(month.endsWith('month') ? start.add({ months: 1 }) : start.add({ years: 1 }), nth, weekday));
}

function monthStart(cal: Calendar, month: string): Temporal.PlainDate {
  const start = firstOfMonth(cal.today);
  if (month.endsWith('month'))
    return start.add({ months: month.startsWith('next') ? 1 : month.startsWith('last') ? -1 : 0 });
  const number = monthNames.indexOf(month) + 1;
  return start.with({ month: number }).add({ years: number < start.month ? 1 : 0 });
}

/** Due on: this week → Friday, this month → its last day, next week → Monday, next month → the 1st. */
export function readPeriod(cal: Calendar, which: string, period: string): DayReading {
  const ahead = which === 'next' ? 1 : which === 'last' ? -1 : 0;
  if (period === 'weekend') return weekend(cal, ahead);
  const { from, to } = bounds(cal, period, ahead);
  if (ahead !== 0) return span(from, to);
  const friday = from.add({ days: 4 });
  return span(from, to, period === 'week' && !isBefore(friday, cal.today) ? friday : to);
}

function bounds(cal: Calendar, period: string, ahead: number): { from: Temporal.PlainDate; to: Temporal.PlainDate } {
  const { today } = cal;
  if (period === 'week') {
    const from = mondayOf(today).add({ weeks: ahead });
    return { from, to: from.add({ days: 6 }) };
  }
  if (period === 'month') {
    const from = firstOfMonth(today).add({ months: ahead });
    return { from, to: lastOfMonth(from) };
  }
  if (period === 'quarter') {
    const from = firstOfQuarter(today).add({ months: 3 * ahead });
    return { from, to: lastOfMonth(from.add({ months: 2 })) };
  }
  const from = today.with({ month: 1, day: 1 }).add({ years: ahead });
  return { from, to: from.with({ month: 12, day: 31 }) };
}

function weekend(cal: Calendar, ahead: number): DayReading {
  const saturday = mondayOf(cal.today).add({ days: 5, weeks: ahead });
  const sunday = saturday.add({ days: 1 });
  return span(saturday, sunday, ahead === 0 && isBefore(saturday, cal.today) ? cal.today : saturday);
}

export function wholeMonth(cal: Calendar, month: string, year: string | undefined): DayReading {
  const start = monthStart(cal, month);
  const from = year ? start.with({ year: Number(year) }) : start;
  return span(from, lastOfMonth(from), isBefore(from, cal.today) && !year ? cal.today : from);
}

/** Friday, or Sunday when Friday has passed. */
export function endOfWeek(week: DayReading, cal: Calendar): Temporal.PlainDate {
  const friday = week.from.add({ days: 4 });
  return isBefore(friday, cal.today) ? week.to : friday;
}

export function workday(date: Temporal.PlainDate, step: number): Temporal.PlainDate {
  return date.dayOfWeek <= 5 ? date : workday(date.add({ days: step }), step);
}

export function nextDays(cal: Calendar, way: string, count: number, unit: string): DayReading {
  const length = { [`${unit}s`]: count };
  const past = way === 'past' || way === 'last';
  return past
    ? span(cal.today.subtract(length), cal.today)
    : span(cal.today, cal.today.add(length), cal.today.add(length));
}

export function holidayOf(name: string): [number, number] {
  if (name === 'christmas eve') return [12, 24];
  if (name === "new year's eve") return [12, 31];
  if (name === "new year's day") return [1, 1];
  if (name === 'halloween') return [10, 31];
  return name === "valentine's day" ? [2, 14] : [12, 25];
}
