import { Temporal } from './port.ts';
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

/** The days of a year that a YEARLY rule includes: every BY part limits them (RFC 5545, 3.3.10, notes 1 and 2). */
export function daysInYear(rule: Rule, year: number): YearDay[] {
  return allDays(year).filter((day) => isNamed(rule, day));
}

function allDays(year: number): YearDay[] {
  const first = Temporal.PlainDate.from({ year, month: 1, day: 1 });
  const { daysInYear: yearLength, dayOfWeek } = first;
  const previousYearLength = first.subtract({ days: 1 }).daysInYear;
  const nextYearLength = first.add({ years: 1 }).daysInYear;
  const february = first.inLeapYear ? 29 : 28;
  const lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  let yearDay = 0;
  return lengths.flatMap((monthLength, i) =>
    Array.from({ length: monthLength }, (_, j) => {
      yearDay += 1;
      const weekday = weekdayOf(((dayOfWeek + yearDay - 2) % 7) + 1);
      return {
        month: i + 1,
        day: j + 1,
        monthLength,
        yearDay,
        yearLength,
        previousYearLength,
        nextYearLength,
        weekday,
      };
    }),
  );
}

function isNamed(rule: Rule, day: YearDay): boolean {
  return (
    (rule.byMonth.length === 0 || rule.byMonth.includes(day.month)) &&
    allows(rule.byMonthDay, day.day, day.monthLength) &&
    allows(rule.byYearDay, day.yearDay, day.yearLength) &&
    (rule.byDay.length === 0 || rule.byDay.some((wanted) => isByDay(wanted, day, rule.byMonth.length > 0))) &&
    (rule.byWeekNo.length === 0 || isInWeek(rule, day))
  );
}

/** Whether place `index` of `length`, counted from 1 or from the end as -1, is in the list; an empty list allows all. */
function allows(list: readonly number[], index: number, length: number): boolean {
  return list.length === 0 || list.includes(index) || list.includes(index - length - 1);
}

/** An ordinal counts weekdays in the month if there is a BYMONTH, otherwise in the year. */
function isByDay({ weekday, ordinal }: ByDay, day: YearDay, countsInMonth: boolean): boolean {
  if (weekday !== day.weekday) return false;
  if (ordinal === null) return true;
  const [index, length] = countsInMonth ? [day.day, day.monthLength] : [day.yearDay, day.yearLength];
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
