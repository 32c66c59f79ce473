import { Temporal } from 'temporal-polyfill';
import { monthNames, weekdayNames } from '../text/names.ts';
import { type Calendar, dateOf, isBefore, mondayOf, nextWeekday } from './calendar.ts';
import { DURATION, isElapsed, readDuration } from './durations.ts';
import {
  bareWeekday,
  type DayReading,
  day,
  dayOfMonth,
  endOfWeek,
  holidayOf,
  nextDays,
  readPeriod,
  weekdayOfMonth,
  wholeMonth,
  workday,
  yearless,
} from './periods.ts';

export const WEEKDAY = `(?:${weekdayNames.join('|')})`;

export const MONTH = `(?:${monthNames.join('|')})`;

export const ORDINAL = '(?:\\d{1,2}(?:st|nd|rd|th))';

const NUMERIC = '@(?:-|\\d{4})-\\d{2}-\\d{2}';

const YEAR = '(?:(?: ,| of)? \\d{4}(?! (?:am|pm)))?';

/** An absolute date: `@2026-04-01`, "april 15", "15th of april , 2026". */
export const ABSOLUTE = `(?:${NUMERIC}|${MONTH} (?:the )?(?:${ORDINAL}|\\d{1,2})(?! (?:am|pm|oclock))${YEAR}|(?:the )?(?:${ORDINAL}|\\d{1,2})(?: of)? ${MONTH}${YEAR})`;

const WHICH = '(?:this|next|the|last|current|coming|this coming)';

const PERIOD = '(?:week|month|quarter|year|weekend)';

const HOLIDAY = "(?:christmas eve|christmas|xmas|new year's eve|new year's day|halloween|valentine's day)";

const NTH_WEEKDAY = `(?:the )?(?:${ORDINAL}|last) ${WEEKDAY} (?:of|in) (?:${MONTH}|(?:this|next|the) month)`;

const EDGE = `(?:the )?(?:very )?(?:end|start|beginning|middle|last day|1st day|last weekday|1st weekday|last business day) of (?:${MONTH}|(?:${WHICH} )?${PERIOD})`;

const PLAIN = [
  '(?:the )?day (?:after tomorrow|before yesterday)',
  'tomorrow',
  '(?:later )?today',
  'yesterday',
  NTH_WEEKDAY,
  EDGE,
  `(?:mid|early|late|later) (?:${MONTH}|${WHICH} ${PERIOD})`,
  `${WEEKDAY}(?: ,)? (?:the )?${ORDINAL}(?! of)`,
  `(?:${WEEKDAY}(?: ,)? )?${ABSOLUTE}`,
  `${WHICH} ${WEEKDAY}`,
  `${WEEKDAY} (?:week|after next|coming)`,
  WEEKDAY,
  'eow',
  'eom',
  'eoy',
  `(?:this|next|last|current|coming|this coming) ${PERIOD}`,
  '(?:the )?weekend',
  `the ${ORDINAL}(?: of (?:this|next|the) month)?`,
  `${MONTH} \\d{4}`,
  HOLIDAY,
].join('|');

/** Any one day or period. */
const DAY = `(?:${PLAIN})`;

/** A day, or one counted from another: "5 days before april 10", "a week from friday", "2 days from now". */
export const DATE = `(?:(?:(?:${DURATION} (?:before|after|from)|the day (?:before|after)) )?${DAY}|(?:in|within) (?:the next )?${DURATION}(?: time)?|${DURATION} (?:from now|ago|later|from today)|(?:the )?(?:next|past|last|coming|following) \\d{1,3} (?:day|week|month))`;

type Reader = [RegExp, (groups: Record<string, string>, cal: Calendar) => DayReading | null];

const full = (source: string) => new RegExp(`^(?:${source})$`, 'u');

