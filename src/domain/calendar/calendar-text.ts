import { Temporal } from 'temporal-polyfill';
import { zoned } from '../../shared/zoned.ts';

/** The start of an event: a whole day, an instant, or an instant with a time zone, as a rule needs it. */
export type Start = { date: string } | { at: Date; timeZone: string | null };

/** When a calendar application alerts: at an instant, or before or after the start of the event (RFC 5545, 3.3.6). */
export type Alarm = { id: string; trigger: Date | string };

/** An event of a calendar. */
export type CalendarEntry = {
  uid: string;
  start: Start;
  /** The RRULE by which it repeats. */
  rule: string | null;
  summary: string;
  description: string | null;
  /** 1 is the highest, 9 the lowest. */
  priority: number;
  categories: readonly string[];
  /** The URL of its page. */
  url: string | null;
  alarms: readonly Alarm[];
  version: number;
  updatedAt: Date;
};

/**
 * The number of years for which the clock changes of a time zone are listed. Clients read the calendar again long
 * before.
 */
const yearsAhead = 6;

/** The beginning of an iCalendar object (RFC 5545). Zones, events and `calendarEnd` follow. */
export function calendarBegin({ name, description }: { name: string; description: string }): string {
  return toText([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Errand//Calendar//EN',
    'CALSCALE:GREGORIAN',
    `X-WR-CALNAME:${escapeText(name)}`,
    `X-WR-CALDESC:${escapeText(description)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
  ]);
}

export const calendarEnd = 'END:VCALENDAR\r\n';

/** The VTIMEZONE that must precede an event in this time zone. */
export function zoneText(timeZone: string, now: Date): string {
  return toText(timeZoneLines(timeZone, now.getUTCFullYear()));
}

export function entryText(entry: CalendarEntry): string {
  return toText(entryLines(entry));
}

function toText(lines: readonly string[]): string {
  return `${lines.map(fold).join('\r\n')}\r\n`;
}

/** An event has no duration: a task is due at an instant and does not make its user busy. */
function entryLines(entry: CalendarEntry): string[] {
  const changedAt = utc(entry.updatedAt);
  return [
    'BEGIN:VEVENT',
    `UID:${entry.uid}`,
    `DTSTAMP:${changedAt}`,
    `LAST-MODIFIED:${changedAt}`,
    `SEQUENCE:${entry.version}`,
    startLine(entry.start),
    ...(entry.rule ? [`RRULE:${entry.rule}`] : []),
    `SUMMARY:${escapeText(entry.summary)}`,
    ...(entry.description ? [`DESCRIPTION:${escapeText(entry.description)}`] : []),
    `PRIORITY:${entry.priority}`,
    ...(entry.categories.length > 0 ? [`CATEGORIES:${entry.categories.map(escapeText).join()}`] : []),
    ...(entry.url ? [`URL:${entry.url}`] : []),
    'TRANSP:TRANSPARENT',
    ...entry.alarms.flatMap((alarm) => alarmLines(alarm, entry.summary)),
    'END:VEVENT',
  ];
}

function alarmLines({ id, trigger }: Alarm, summary: string): string[] {
  return [
    'BEGIN:VALARM',
    `UID:${id}`,
    'ACTION:DISPLAY',
    `DESCRIPTION:${escapeText(summary)}`,
    trigger instanceof Date ? `TRIGGER;VALUE=DATE-TIME:${utc(trigger)}` : `TRIGGER:${trigger}`,
    'END:VALARM',
  ];
}

function startLine(start: Start): string {
  if ('date' in start) return `DTSTART;VALUE=DATE:${start.date.replaceAll('-', '')}`;
  if (!start.timeZone) return `DTSTART:${utc(start.at)}`;
  return `DTSTART;TZID=${start.timeZone}:${wall(zoned(start.at, start.timeZone).toPlainDateTime())}`;
}

/** The time zone with each clock change since the previous year. */
function timeZoneLines(timeZone: string, year: number): string[] {
  const first = Temporal.PlainDateTime.from({ year: year - 1, month: 1, day: 1 }).toZonedDateTime(timeZone);
  const lines = observance(first.toPlainDateTime(), first, first);
  for (let before = first; ; ) {
    const change = before.getTimeZoneTransition('next');
    if (!change || change.year > year + yearsAhead) break;
    const previous = change.subtract({ nanoseconds: 1 });
    lines.push(...observance(change.withTimeZone(previous.offset).toPlainDateTime(), previous, change));
    before = change;
  }
  return ['BEGIN:VTIMEZONE', `TZID:${timeZone}`, ...lines, 'END:VTIMEZONE'];
}

/** The offset from an instant on. The instant is written in the local time before the change. */
function observance(
  from: Temporal.PlainDateTime,
  before: Temporal.ZonedDateTime,
  after: Temporal.ZonedDateTime,
): string[] {
  const kind = after.offsetNanoseconds > before.offsetNanoseconds ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${kind}`,
    `DTSTART:${wall(from)}`,
    `TZOFFSETFROM:${before.offset.replaceAll(':', '')}`,
    `TZOFFSETTO:${after.offset.replaceAll(':', '')}`,
    `END:${kind}`,
  ];
}

function utc(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function wall(time: Temporal.PlainDateTime): string {
  return time.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
}

/** RFC 5545, 3.3.11. Other control characters are not allowed in it. */
function escapeText(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n?|\n/g, '\\n')
    .replace(/(?!\t)\p{Cc}/gu, '');
}

const maxOctets = 75;

/** RFC 5545, 3.1: a line has at most 75 octets, and no character is split. */
function fold(line: string): string {
  if (line.length * 3 <= maxOctets || Buffer.byteLength(line) <= maxOctets) return line;
  const parts: string[] = [];
  let from = 0;
  let octets = 0;
  for (let at = 0; at < line.length; ) {
    const code = line.codePointAt(at) ?? 0;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (octets + size > maxOctets) {
      parts.push(line.slice(from, at));
      // The space at the beginning of a continued line counts too.
      [from, octets] = [at, 1];
    }
    octets += size;
    at += code < 0x10000 ? 1 : 2;
  }
  return [...parts, line.slice(from)].join('\r\n ');
}
