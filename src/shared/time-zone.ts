import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

/** The name of a time zone that this machine knows, in the letter case of IANA: any case is accepted. */
export const timeZoneSchema = z
  .string()
  .max(100, { error: 'This is not an IANA time zone.', abort: true })
  .transform((name, { addIssue }) => {
    const known = timeZoneNamed(name);
    if (known === null) addIssue(`"${name}" is not an IANA time zone such as "Europe/Berlin".`);
    return known ?? z.NEVER;
  });

const anyInstant = Temporal.Instant.fromEpochMilliseconds(0);

/** Temporal also accepts whole dates with a time zone, and offsets such as "+01:00", which know no daylight saving time. */
function timeZoneNamed(name: string): string | null {
  if (!/^[a-z]/i.test(name)) return null;
  try {
    return anyInstant.toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return null;
  }
}
