import { monthNames, weekdayNames } from '../text/names.ts';
import { closing, opening, rule } from '../text/sentence.ts';
import { ABSOLUTE, MONTH, ORDINAL, readMonthDay, WEEKDAY } from './dates.ts';
import { newRule, type Rule, workdays } from './rrule.ts';

type Groups = Record<string, string | undefined>;
/**
 * How a phrase of repetition is interpreted. `times` is set for "twice a week": the user must be asked for the days.
 */
type Phrase = { name: string; regex: RegExp; read: (groups: Groups) => Rule | null; vague?: boolean };

const EVERY = '(?:every|each)(?: !)?';
const PLURAL = `(?:${weekdayNames.map((name) => `${name}s`).join('|')})`;
const ANY_WEEKDAY = `(?:${WEEKDAY}|${PLURAL})`;
const DAYS = `${ANY_WEEKDAY}(?:(?: ,| and| &| or| , and| \\/) ${ANY_WEEKDAY}){0,6}`;
const NTHS = `(?:${ORDINAL}|last|2nd to last|2nd last|penultimate)(?:(?: ,| and| &| , and) (?:${ORDINAL}|last)){0,4}`;
const ORDINALS = `${ORDINAL}(?:(?: ,| and| &| , and)(?: the)? (?:${ORDINAL}|last day)){0,9}`;
const MONTHLY = '(?:of (?:every|each|the) month|every month|each month|monthly|a month)';
const WORKDAYS = '(?:weekday|business day|working day|work day)';
const PART = '(?<part>morning|afternoon|evening|night)';
const ADVERB = '(?:hourly|daily|nightly|weekly|biweekly|monthly|bimonthly|quarterly|yearly|annually|every day)';
const adverbs: Record<string, Rule> = {
  hourly: newRule('HOURLY'),
  daily: newRule('DAILY'),
  nightly: newRule('DAILY'),
  'every day': newRule('DAILY'),
  weekly: newRule('WEEKLY'),
  biweekly: newRule('WEEKLY', { interval: 2 }),
  monthly: newRule('MONTHLY'),
  bimonthly: newRule('MONTHLY', { interval: 2 }),
  quarterly: newRule('MONTHLY', { interval: 3 }),
  yearly: newRule('YEARLY'),
  annually: newRule('YEARLY'),
};
const units: Record<string, [Rule['frequency'], number]> = {
  hour: ['HOURLY', 1],
  day: ['DAILY', 1],
  week: ['WEEKLY', 1],
  fortnight: ['WEEKLY', 2],
  month: ['MONTHLY', 1],
  quarter: ['MONTHLY', 3],
  year: ['YEARLY', 1],
};
const UNIT = `(?<unit>${Object.keys(units).join('|')})`;

