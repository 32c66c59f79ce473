import { foreignWords } from './languages.ts';
import type { Token } from './tokens.ts';

export const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
export const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

const spellings: Record<string, string[]> = {
  monday: ['mon'],
  tuesday: ['tue', 'tues'],
  wednesday: ['wed', 'weds', 'wendsday', 'wensday', 'wednsday'],
  thursday: ['thu', 'thur', 'thurs', 'thrusday'],
  friday: ['fri'],
  saturday: ['sat', 'saterday'],
  sunday: ['sun'],
  mondays: ['mons'],
  january: ['jan'],
  february: ['feb', 'febuary'],
  march: ['mar'],
  april: ['apr'],
  june: ['jun'],
  july: ['jul'],
  august: ['aug'],
  september: ['sep', 'sept'],
  october: ['oct'],
  november: ['nov'],
  december: ['dec'],
  tomorrow: [
    'tomorow',
    'tommorow',
    'tommorrow',
    'tomorro',
    'tmrw',
    'tmr',
    'tmw',
    'tmrow',
    '2moro',
    '2morrow',
    '2mrw',
    '2mro',
    'morrow',
  ],
  today: ['2day', 'tday'],
  tonight: ['2nite', 'tonite', '2night'],
  every: ['evry', 'evey', 'eveyr', 'everry'],
  everyday: ['evryday'],
  'every day': ['everyday'],
  daily: ['dayly'],
  weekly: ['wekly', 'weeky'],
  pm: ['p', 'p.m.', 'p.m', 'p. m.', 'p. m'],
  am: ['a.m.', 'a.m', 'a. m.', 'a. m'],
  secs: ['seconds', 'sec'],
  minute: ['m', 'min', 'mins', 'minutes'],
  hour: ['h', 'hr', 'hrs', 'hours'],
  day: ['d', 'days'],
  week: ['w', 'wk', 'wks', 'weeks'],
  month: ['mo', 'mos', 'mth', 'months'],
  year: ['y', 'yr', 'yrs', 'years'],
  quarter: ['qtr', 'quarters'],
  fortnight: ['fortnights'],
  remind: ['remid', 'remidn', 'remmind'],
  "don't": ['dont', 'donot'],
  "didn't": ['didnt'],
  "haven't": ['havent'],
  "what's": ['whats', 'wats'],
  task: ['taks', 'tsk'],
  please: ['pls', 'plz'],
  todo: ['to-do'],
  todos: ['to-dos'],
  oclock: ["o'clock"],
  noon: ['midday', 'lunchtime'],
  priority: ['prio', 'pri'],
  important: ['importnat'],
  weekday: ['workday', 'work-day'],
  weekdays: ['workdays'],
  biweekly: ['bi-weekly', 'fortnightly'],
  email: ['e-mail'],
  '1': ['one'],
  '2': ['two'],
  '3': ['three'],
  '4': ['four'],
  '5': ['five'],
  '6': ['six'],
  '7': ['seven'],
  '8': ['eight'],
  '9': ['nine'],
  '10': ['ten'],
  '11': ['eleven'],
  '12': ['twelve'],
  '14': ['fourteen'],
  '15': ['fifteen'],
  '20': ['twenty'],
  '30': ['thirty'],
  '40': ['forty'],
  '45': ['forty-five'],
  '50': ['fifty'],
  '60': ['sixty'],
  '90': ['ninety'],
  '1st': ['first'],
  '2nd': ['second'],
  '3rd': ['third'],
  '4th': ['fourth'],
  '5th': ['fifth'],
};

const canonical = new Map(
  Object.entries(spellings).flatMap(([word, forms]) => forms.map((form) => [form, word] as const)),
);

/** Only these are forgiven a slip of the pen. Words that change or delete tasks never are. */
const forgiven = [
  'tomorrow',
  'tonight',
  ...weekdayNames,
  'january',
  'february',
  'september',
  'october',
  'november',
  'december',
  'remind',
  'reminder',
  'priority',
  'weekday',
  'weekend',
  'overdue',
];

/** Words that are as often not a weekday: "sun cream", "sat down", "wed". */
const doubtful = new Set(['sun', 'sat', 'wed', 'mon', 'fri', 'thu', 'tue']);
const beforeWeekday = new Set([
  'on',
  'every',
  'each',
  'this',
  'next',
  'by',
  'until',
  'till',
  'due',
  'and',
  ',',
  '-',
  'to',
  'before',
  'for',
  '/',
]);
const afterWeekday = new Set([
  'at',
  'and',
  ',',
  '-',
  'to',
  'morning',
  'afternoon',
  'evening',
  'night',
  '.',
  ';',
  'by',
  'with',
  'the',
  '?',
  '!',
  '/',
]);

