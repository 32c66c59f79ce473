import { Temporal } from 'temporal-polyfill';
import type { Due, Recurrence } from '../../proposal.ts';
import { weekdayNames } from '../text/names.ts';
import { claim, find, rule, type Sentence, says, take } from '../text/sentence.ts';
import { type Calendar, dateDue, instantDue } from './calendar.ts';
import { DATE, MONTH, readDay, WEEKDAY } from './dates.ts';
import type { DueReading } from './due.ts';
import { phrases } from './recurrence-phrases.ts';
import { firstDate, type Rule, ruleText } from './rrule.ts';
import { momentAt } from './times.ts';

/** A repetition in the text; its first date is determined when time and start are known. */
export type RecurrenceReading = {
  rule: Rule;
  basis: Recurrence['basis'];
  /** "twice a week": the number is known, the days are not. */
  vague: boolean;
  until: Temporal.PlainDate | null;
  /** "for 8 weeks": becomes a count or an end. */
  lasting: { count: number; unit: string } | null;
  start: Temporal.PlainDate | null;
};

const UNTIL = rule(
  `(?:, )?(?:until|till|through|thru|ending|ending on|up to|to the end of|and ends on) (?:the end of )?(?<date>${DATE}|${MONTH})`,
);
const LASTING = rule(
  '(?:, )?(?:for )?(?:the next )?(?<count>\\d{1,4}) (?<unit>times|occurrences|repetitions|reps|time)|(?:, )?for (?:the next )?(?:(?<count2>\\d{1,4}|an?) )(?<unit2>day|week|month|year)',
);
const START = rule(`(?:, )?(?:starting|beginning|effective|from|as of|first)(?: on| from)? (?<date>${DATE}|${MONTH})`);
const ON_DAYS = rule(`(?:on )(?:the )?(?<days>${WEEKDAY}s?(?:(?: ,| and| &| , and) ${WEEKDAY}s?){0,6}|weekdays)`);
const ON_ORDINAL = rule('on the (?<day>\\d{1,2})(?:st|nd|rd|th)(?: of the month)?');
const ON_NTH = rule(
  `on the (?<nth>\\d(?:st|nd|rd|th)|last|2nd to last|2nd last) (?<weekday>${WEEKDAY})(?: of the month)?`,
);
const ALSO = rule('every day|every week|daily|weekly|monthly|yearly|annually|recurring|repeating');
const COMPLETION = rule(
  "(?:, )?(?:after (?:completion|completing it|i (?:complete|finish) it|it's done|each completion|the last completion)|from completion|based on completion)",
);

/** Extracts the words of repetition; its start comes from the due date. */
export function takeRecurrence(sentence: Sentence, cal: Calendar): RecurrenceReading | null {
  for (const { name, regex, read, vague } of phrases) {
    const found = find(sentence, regex);
    const parsed = found && !isAdjective(sentence, found.first, name) ? read(found.match.groups ?? {}) : null;
    if (!found || !parsed) continue;
    claim(sentence, found, 'recurrence', name);
    const completes =
      / !(?: |$)/.test(found.match[0]) ||
      name === 'recurrence.completion' ||
      take(sentence, COMPLETION, 'recurrence', 'recurrence.basis') !== null;
    const reading = refine(sentence, cal, { ...parsed });
    return { ...reading, basis: completes ? 'COMPLETION' : 'SCHEDULE', vague: vague === true };
  }
  return null;
}

/** The RRULE, after the due date is known: UNTIL of a timed rule is an instant (RFC 5545 3.3.10). */
export function recurrenceOf(reading: RecurrenceReading, due: Due | null): Recurrence {
  const until = reading.until && untilText(reading.until, due);
  return { rule: ruleText({ ...reading.rule, until }), basis: reading.basis };
}

/** The due date of the first occurrence: the next one after now, on or after the given start. */
export function firstDue(reading: RecurrenceReading, said: DueReading | null, cal: Calendar): Due | null {
  const start = reading.start ?? said?.days?.due ?? cal.today;
  if (reading.rule.frequency === 'HOURLY' || reading.rule.byHour.length > 0) return firstHour(reading, said, cal);
  if (said && !said.clock && said.days === null) return said.due;
  const date = firstDate(reading.rule, said?.days?.today ? cal.today : start);
  if (!date || !said?.clock) return date && dateDue(date);
  const { hour, minute, timeZone } = said.clock;
  const moment = momentAt(date, hour, minute, timeZone);
  if (Temporal.ZonedDateTime.compare(moment, cal.now) > 0) return instantDue(moment);
  const next = firstDate(reading.rule, date.add({ days: 1 }));
  const again = reading.rule.byDay.length === 0 && reading.rule.byMonthDay.length === 0 ? date.add({ days: 1 }) : next;
  return again && instantDue(momentAt(again, hour, minute, timeZone));
}

