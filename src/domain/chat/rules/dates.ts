import { Temporal } from 'temporal-polyfill';
import {
  type Calendar,
  dateOf,
  firstOfMonth,
  firstOfQuarter,
  isBefore,
  lastOfMonth,
  mondayOf,
  nextWeekday,
  nthWeekday,
} from './calendar.ts';
import { DURATION, isElapsed, readDuration } from './durations.ts';
import { monthNames, weekdayNames } from './lexicon.ts';

/** A stretch of days. `due` is the one a task would be due on; `today` marks a weekday that is also today's. */
export type DayReading = {
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
  due: Temporal.PlainDate;
  today?: boolean;
  yearSaid?: boolean;
};

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
  `(?:${WEEKDAY}(?: ,)? )${ABSOLUTE}`,
  ABSOLUTE,
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
export const DAY = `(?:${PLAIN})`;
/** A day, or one counted from another: "5 days before april 10", "a week from friday", "2 days from now". */
export const DATE = `(?:(?:in|within) (?:the next )?${DURATION}(?: time)?|${DURATION} (?:from now|ago|later|from today)|${DURATION} (?:before|after|from) ${DAY}|the day (?:before|after) ${DAY}|(?:the )?(?:next|past|last|coming|following) \\d{1,3} (?:day|week|month)|${DAY})`;

type Reader = [RegExp, (groups: Record<string, string>, cal: Calendar) => DayReading | null];

const full = (source: string) => new RegExp(`^(?:${source})$`, 'u');
const day = (date: Temporal.PlainDate | null): DayReading | null => date && { from: date, to: date, due: date };
const span = (from: Temporal.PlainDate, to: Temporal.PlainDate, due = from): DayReading => ({ from, to, due });

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

/** The days a phrase matching {@link DATE} means on this calendar; null when there is no such day. */
export function readDay(phrase: string, cal: Calendar): DayReading | null {
  for (const [regex, read] of readers) {
    const match = regex.exec(phrase);
    if (match) return read({ ...match.groups } as Record<string, string>, cal);
  }
  return null;
}

/** Month and day (and year, when said) of an absolute date, whatever its spelling. */
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

/** Without a year: the next one, today included (29 February: in the next leap year). */
function yearless(cal: Calendar, month: number, dayNumber: number): Temporal.PlainDate | null {
  for (let ahead = 0; ahead <= 8; ahead++) {
    const date = dateOf(cal.today.year + ahead, month, dayNumber);
    if (date && !isBefore(date, cal.today)) return date;
  }
  return null;
}

function bareWeekday(cal: Calendar, weekday: number): DayReading {
  const date = nextWeekday(cal.today, weekday);
  return { from: date, to: date, due: date, today: weekday === cal.today.dayOfWeek };
}

function dayOfMonth(cal: Calendar, dayNumber: number, which?: string): DayReading | null {
  const start = firstOfMonth(cal.today).add({ months: which === 'next' ? 1 : 0 });
  for (let ahead = 0; ahead < 12; ahead++) {
    const month = start.add({ months: ahead });
    const date = dateOf(month.year, month.month, dayNumber);
    if (date && !isBefore(date, cal.today)) return day(date);
  }
  return null;
}

function weekdayOfMonth(cal: Calendar, nth: number, weekday: number, month: string): DayReading | null {
  const start = monthStart(cal, month);
  const date = nthWeekday(start, nth, weekday);
  if (date && !isBefore(date, cal.today)) return day(date);
  return day(nthWeekday(month.endsWith('month') ? start.add({ months: 1 }) : start.add({ years: 1 }), nth, weekday));
}

function monthStart(cal: Calendar, month: string): Temporal.PlainDate {
  const start = firstOfMonth(cal.today);
  if (month.endsWith('month'))
    return start.add({ months: month.startsWith('next') ? 1 : month.startsWith('last') ? -1 : 0 });
  const number = monthNames.indexOf(month) + 1;
  return start.with({ month: number }).add({ years: number < start.month ? 1 : 0 });
}

/** Due on: this week → Friday, this month → its last day, next week → Monday, next month → the 1st. */
function readPeriod(cal: Calendar, which: string, period: string): DayReading {
  const ahead = which === 'next' ? 1 : which === 'last' ? -1 : 0;
  if (period === 'weekend') return weekend(cal, ahead);
  const { from, to } = bounds(cal, period, ahead);
  if (ahead !== 0) return span(from, to);
  const friday = from.add({ days: 4 });
  return span(from, to, period === 'week' && !isBefore(friday, cal.today) ? friday : to);
}

function bounds(cal: Calendar, period: string, ahead: number): { from: Temporal.PlainDate; to: Temporal.PlainDate } {
  const { today } = cal;
  if (period === 'week') {
    const from = mondayOf(today).add({ weeks: ahead });
    return { from, to: from.add({ days: 6 }) };
  }
  if (period === 'month') {
    const from = firstOfMonth(today).add({ months: ahead });
    return { from, to: lastOfMonth(from) };
  }
  if (period === 'quarter') {
    const from = firstOfQuarter(today).add({ months: 3 * ahead });
    return { from, to: lastOfMonth(from.add({ months: 2 })) };
  }
  const from = today.with({ month: 1, day: 1 }).add({ years: ahead });
  return { from, to: from.with({ month: 12, day: 31 }) };
}

function weekend(cal: Calendar, ahead: number): DayReading {
  const saturday = mondayOf(cal.today).add({ days: 5, weeks: ahead });
  const sunday = saturday.add({ days: 1 });
  return span(saturday, sunday, ahead === 0 && isBefore(saturday, cal.today) ? cal.today : saturday);
}

function wholeMonth(cal: Calendar, month: string, year: string | undefined): DayReading {
  const start = monthStart(cal, month);
  const from = year ? start.with({ year: Number(year) }) : start;
  return span(from, lastOfMonth(from), isBefore(from, cal.today) && !year ? cal.today : from);
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

/** Friday, or Sunday when Friday has passed. */
function endOfWeek(week: DayReading, cal: Calendar): Temporal.PlainDate {
  const friday = week.from.add({ days: 4 });
  return isBefore(friday, cal.today) ? week.to : friday;
}

function workday(date: Temporal.PlainDate, step: number): Temporal.PlainDate {
  return date.dayOfWeek <= 5 ? date : workday(date.add({ days: step }), step);
}

function moved(base: DayReading | null, durationText: string | undefined, sign: 1 | -1): DayReading | null {
  const duration =
    durationText === undefined
      ? null
      : (readDuration(durationText) ?? (/^0 /.test(durationText) ? new Temporal.Duration() : null));
  if (!base || !duration || isElapsed(duration)) return null;
  return day(sign === 1 ? base.due.add(duration) : base.due.subtract(duration));
}

function nextDays(cal: Calendar, way: string, count: number, unit: string): DayReading {
  const length = { [`${unit}s`]: count };
  const past = way === 'past' || way === 'last';
  return past
    ? span(cal.today.subtract(length), cal.today)
    : span(cal.today, cal.today.add(length), cal.today.add(length));
}

function holidayOf(name: string): [number, number] {
  if (name === 'christmas eve') return [12, 24];
  if (name === "new year's eve") return [12, 31];
  if (name === "new year's day") return [1, 1];
  if (name === 'halloween') return [10, 31];
  return name === "valentine's day" ? [2, 14] : [12, 25];
}

function numberOf(weekday: string | undefined): number {
  return weekdayNames.indexOf(weekday ?? '') + 1;
}