const readers: Reader[] = [
  [full('(?:later )?today'), (_, cal) => day(cal.today)],
  [full('tomorrow'), (_, cal) => day(cal.today.add({ days: 1 }))],
  [full('yesterday'), (_, cal) => day(cal.today.subtract({ days: 1 }))],
  [full('(?:the )?day after tomorrow'), (_, cal) => day(cal.today.add({ days: 2 }))],
  [full('(?:the )?day before yesterday'), (_, cal) => day(cal.today.subtract({ days: 2 }))],
  [full(`(?<weekday>${WEEKDAY})`), ({ weekday }, cal) => bareWeekday(cal, numberOf(weekday))],
  [
    full(`(?:this|the|coming|this coming|current) (?<weekday>${WEEKDAY})|(?<other>${WEEKDAY}) coming`),
    ({ weekday, other }, cal) => bareWeekday(cal, numberOf(weekday ?? other)),
  ],
  [
    full(`next (?<weekday>${WEEKDAY})`),
    ({ weekday }, cal) => day(mondayOf(cal.today).add({ days: 6 + numberOf(weekday) })),
  ],
  [
    full(`last (?<weekday>${WEEKDAY})`),
    ({ weekday }, cal) =>
      day(
        nextWeekday(cal.today, numberOf(weekday)).subtract({
          days: numberOf(weekday) === cal.today.dayOfWeek ? 14 : 7,
        }),
      ),
  ],
  [
    full(`(?<weekday>${WEEKDAY}) (?:week|after next)`),
    ({ weekday }, cal) => day(nextWeekday(cal.today, numberOf(weekday)).add({ days: 7 })),
  ],
  [
    full(`(?:${WEEKDAY}(?: ,)? )?(?:the )?(?<ordinal>${ORDINAL})(?: of (?<which>this|next|the) month)?`),
    ({ ordinal, which }, cal) => dayOfMonth(cal, Number.parseInt(ordinal ?? '', 10), which),
  ],
  [full(`(?:${WEEKDAY}(?: ,)? )?(?<absolute>${ABSOLUTE})`), ({ absolute = '' }, cal) => readAbsolute(absolute, cal)],
  [
    full(
      `(?:the )?(?<nth>${ORDINAL}|last) (?<weekday>${WEEKDAY}) (?:of|in) (?<month>${MONTH}|(?:this|next|the) month)`,
    ),
    ({ nth = '', weekday, month = '' }, cal) =>
      weekdayOfMonth(cal, nth === 'last' ? -1 : Number.parseInt(nth, 10), numberOf(weekday), month),
  ],
  [
    full(
      `(?:the )?(?:very )?(?<edge>end|start|beginning|middle|last day|1st day|last weekday|1st weekday|last business day|mid|early|late|later)(?: of)? (?<period>.+)`,
    ),
    ({ edge = '', period = '' }, cal) => edgeOf(cal, edge, period),
  ],
  [full('eow'), (_, cal) => edgeOf(cal, 'end', 'week')],
  [full('eom'), (_, cal) => edgeOf(cal, 'end', 'month')],
  [full('eoy'), (_, cal) => edgeOf(cal, 'end', 'year')],
  [
    full(`(?<which>${WHICH} )?(?<period>${PERIOD})`),
    ({ which = 'this', period = '' }, cal) => readPeriod(cal, which.trim(), period),
  ],
  [full(`(?<month>${MONTH})(?: (?<year>\\d{4}))?`), ({ month = '', year }, cal) => wholeMonth(cal, month, year)],
  [full(`(?<holiday>${HOLIDAY})`), ({ holiday = '' }, cal) => day(yearless(cal, ...holidayOf(holiday)))],
  [
    full(
      `(?:(?:in|within) (?:the next )?)(?<duration>${DURATION})(?: time)?|(?<duration2>${DURATION}) (?:from now|later|from today)`,
    ),
    ({ duration, duration2 }, cal) => moved(day(cal.today), duration ?? duration2, 1),
  ],
  [full(`(?<duration>${DURATION}) ago`), ({ duration }, cal) => moved(day(cal.today), duration, -1)],
  [
    full(`(?<duration>${DURATION}) (?<way>before|after|from) (?<day>${DAY})`),
    ({ duration, way, day: base = '' }, cal) => moved(readDay(base, cal), duration, way === 'before' ? -1 : 1),
  ],
  [
    full(`the day (?<way>before|after) (?<day>${DAY})`),
    ({ way, day: base = '' }, cal) => moved(readDay(base, cal), '1 day', way === 'before' ? -1 : 1),
  ],
  [
    full('(?:the )?(?<way>next|past|last|coming|following) (?<count>\\d{1,3}) (?<unit>day|week|month)'),
    ({ way, count, unit }, cal) => nextDays(cal, way ?? '', Number(count), unit ?? ''),
  ],
];

/** The days of a phrase that matches {@link DATE}; null if there is no such day. */
export function readDay(phrase: string, cal: Calendar): DayReading | null {
  for (const [regex, read] of readers) {
    const match = regex.exec(phrase);
    if (match) return read({ ...match.groups } as Record<string, string>, cal);
  }
  return null;
}

/** Month and day (and year, if given) of an absolute date in any spelling. */
export function readMonthDay(phrase: string): { year: number | null; month: number; day: number } | null {
  const numeric = /@(-|\d{4})-(\d{2})-(\d{2})/.exec(phrase);
  if (numeric)
    return { year: numeric[1] === '-' ? null : Number(numeric[1]), month: Number(numeric[2]), day: Number(numeric[3]) };
  const month = monthNames.findIndex((name) => phrase.split(' ').includes(name)) + 1;
  const dayText = /(?<!\d)(\d{1,2})(?!\d)/.exec(phrase);
  const year = /\d{4}/.exec(phrase);
  return month > 0 && dayText ? { year: year && Number(year[0]), month, day: Number(dayText[1]) } : null;
}

function readAbsolute(phrase: string, cal: Calendar): DayReading | null {
  const said = readMonthDay(phrase);
  if (!said) return null;
  const date = said.year === null ? yearless(cal, said.month, said.day) : dateOf(said.year, said.month, said.day);
  return date && { from: date, to: date, due: date, yearSaid: said.year !== null };
}

function edgeOf(cal: Calendar, edge: string, periodText: string): DayReading | null {
  const period = periodText.replace(/^(?:the|current|coming) /, 'this ');
  const whole = readDay(/^(?:week|month|quarter|year|weekend)$/.test(period) ? `this ${period}` : period, cal);
  if (!whole) return null;
  const isWeek = /week$/.test(period);
  if (/last (?:weekday|business day)/.test(edge)) return day(workday(whole.to, -1));
  if (edge === '1st weekday') return day(workday(whole.from, 1));
  if (/end|last|late/.test(edge)) return day(isWeek ? endOfWeek(whole, cal) : whole.to);
  if (/mid/.test(edge)) return day(isWeek ? whole.from.add({ days: 2 }) : whole.from.add({ days: 14 }));
  return day(isBefore(whole.from, cal.today) ? cal.today : whole.from);
}

function moved(base: DayReading | null, durationText: string | undefined, sign: 1 | -1): DayReading | null {
  const duration =
    durationText === undefined
      ? null
      : (readDuration(durationText) ?? (/^0 /.test(durationText) ? new Temporal.Duration() : null));
  if (!base || !duration || isElapsed(duration)) return null;
  return day(sign === 1 ? base.due.add(duration) : base.due.subtract(duration));
}

function numberOf(weekday: string | undefined): number {
  return weekdayNames.indexOf(weekday ?? '') + 1;
}
