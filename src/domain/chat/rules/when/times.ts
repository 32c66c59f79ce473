import { Temporal } from 'temporal-polyfill';
import { type Found, findAll, rule, type Sentence } from '../text/sentence.ts';
import type { Calendar } from './calendar.ts';
import { readZone, ZONE } from './zones.ts';

/** A time of day in the text. `settled` means that am or pm is certain; otherwise the reading policy decides. */
export type TimeReading = {
  found: Found;
  hour: number;
  minute: number;
  settled: boolean;
  zone: string | null;
  durationMinutes: number | null;
  /** "this morning": also determines the day. */
  today: boolean;
  /** The part of the day, if only this was given or if it determines the hour. */
  part: string | null;
  rule: string;
};

const parts: Record<string, number> = {
  morning: 9,
  noon: 12,
  afternoon: 15,
  evening: 19,
  night: 21,
  tonight: 21,
  midnight: 0,
};

const CLOCK = '(?:\\d{1,2}:\\d{2}(?: oclock| [ap]m)?|\\d{1,2} (?:am|pm)|\\d{1,2} oclock(?: \\d{2})?|noon|midnight)';
const LOOSE = `(?:${CLOCK}|\\d{1,2})`;
const AT =
  '(?:at(?: around| about)?|@|around|about|by|before|after|until|till|from|starting at|not later than|no later than) ';
const PART = '(?:morning|afternoon|evening|night)';
const IN_PART = `(?: (?:(?:in|at|of) (?:the )?)?(?<part>${PART}))?`;
const ZONED = `(?: (?<zone>${ZONE}))?`;

type Rule = {
  name: string;
  regex: RegExp;
  read: (groups: Groups) => Omit<TimeReading, 'found' | 'rule' | 'zone'> | null;
};
type Groups = Record<string, string | undefined>;

// Ordered by precision; a later rule never reads what an earlier rule has read.
const rules: Rule[] = [
  {
    name: 'time.range',
    regex: rule(
      `(?:from (?<from>${LOOSE}) (?:to|until|till|-) (?<to>${LOOSE})|between (?<from2>${LOOSE}) and (?<to2>${LOOSE})|(?:at )?(?<from3>${CLOCK}) (?:to|until|till|-) (?<to3>${LOOSE})|(?:at )?(?<from4>\\d{1,2}) - (?<to4>\\d{1,2} [ap]m))${ZONED}`,
    ),
    read: ({ from, to, from2, to2, from3, to3, from4, to4 }) =>
      range(from ?? from2 ?? from3 ?? from4, to ?? to2 ?? to3 ?? to4),
  },
  {
    name: 'time.halfPast',
    regex: rule(
      `(?:${AT})?(?:(?<word>half past|half|quarter past|quarter to|a quarter past|a quarter to|(?:5|10|15|20|25|\\d{1,2} minute) (?:past|to)|halb) (?<hour>\\d{1,2})(?: (?<half>am|pm))?)${IN_PART}`,
    ),
    read: ({ word = '', hour = '', half, part }) => pastHour(word, Number(hour), half, part),
  },
  {
    name: 'time.clock',
    regex: rule(`(?:${AT})?(?<clock>${CLOCK})(?: sharp| exactly)?${IN_PART}${ZONED}`),
    read: ({ clock = '', part }) => clockTime(clock, part),
  },
  {
    name: 'time.military',
    regex: rule('(?:at )?(?<clock>0\\d[0-5]\\d|(?:1\\d|2[0-3])[0-5]\\d(?= hour))(?: hour)?'),
    read: ({ clock = '' }) => time(Number(clock.slice(0, 2)), Number(clock.slice(2)), true),
  },
  {
    name: 'time.bareHour',
    regex: rule(
      `(?:at(?: around| about)?|@|by|until|till|before|after|around) (?<clock>\\d{1,2})(?! (?:%|st|nd|am|pm|day|week|month|hour|minute|year|secs))${IN_PART}${ZONED}`,
    ),
    read: ({ clock = '', part }) => clockTime(clock, part),
  },
  {
    name: 'time.endOfDay',
    regex: rule(
      '(?:(?:by|before|at|until) )?(?:the )?(?:eod|cob|close of business|end of business|end of (?:the |my )?(?:work ?)?day)',
    ),
    read: () => time(17, 0, true),
  },
  {
    name: 'time.partOfDay',
    regex: rule(
      `(?:(?<today>this|later this) )?(?:(?:in the |in |at |during the |by |by the )?(?:early |late )?(?<part>${PART}))|(?<tonight>tonight)|(?:1st thing|bright and early)(?: in the morning)?`,
    ),
    read: ({ part, tonight, today }) => ({
      ...time(parts[part ?? tonight ?? 'morning'] ?? 9, 0, true),
      today: Boolean(today ?? tonight),
      part: part ?? tonight?.replace('to', '') ?? null,
    }),
  },
];

