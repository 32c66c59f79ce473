import { zoned } from '../../shared/zoned.ts';

/** Periods in days of the user. A due time belongs to the day of that time in the user's time zone. */
export type DuePeriod = 'OVERDUE' | 'TODAY' | 'TOMORROW' | 'NEXT_7_DAYS';

/** The time of a query, and the time zone of the user. */
export type Moment = { now: Date; timeZone: string };

/** From the beginning of the first day to the beginning of the day after the last. */
const spans = {
  TODAY: { from: 0, days: 1 },
  TOMORROW: { from: 1, days: 1 },
  NEXT_7_DAYS: { from: 0, days: 7 },
} satisfies Record<Exclude<DuePeriod, 'OVERDUE'>, { from: number; days: number }>;

/** The start of the period (inclusive) and its end (exclusive), with any DST change. */
export function periodBounds(period: keyof typeof spans, { now, timeZone }: Moment): { from: Date; to: Date } {
  const { from, days } = spans[period];
  const today = zoned(now, timeZone).toPlainDate();
  const startOf = (day: number) => new Date(today.add({ days: day }).toZonedDateTime(timeZone).epochMilliseconds);
  return { from: startOf(from), to: startOf(from + days) };
}
