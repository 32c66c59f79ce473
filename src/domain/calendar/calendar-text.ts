import { Temporal } from 'temporal-polyfill';

/** When an event begins: a whole day, an instant, or an instant on the clock of a zone, as a rule needs it. */
export type Start = { date: string } | { at: Date; timeZone: string | null };

/** An event of a calendar. */
export type CalendarEntry = {
  uid: string;
  start: Start;
  /** The RRULE it comes again by. */
  rule: string | null;
  summary: string;
  description: string | null;
  /** 1 is the highest, 9 the lowest. */
  priority: number;
  categories: readonly string[];
  version: number;
  updatedAt: Date;
};

/** For how many years clients are told the clock changes of a zone. They read the calendar again long before. */
const yearsAhead = 6;

/** The entries as an iCalendar object (RFC 5545). The same entries in the same year make the same text. */
export function calendarText(name: string, entries: readonly CalendarEntry[], now: Date): string {
  const zones = new Set(entries.flatMap(({ start }) => ('at' in start && start.timeZone ? [start.timeZone] : [])));
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Errand//Calendar//EN',
    'CALSCALE:GREGORIAN',
    `X-WR-CALNAME:${escapeText(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...[...zones].sort().flatMap((zone) => timeZoneLines(zone, now.getUTCFullYear())),
    ...entries.flatMap(entryLines),
    'END:VCALENDAR',
  ];
  return `${lines.map(fold).join('\r\n')}\r\n`;
}

/** An event takes no time: a task is due at a moment, and nobody is busy for it. */
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
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

function startLine(start: Start): string {
  if ('date' in start) return `DTSTART;VALUE=DATE:${start.date.replaceAll('-', '')}`;
  if (!start.timeZone) return `DTSTART:${utc(start.at)}`;
  return `DTSTART;TZID=${start.timeZone}:${wall(zoned(start.at, start.timeZone).toPlainDateTime())}`;
}

/** The clock of a zone, from the year before on, with each of its changes. */
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

/** What holds from a moment on, which is told on the clock as it was before. */
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

function zoned(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
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

/** RFC 5545, 3.1: no line is longer than 75 octets, and no character is torn. */
function fold(line: string): string {
  if (Buffer.byteLength(line) <= maxOctets) return line;
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > maxOctets) {
      parts.push(part);
      // The space that a continued line begins with counts too.
      [part, octets] = ['', 1];
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n ');
}