/** All times of day in the remaining sentence. */
export function readTimes(sentence: Sentence): TimeReading[] {
  const readings: TimeReading[] = [];
  for (const { name, regex, read } of rules) {
    for (const found of findAll(sentence, regex)) {
      if (readings.some((other) => overlap(other.found, found))) continue;
      const groups = found.match.groups ?? {};
      const [reading, zone] = [read(groups), zoneOf(groups.zone)];
      if (reading) readings.push({ ...reading, zone, found: zone === null ? withoutZone(found) : found, rule: name });
    }
  }
  return readings.sort((a, b) => a.found.first - b.found.first);
}

/** The reading policy: a bare 1–6 is pm, 7–11 am, 12 noon. */
export function settledHour({ hour, settled }: Pick<TimeReading, 'hour' | 'settled'>): number {
  return !settled && hour >= 1 && hour <= 6 ? hour + 12 : hour;
}

/** Nonexistent local times move forward by the gap; of repeated ones, the first is used. */
export function momentAt(
  date: Temporal.PlainDate,
  hour: number,
  minute: number,
  timeZone: string,
): Temporal.ZonedDateTime {
  return date.toZonedDateTime({ timeZone, plainTime: new Temporal.PlainTime(hour, minute) });
}

/** The next instant with this time of day if there is no date, or if the date is today and the time has passed. */
export function nextMoment(cal: Calendar, reading: TimeReading): Temporal.ZonedDateTime {
  const zone = reading.zone ?? cal.timeZone;
  const today = cal.now.withTimeZone(zone).toPlainDate();
  const hour = settledHour(reading);
  const candidates = [momentAt(today, hour, reading.minute, zone)];
  // "at 9" at ten o'clock: nine in the evening is the next sensible time.
  if (!reading.settled && hour < 12) candidates.push(momentAt(today, hour + 12, reading.minute, zone));
  const later = candidates.find((moment) => Temporal.ZonedDateTime.compare(moment, cal.now) > 0);
  return later ?? momentAt(today.add({ days: 1 }), hour, reading.minute, zone);
}

function time(hour: number, minute: number, settled: boolean): Omit<TimeReading, 'found' | 'rule' | 'zone'> {
  return { hour, minute, settled, durationMinutes: null, today: false, part: null };
}

function clockTime(text: string, part?: string): ReturnType<Rule['read']> {
  if (text === 'noon') return time(12, 0, true);
  if (text === 'midnight') return time(0, 0, true);
  const match = /^(\d{1,2})(?::(\d{2}))?(?: oclock(?: (\d{2}))?)?(?: (am|pm))?$/.exec(text);
  if (!match) return null;
  const [, hourText = '', minuteText, afterHour, half] = match;
  return onClock({
    hour: Number(hourText),
    minute: Number(minuteText ?? afterHour ?? 0),
    half,
    part,
    literal: /^0\d/.test(hourText),
  });
}

type Clock = { hour: number; minute: number; half?: string; part?: string; literal?: boolean };

function onClock({ hour, minute, half, part, literal }: Clock): ReturnType<Rule['read']> {
  if (hour > 24 || minute > 59 || (hour === 24 && minute > 0) || (half && (hour > 12 || hour === 0))) return null;
  if (half) return time((hour % 12) + (half === 'pm' ? 12 : 0), minute, true);
  if (literal || hour > 12 || hour === 0) return time(hour % 24, minute, true);
  if (part === 'morning' || (part === 'night' && hour < 5)) return time(hour % 12, minute, true);
  if (part) return time((hour % 12) + 12, minute, true);
  return time(hour, minute, hour === 12);
}

function pastHour(word: string, hour: number, half?: string, part?: string): ReturnType<Rule['read']> {
  const minutes =
    word.startsWith('half') || word === 'halb' ? 30 : word.includes('quarter') ? 15 : Number.parseInt(word, 10);
  const before = word.endsWith('to') || word === 'halb';
  if (minutes > 59 || hour < 1) return null;
  if (!before) return onClock({ hour, minute: minutes, half, part });
  return onClock({ hour: hour === 1 ? 12 : hour - 1, minute: 60 - minutes, half, part });
}

/** "from 9 to 5" starts at nine; "3-4pm" takes pm from its end. */
function range(fromText = '', toText = ''): ReturnType<Rule['read']> {
  const [from, to] = [clockTime(fromText), clockTime(toText)];
  if (!from || !to) return null;
  if (!from.settled && to.settled && to.hour >= 12 && from.hour + 12 <= to.hour) from.hour += 12;
  if (!from.settled && to.settled) from.settled = true;
  const minutes = (settledHour(to) - settledHour(from)) * 60 + to.minute - from.minute;
  return { ...from, durationMinutes: minutes > 0 ? minutes : minutes + 24 * 60 };
}

function zoneOf(said: string | undefined): string | null {
  return said ? readZone(said) : null;
}

/** Words that look like a place but are not one stay in the title. */
function withoutZone(found: Found): Found {
  const zone = found.match.groups?.zone;
  return zone ? { ...found, last: found.last - zone.split(' ').length } : found;
}

function overlap(a: Found, b: Found): boolean {
  return a.first <= b.last && b.first <= a.last;
}