/** Gives every token its canonical form: one spelling per word, number words as digits, date words in English. */
export function canonise(tokens: Token[]): Token[] {
  const foreign = foreignWords(tokens.map((token) => fold(token.raw)));
  return tokens.map((token, index) => ({
    ...token,
    canon: canonOf(token, tokens[index - 1], tokens[index + 1], foreign),
  }));
}

function canonOf(
  token: Token,
  before: Token | undefined,
  after: Token | undefined,
  foreign: ReturnType<typeof foreignWords>,
): string {
  if (token.kind === 'tag') return '#';
  if (token.kind === 'quote' || token.kind === 'literal') return '¤';
  if (token.canon !== token.raw) return token.canon;
  const word = token.raw.normalize('NFC').toLowerCase().replace(/’/g, "'");
  if (token.kind === 'number') return numeric(word);
  if (token.kind === 'punctuation') return word === '–' || word === '—' ? '-' : word === '¦' ? '¤' : word;
  const translated = foreign(fold(token.raw), before && fold(before.raw));
  if (translated !== null) return translated;
  if (doubtful.has(word) && !standsAsWeekday(before, after)) return word;
  if (word === 'p' && before?.end !== token.start) return word;
  if (word === 'm' && before?.end !== token.start) return word;
  if (/^(?:[dwyh]|mo)$/.test(word) && before?.kind !== 'number') return word;
  return canonical.get(word) ?? hyphenated(word) ?? forgive(word);
}

/** "mon-fri" is a range of days. */
function hyphenated(word: string): string | null {
  const [from = '', to, ...rest] = word.split('-');
  if (to === undefined || rest.length > 0) return null;
  const days = [from, to].map((part) => canonical.get(part) ?? part);
  return days.every((name) => weekdayNames.includes(name)) ? days.join(' to ') : null;
}

function standsAsWeekday(before: Token | undefined, after: Token | undefined): boolean {
  if (before && beforeWeekday.has(before.raw.toLowerCase())) return true;
  return !after || after.kind === 'number' || after.kind === 'tag' || afterWeekday.has(after.raw.toLowerCase());
}

/** Dates written in digits become `@YYYY-MM-DD`, or `@--MM-DD` where the year was left out. */
function numeric(text: string): string {
  const iso = /^(\d{4}-\d{2}-\d{2})(?:t(.+))?$/.exec(text);
  if (iso)
    return iso[2] ? `@${iso[1]} at ${iso[2].replace(/^(\d\d:\d\d).*?(z|[+-].*)?$/, '$1 $2').trim()}` : `@${iso[1]}`;
  const yearFirst = /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/.exec(text);
  if (yearFirst) return dateAtom(yearFirst[1], Number(yearFirst[2]), Number(yearFirst[3])) ?? text;
  const slashed = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{2,4}))?$/.exec(text);
  if (slashed) return monthFirst(Number(slashed[1]), Number(slashed[2]), slashed[3]) ?? text;
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(text);
  if (dotted) return dateAtom(dotted[3], Number(dotted[2]), Number(dotted[1])) ?? text;
  return text;
}

/** 3/15 is 15 March; so is 15/3. */
function monthFirst(a: number, b: number, year: string | undefined): string | null {
  return a > 12 ? dateAtom(year, b, a) : dateAtom(year, a, b);
}

function dateAtom(year: string | undefined, month: number, day: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const head = year === undefined ? '-' : year.length === 2 ? `20${year}` : year;
  return `@${head}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Undoes one swapped, missing or doubled letter; never a replaced one ("rewind" is not "remind"). */
function forgive(word: string): string {
  if (word.length < 5 || word.length > 11) return word;
  return forgiven.find((right) => isOneSlip(word, right)) ?? word;
}

function isOneSlip(word: string, right: string): boolean {
  if (word[0] !== right[0] || Math.abs(word.length - right.length) > 1) return false;
  let at = 0;
  while (at < word.length && word[at] === right[at]) at++;
  if (word.length < right.length) return word.slice(at) === right.slice(at + 1);
  if (word.length > right.length) return word.slice(at + 1) === right.slice(at) && !/s$/.test(word);
  return word[at] === right[at + 1] && word[at + 1] === right[at] && word.slice(at + 2) === right.slice(at + 2);
}

/** Lower case without accents: how foreign words are looked up. */
export function fold(word: string): string {
  if (/^[!-~]*$/.test(word)) return word.toLowerCase();
  return word
    .normalize('NFD')
    .replace(/[\u0300-\u036f\u064b-\u0652]/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/’/g, "'");
}