/** From the most to the least specific: the first that matches is the recurrence. */
export const phrases: Phrase[] = [
  {
    name: 'recurrence.hoursOfDay',
    regex: rule(
      `(?:${EVERY} hour|hourly)(?:,)? (?:from|between) (?<from>\\d{1,2})(?: ?[ap]m)? (?:to|until|till|and|-) (?<to>\\d{1,2})(?: ?[ap]m)?(?<workdays> (?:on|every|each) (?:weekdays|weekday))?`,
    ),
    read: ({ from, to, workdays: only }) => hoursOfDay(Number(from), Number(to), only !== undefined),
  },
  {
    name: 'recurrence.nthWorkday',
    regex: rule(`(?:on )?(?:${EVERY} )?(?:the )?(?<nth>${ORDINAL}|last) ${WORKDAYS} ${MONTHLY}`),
    read: ({ nth = '' }) => newRule('MONTHLY', { byDay: workdays, bySetPos: nthOf(nth) }),
  },
  {
    name: 'recurrence.nthWeekday',
    regex: rule(`(?:on )?(?:${EVERY} |the )?(?<nths>${NTHS}) (?<weekday>${WEEKDAY}) ${MONTHLY}`),
    read: nthWeekdays,
  },
  {
    name: 'recurrence.nthWeekday',
    regex: rule(
      `(?:${EVERY} month|monthly) on (?:the )?(?<nths>${NTHS}) (?<weekday>${WEEKDAY})|${EVERY} (?<nths2>${NTHS}) (?<weekday2>${WEEKDAY})`,
    ),
    read: ({ nths, weekday, nths2, weekday2 }) => nthWeekdays({ nths: nths ?? nths2, weekday: weekday ?? weekday2 }),
  },
  {
    name: 'recurrence.daysOfMonth',
    regex: rule(
      `(?:on )?(?:the )?(?<days>${ORDINALS})(?: day)? (?:of (?:every|each|the) month(?: every month)?|every month|each month|monthly)|(?:${EVERY} month|monthly) on (?:the )?(?<days2>${ORDINALS}|\\d{1,2})(?: day)?(?: of the month)?|${EVERY} (?<days3>${ORDINALS})(?! (?:${WEEKDAY}|day|week|month|year|hour))|every day (?<days4>\\d{1,2})(?! (?:am|pm|oclock|minute|hour|day|week|time|times))`,
    ),
    read: ({ days, days2, days3, days4 }) => monthDays(days ?? days2 ?? days3 ?? days4 ?? ''),
  },
  {
    name: 'recurrence.edgeOfMonth',
    regex: rule(
      `(?:on |at )?(?:${EVERY} )?(?:the )?(?<edge>1st day|last day|end|start|beginning) (?:of (?:every|each) month|of the month(?= (?:every|each) month)|every month|(?<!the last day )of the month (?:monthly|every month))`,
    ),
    read: ({ edge = '' }) => newRule('MONTHLY', { byMonthDay: [/last|end/.test(edge) ? -1 : 1] }),
  },
  {
    name: 'recurrence.edgeOfMonth',
    regex: rule(
      `${EVERY} (?<edge>last|1st) day of (?:the )?month|(?:${EVERY} month|monthly) (?:on|at) the (?<edge2>1st|last) day(?: of the month)?|${EVERY} (?<edge3>end) of (?:the )?month`,
    ),
    read: ({ edge, edge2, edge3 }) => newRule('MONTHLY', { byMonthDay: [(edge ?? edge2 ?? edge3) === '1st' ? 1 : -1] }),
  },
  {
    name: 'recurrence.dateOfYear',
    regex: rule(
      `(?:${EVERY} year|yearly|annually)(?: on| every| ,)? (?:the )?(?<dates>${dateList()})|(?:on |every )?(?<dates2>${ABSOLUTE}) (?:every|each) year|(?:on )?(?<dates3>${ABSOLUTE}) (?:yearly|annually)|${EVERY} (?<dates4>${dateList()})`,
    ),
    read: ({ dates, dates2, dates3, dates4 }) => datesOfYear(dates ?? dates2 ?? dates3 ?? dates4 ?? ''),
  },
  {
    name: 'recurrence.monthOfYear',
    regex: rule(`${EVERY} (?<month>${MONTH})(?! \\d)`),
    read: ({ month = '' }) => newRule('YEARLY', { byMonth: [monthNames.indexOf(month) + 1] }),
  },
  {
    name: 'recurrence.workdays',
    regex: rule(
      `(?:on )?(?:${EVERY} ${WORKDAYS}|weekdays|${WORKDAYS}s|on ${WORKDAYS}s|(?:${EVERY} )?(?:from )?monday (?:to|through|thru|-) friday)`,
    ),
    read: () => newRule('WEEKLY', { byDay: workdays }),
  },
  {
    name: 'recurrence.weekend',
    regex: rule(`(?:on )?(?:${EVERY} (?<other>other )?weekend|weekends)`),
    read: ({ other }) => newRule('WEEKLY', { byDay: [{ nth: null, weekday: 6 }], interval: other ? 2 : 1 }),
  },
  {
    name: 'recurrence.weekdays',
    regex: rule(`${EVERY} (?:(?<other>other|\\d{1,2}) )?(?:week on )?(?<days>${DAYS})(?! week)`),
    read: ({ other, days = '' }) => weekly(days, other === 'other' ? 2 : Number(other ?? 1)),
  },
  {
    name: 'recurrence.weeksOn',
    regex: rule(
      `(?:${EVERY} (?:(?<other>other|2nd|\\d{1,2}) )?(?<unit>week|fortnight)|(?<adverb>weekly|biweekly))(?: on)? (?<days>${DAYS})`,
    ),
    read: ({ other, unit, adverb, days = '' }) =>
      weekly(
        days,
        unit === 'fortnight' || adverb === 'biweekly' || other === 'other' || other === '2nd' ? 2 : Number(other ?? 1),
      ),
  },
  {
    name: 'recurrence.weekdays',
    regex: rule(`(?:on )?(?<days>${PLURAL}(?:(?: ,| and| &| or| , and) ${PLURAL}){0,6})`),
    read: ({ days = '' }) => weekly(days, 1),
  },
  {
    name: 'recurrence.vague',
    vague: true,
    regex: rule(
      '(?:twice|thrice|\\d{1,2} times|\\d{1,2} x|a few times|several times) (?:a|per|each|every) (?<unit>day|week|month|year)',
    ),
    read: ({ unit = 'week' }) => newRule((units[unit] ?? ['WEEKLY', 1])[0]),
  },
  {
    name: 'recurrence.once',
    regex: rule(`(?:once (?:a|per|each|every) |once ${EVERY} )${UNIT}`),
    read: ({ unit = '' }) => perUnit(unit, 1),
  },
  {
    name: 'recurrence.partOfDay',
    regex: rule(`${EVERY}(?= ${PART} )`),
    read: () => newRule('DAILY'),
  },
  {
    name: 'recurrence.interval',
    regex: rule(`${EVERY} (?:single )?(?:(?<other>other|2nd) |(?<count>\\d{1,4}|couple(?: of)?|few|half) )?${UNIT}`),
    read: ({ other, count, unit = '' }) =>
      count === 'half' ? halfOf(unit) : perUnit(unit, other ? 2 : numberOf(count)),
  },
  {
    name: 'recurrence.completion',
    regex: rule(
      `(?<count>\\d{1,3}|an?) ${UNIT} after (?:completion|completing(?: it)?|i (?:complete|finish) it|it is done|it's done|done|finishing(?: it)?|last completion)`,
    ),
    read: ({ count, unit = '' }) => perUnit(unit, numberOf(count)),
  },
  {
    name: 'recurrence.adverb',
    regex: opening(`(?:(?:on )?an? )?(?<adverb>${ADVERB})(?: basis)?`),
    read: ({ adverb = '' }) => adverbs[adverb] ?? null,
  },
  {
    name: 'recurrence.adverb',
    regex: closing(`(?:on )?(?:an? )?(?<adverb>${ADVERB})(?: basis)?`),
    read: ({ adverb = '' }) => adverbs[adverb] ?? null,
  },
  {
    name: 'recurrence.adverb',
    regex: rule(`(?<adverb>${ADVERB})(?= (?:at|on|for|from|until|till|starting|beginning|,|¦|@|\\d|in the) )`),
    read: ({ adverb = '' }) => adverbs[adverb] ?? null,
  },
];

