import { Temporal } from 'temporal-polyfill';

/** Days as they are for a user. What falls due at a moment does so on the day that the moment is in, in the user's zone. */
export type DuePeriod = 'OVERDUE' | 'TODAY' | 'TOMORROW' | 'NEXT_7_DAYS';

/** When something is asked, and where the days of the one who asks begin. */
export type Moment = { now: Date; timeZone: string };

/** From the beginning of the first day until that of the day behind the last. */
const spans = {
  TODAY: { from: 0, days: 1 },
  TOMORROW: { from: 1, days: 1 },
  NEXT_7_DAYS: { from: 0, days: 7 },
} satisfies Record<Exclude<DuePeriod, 'OVERDUE'>, { from: number; days: number }>;

/** The first moment of the period and the first one behind it, whatever DST does to its nights. */
export function periodBounds(period: keyof typeof spans, { now, timeZone }: Moment): { from: Date; to: Date } {
  const { from, days } = spans[period];
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  const startOf = (day: number) => new Date(today.add({ days: day }).toZonedDateTime(timeZone).epochMilliseconds);
  return { from: startOf(from), to: startOf(from + days) };
}
