import { Temporal } from 'temporal-polyfill';
import { type FieldFault, invalidInput } from '../../shared/errors.ts';
import { zoned } from '../../shared/zoned.ts';
import type { Rule, Until } from './rule.ts';

export type Policies = {
  /**
   * What happens in a month without the day: SKIP skips the month, CLAMP uses its last day. The anchor does not change.
   */
  monthEnd: 'SKIP' | 'CLAMP';
  /** Occurrences on Saturday and Sunday move to Monday, and equal ones become one. Later occurrences do not move. */
  skipWeekends: boolean;
  /** The start is the first occurrence even if the rule does not include it, and counts towards `count`. */
  startCounts: boolean;
};

export const defaultPolicies: Policies = { monthEnd: 'SKIP', skipWeekends: false, startCounts: false };

export type Series = {
  rule: Rule;
  /** The anchor in local time: `2026-03-29T02:30` or with seconds; `2026-03-29` if all-day. */
  start: string;
  /** An IANA name; null for an all-day series. */
  timeZone: string | null;
  policies?: Partial<Policies>;
};

/** @returns the anchor. @throws AppError `INVALID_INPUT` if rule, start and time zone are not consistent. */
export function checkSeries({ rule, start, timeZone }: Series): Temporal.PlainDateTime {
  const faults = [...startFaults(start, timeZone), ...zoneFaults(timeZone), ...valueTypeFaults(rule, timeZone)];
  if (faults.length > 0) throw invalidInput(faults);
  return Temporal.PlainDateTime.from(start);
}

/** The anchor of a series whose first due date is this instant. In a repeated hour, it is the first of the two. */
export function localStart(instant: Date, timeZone: string): string {
  return zoned(instant, timeZone).toPlainDateTime().toString({ smallestUnit: 'second' });
}

/** "Until that day", inclusive: as a date, or as the last second of the day in the time zone. */
export function untilEndOf(date: string, timeZone: string | null): Until {
  if (timeZone === null) return { kind: 'DATE', date };
  const nextDay = Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(timeZone);
  return { kind: 'INSTANT', instant: new Date(nextDay.epochMilliseconds - 1000) };
}

function startFaults(start: string, timeZone: string | null): FieldFault[] {
  const shape = timeZone === null ? /^\d{4}-\d\d-\d\d$/ : /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
  if (shape.test(start) && isReadable(() => Temporal.PlainDateTime.from(start))) return [];
  const example = timeZone === null ? 'a date such as 2026-03-29' : 'a local time such as 2026-03-29T09:00';
  return [{ path: ['start'], message: `"${start}" is not ${example}.` }];
}

function zoneFaults(timeZone: string | null): FieldFault[] {
  if (timeZone === null || isReadable(() => zoned(0, timeZone))) {
    return [];
  }
  return [{ path: ['timeZone'], message: `"${timeZone}" is not a known time zone such as Europe/Berlin.` }];
}

/** RFC 5545, 3.3.10: UNTIL has the value type of the start, and a date has no hours. */
function valueTypeFaults(rule: Rule, timeZone: string | null): FieldFault[] {
  const path = ['rule'];
  if (timeZone !== null) {
    const message = 'UNTIL must be a UTC time such as 20261231T225959Z if the occurrences are due at a time of day.';
    return rule.until?.kind === 'DATE' ? [{ path, message }] : [];
  }
  const faults: FieldFault[] = [];
  if (rule.until?.kind === 'INSTANT') {
    faults.push({ path, message: 'UNTIL must be a date such as 20261231 if the occurrences are due on whole days.' });
  }
  if (rule.freq === 'HOURLY')
    faults.push({ path, message: 'HOURLY is not allowed if the occurrences are due on whole days.' });
  if ([rule.byHour, rule.byMinute, rule.bySecond].some((list) => list.length > 0)) {
    faults.push({
      path,
      message: 'BYHOUR, BYMINUTE and BYSECOND are not allowed if the occurrences are due on whole days.',
    });
  }
  return faults;
}

function isReadable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
