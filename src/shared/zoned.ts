import { Temporal } from 'temporal-polyfill';

/** An instant, as a date or in milliseconds since 1970, in a time zone. @throws RangeError if the time zone is unknown. */
export function zoned(instant: Date | number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Number(instant)).toZonedDateTimeISO(timeZone);
}