function dateList(): string {
  const next = `(?:(?: ,| and| &| , and) (?:${ABSOLUTE}))`;
  return `(?:${ABSOLUTE})${next}{0,11}`;
}

function hoursOfDay(from: number, to: number, onlyWorkdays: boolean): Rule | null {
  const end = to <= from ? to + 12 : to;
  if (from > 23 || end > 23) return null;
  const byHour = Array.from({ length: end - from + 1 }, (_, index) => from + index);
  return onlyWorkdays ? newRule('WEEKLY', { byDay: workdays, byHour }) : newRule('DAILY', { byHour });
}

function nthWeekdays({ nths = '', weekday }: Groups): Rule {
  const day = weekdayNames.indexOf(weekday ?? '') + 1;
  if (/2nd (?:to )?last|penultimate/.test(nths)) return newRule('MONTHLY', { byDay: [{ nth: -2, weekday: day }] });
  const numbers = [...nths.matchAll(/\d+|last/g)].map(([nth]) => nthOf(nth));
  return newRule('MONTHLY', { byDay: numbers.map((nth) => ({ nth, weekday: day })) });
}

function nthOf(text: string): number {
  return text === 'last' ? -1 : Number.parseInt(text, 10);
}

function monthDays(text: string): Rule | null {
  const days = [...text.matchAll(/\d+|last day/g)].map(([day]) => (day === 'last day' ? -1 : Number(day)));
  return days.every((day) => day >= -1 && day !== 0 && day <= 31) ? newRule('MONTHLY', { byMonthDay: days }) : null;
}

/** One RRULE can name several dates of a year only when they are the same day of their months, or of one month. */
function datesOfYear(text: string): Rule | null {
  const dates = [...text.matchAll(new RegExp(ABSOLUTE, 'gu'))].flatMap(([date]) => readMonthDay(date) ?? []);
  const months = [...new Set(dates.map(({ month }) => month))].sort((a, b) => a - b);
  const days = [...new Set(dates.map(({ day }) => day))].sort((a, b) => a - b);
  if (dates.length === 0 || (months.length > 1 && days.length > 1)) return null;
  return newRule('YEARLY', { byMonth: months, byMonthDay: days });
}

function weekly(text: string, interval: number): Rule | null {
  const days = weekdayNames.flatMap((name, index) => (text.includes(name) ? [{ nth: null, weekday: index + 1 }] : []));
  return interval > 0 ? newRule('WEEKLY', { byDay: days, interval }) : null;
}

function perUnit(unit: string, count: number): Rule | null {
  const [frequency, factor] = units[unit] ?? ['DAILY', 1];
  return count > 0 ? newRule(frequency, { interval: count * factor }) : null;
}

function halfOf(unit: string): Rule | null {
  return unit === 'year'
    ? newRule('MONTHLY', { interval: 6 })
    : unit === 'day'
      ? newRule('HOURLY', { interval: 12 })
      : null;
}

function numberOf(text: string | undefined): number {
  if (text === undefined || /^an?$/.test(text)) return 1;
  if (text.startsWith('couple')) return 2;
  return text === 'few' ? 3 : Number(text);
}