function firstHour(reading: RecurrenceReading, said: DueReading | null, cal: Calendar): Due | null {
  if (said?.clock) return said.due;
  if (reading.start) return instantDue(momentAt(reading.start, reading.rule.byHour[0] ?? 9, 0, cal.timeZone));
  if (reading.rule.byHour.length === 0)
    return instantDue(cal.now.add({ hours: reading.rule.interval }).with({ second: 0, millisecond: 0 }));
  const later = reading.rule.byHour.find((hour) => hour > cal.now.hour);
  const today = firstDate(reading.rule, cal.today);
  const date =
    later !== undefined && today?.equals(cal.today) ? today : firstDate(reading.rule, cal.today.add({ days: 1 }));
  return (
    date &&
    instantDue(momentAt(date, date.equals(cal.today) ? (later ?? 0) : (reading.rule.byHour[0] ?? 0), 0, cal.timeZone))
  );
}

type Refined = Omit<RecurrenceReading, 'basis' | 'vague'>;

function refine(sentence: Sentence, cal: Calendar, parsed: Rule): Refined {
  const days =
    parsed.byDay.length === 0 && parsed.frequency === 'WEEKLY'
      ? take(sentence, ON_DAYS, 'recurrence', 'recurrence.onDays')
      : null;
  if (days) parsed.byDay = weekdaysIn(days.match.groups?.days ?? '');
  if (parsed.frequency === 'MONTHLY' && parsed.byDay.length === 0 && parsed.byMonthDay.length === 0)
    addDayOfMonth(sentence, parsed);
  const start = take(sentence, START, 'recurrence', 'recurrence.start');
  const until = take(sentence, UNTIL, 'recurrence', 'recurrence.until');
  const lasting = take(sentence, LASTING, 'recurrence', 'recurrence.count');
  // "a weekly task … every monday": said twice.
  if (says(sentence, ALSO)) take(sentence, ALSO, 'recurrence', 'recurrence.again');
  return withLength(
    {
      rule: parsed,
      start: start && (readDay(start.match.groups?.date ?? '', cal)?.from ?? null),
      until: until && untilDate(until.match.groups?.date ?? '', cal),
      lasting: lasting && {
        count: Number((lasting.match.groups?.count ?? lasting.match.groups?.count2 ?? '1').replace(/^an?$/, '1')),
        unit: lasting.match.groups?.unit ?? lasting.match.groups?.unit2 ?? '',
      },
    },
    cal,
  );
}

function addDayOfMonth(sentence: Sentence, parsed: Rule): void {
  const nth = take(sentence, ON_NTH, 'recurrence', 'recurrence.onNth');
  if (nth) {
    const { nth: which = '', weekday = '' } = nth.match.groups ?? {};
    const number = /2nd (?:to )?last/.test(which) ? -2 : which === 'last' ? -1 : Number.parseInt(which, 10);
    parsed.byDay = [{ nth: number, weekday: weekdayNames.indexOf(weekday) + 1 }];
    return;
  }
  const ordinal = parsed.interval === 1 ? take(sentence, ON_ORDINAL, 'recurrence', 'recurrence.onDay') : null;
  const day = Number(ordinal?.match.groups?.day ?? 0);
  if (day >= 1 && day <= 31) parsed.byMonthDay = [day];
}

/** "until june" ends with May; "until june 5" includes the fifth; "until the end of june" all of June. */
function untilDate(phrase: string, cal: Calendar): Temporal.PlainDate | null {
  const days = readDay(phrase, cal);
  if (!days) return null;
  return new RegExp(`^${MONTH}$`).test(phrase) ? days.from.subtract({ days: 1 }) : days.to;
}

/** "for 8 weeks" of a weekly rule is 8 times its days; a length that is not a multiple becomes an end date. */
function withLength(reading: Refined, cal: Calendar): Refined {
  const { lasting, rule: parsed } = reading;
  if (!lasting || lasting.count === 0) return reading;
  const own: Record<string, string> = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' };
  if (/time|occ|rep/.test(lasting.unit)) parsed.count = lasting.count;
  else if (own[parsed.frequency] === lasting.unit && lasting.count % parsed.interval === 0) {
    parsed.count = (lasting.count / parsed.interval) * Math.max(parsed.byDay.length, parsed.byMonthDay.length, 1);
  } else {
    const from = firstDate(parsed, reading.start ?? cal.today) ?? cal.today;
    return { ...reading, until: from.add({ [`${lasting.unit}s`]: lasting.count }).subtract({ days: 1 }) };
  }
  return reading;
}

function untilText(until: Temporal.PlainDate, due: Due | null): string {
  if (!due || 'date' in due) return until.toString().replaceAll('-', '');
  const end = until.toZonedDateTime({ timeZone: due.timeZone, plainTime: new Temporal.PlainTime(23, 59, 59) });
  return end.toInstant().toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');
}

function weekdaysIn(text: string): Rule['byDay'] {
  const names = text === 'weekdays' ? weekdayNames.slice(0, 5) : weekdayNames.filter((name) => text.includes(name));
  return names.map((name) => ({ nth: null, weekday: weekdayNames.indexOf(name) + 1 }));
}

/** "order the weekly planner", "my daily routine": an adjective, not a repetition. */
function isAdjective(sentence: Sentence, first: number, name: string): boolean {
  if (name !== 'recurrence.adverb') return false;
  const before = sentence.tokens[first - 1];
  return Boolean(
    before && !sentence.claimed[first - 1] && /^(?:the|my|our|his|her|their|this|your)$/.test(before.canon),
  );
}
