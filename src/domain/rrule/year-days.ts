import { epochDay } from './periods.ts';
import { type ByDay, type Rule, type Weekday, weekdayOf, weekdays } from './rule.ts';

/** A day with the properties that BY parts test. Plain numbers, because a search tests every day of many years. */
export type YearDay = {
  month: number;
  day: number;
  monthLength: number;
  yearDay: number;
  yearLength: number;
  previousYearLength: number;
  nextYearLength: number;
  weekday: Weekday;
};

/**
 * The days of each year that a complete rule names: every BY part limits them (RFC 5545, 3.3.10, notes 1 and 2). Years
 * that begin on the same weekday and are as long as each other, as their neighbours are, have the same days; the
 * calendar repeats after 400 years.
 */
export function namedDays(rule: Rule): (year: number) => readonly YearDay[] {
  const byYear = new Map<number, readonly YearDay[]>();
  const byKind = new Map<string, readonly YearDay[]>();
  return (year) => {
    const known = byYear.get(year % 400);
    if (known) return known;
    const kind = kindOf(year);
    const key = Object.values(kind).join();
    const days = byKind.get(key) ?? allDays(kind).filter((day) => isNamed(rule, day));
    byKind.set(key, days);
    byYear.set(year % 400, days);
    return days;
  };
}

type YearKind = Pick<YearDay, 'yearLength' | 'previousYearLength' | 'nextYearLength'> & { firstWeekday: number };

function kindOf(year: number): YearKind {
  const lengthOf = (one: number) => epochDay({ year: one + 1, ...newYear }) - epochDay({ year: one, ...newYear });
  return {
    // 1970-01-01, the day 0, was a Thursday.
    firstWeekday: (((epochDay({ year, ...newYear }) + 3) % 7) + 7) % 7,
    yearLength: lengthOf(year),
    previousYearLength: lengthOf(year - 1),
    nextYearLength: lengthOf(year + 1),
  };
}

const newYear = { month: 1, day: 1 };

function allDays({ firstWeekday, ...lengths }: YearKind): YearDay[] {
  const february = lengths.yearLength - 337;
  const monthLengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  let yearDay = 0;
  return monthLengths.flatMap((monthLength, i) =>
    Array.from({ length: monthLength }, (_, j) => {
      const weekday = weekdayOf(((firstWeekday + yearDay) % 7) + 1);
      yearDay += 1;
      return { month: i + 1, day: j + 1, monthLength, yearDay, weekday, ...lengths };
    }),
  );
}

function isNamed(rule: Rule, day: YearDay): boolean {
  return (
    (rule.byMonth.length === 0 || rule.byMonth.includes(day.month)) &&
    allows(rule.byMonthDay, day.day, day.monthLength) &&
    allows(rule.byYearDay, day.yearDay, day.yearLength) &&
    (rule.byDay.length === 0 || rule.byDay.some((wanted) => isByDay(wanted, day, countsInMonth(rule)))) &&
    (rule.byWeekNo.length === 0 || isInWeek(rule, day))
  );
}

/** Whether place `index` of `length`, counted from 1 or from the end as -1, is in the list; an empty list allows all. */
function allows(list: readonly number[], index: number, length: number): boolean {
  return list.length === 0 || list.includes(index) || list.includes(index - length - 1);
}

/** An ordinal of a YEARLY rule counts weekdays in the month if there is a BYMONTH, otherwise in the year. */
function countsInMonth({ freq, byMonth }: Rule): boolean {
  return freq === 'MONTHLY' || byMonth.length > 0;
}

function isByDay({ weekday, ordinal }: ByDay, day: YearDay, isInMonth: boolean): boolean {
  if (weekday !== day.weekday) return false;
  if (ordinal === null) return true;
  const [index, length] = isInMonth ? [day.day, day.monthLength] : [day.yearDay, day.yearLength];
  return ordinal > 0 ? Math.ceil(index / 7) === ordinal : Math.ceil((length - index + 1) / 7) === -ordinal;
}

/** ISO 8601 weeks with any first weekday: a week belongs to the year of its fourth day. */
function isInWeek({ byWeekNo, weekStart }: Rule, day: YearDay): boolean {
  const daysIntoWeek = (weekdays.indexOf(day.weekday) - weekdays.indexOf(weekStart) + 7) % 7;
  const middle = day.yearDay - daysIntoWeek + 3;
  if (middle < 1) return isWeek(byWeekNo, middle + day.previousYearLength, day.previousYearLength);
  if (middle > day.yearLength) return isWeek(byWeekNo, middle - day.yearLength, day.nextYearLength);
  return isWeek(byWeekNo, middle, day.yearLength);
}

function isWeek(byWeekNo: readonly number[], middle: number, yearLength: number): boolean {
  const number = Math.ceil(middle / 7);
  const fromEnd = -Math.ceil((yearLength - middle + 1) / 7);
  return byWeekNo.includes(number) || byWeekNo.includes(fromEnd);
}
