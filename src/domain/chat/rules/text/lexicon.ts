import { dictionary, words } from './dictionary.ts';
import { foreignWords } from './languages.ts';
import { weekdayNames } from './names.ts';
import { numeric } from './numerals.ts';
import { forgive } from './slips.ts';
import type { Token } from './token.ts';

const canonical = new Map([
  ...Object.entries(
    dictionary(`
      monday: mon, tuesday: tue tues, wednesday: wed weds wendsday wensday wednsday,
      thursday: thu thur thurs thrusday, friday: fri, saturday: sat saterday, sunday: sun, mondays: mons,
      january: jan, february: feb febuary, march: mar, april: apr, june: jun, july: jul, august: aug,
      september: sep sept, october: oct, november: nov, december: dec,
      tomorrow: tomorow tommorow tommorrow tomorro tmrw tmr tmw tmrow 2moro 2morrow 2mrw 2mro morrow,
      today: 2day tday, tonight: 2nite tonite 2night, every: evry evey eveyr everry, everyday: evryday,
      every day: everyday, daily: dayly, weekly: wekly weeky, pm: p p.m. p.m, am: a.m. a.m, secs: seconds sec,
      minute: m min mins minutes, hour: h hr hrs hours, day: d days, week: w wk wks weeks, month: mo mos mth months,
      year: y yr yrs years, quarter: qtr quarters, fortnight: fortnights, remind: remid remidn remmind,
      don't: dont donot, didn't: didnt, haven't: havent, what's: whats wats, task: taks tsk, please: pls plz,
      todo: to-do, todos: to-dos, oclock: o'clock, noon: midday lunchtime, priority: prio pri, important: importnat,
      weekday: workday work-day, weekdays: workdays, biweekly: bi-weekly fortnightly, email: e-mail, 1: one, 2: two,
      3: three, 4: four, 5: five, 6: six, 7: seven, 8: eight, 9: nine, 10: ten, 11: eleven, 12: twelve,
      14: fourteen, 15: fifteen, 20: twenty, 30: thirty, 40: forty, 45: forty-five, 50: fifty, 60: sixty,
      90: ninety, 1st: first, 2nd: second, 3rd: third, 4th: fourth, 5th: fifth
    `),
  ),
  ['p. m.', 'pm'],
  ['p. m', 'pm'],
  ['a. m.', 'am'],
  ['a. m', 'am'],
]);

/** Words that are often not a weekday: "sun cream", "sat down", "wed". */
const doubtful = new Set(words('sun sat wed mon fri thu tue'));
const beforeWeekday = new Set(words('on every each this next by until till due and , - to before for /'));
const afterWeekday = new Set(words('at and , - to morning afternoon evening night . ; by with the ? ! /'));

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

/** Lower case without accents, for the lookup of foreign words. */
function fold(word: string): string {
  if (/^[!-~]*$/.test(word)) return word.toLowerCase();
  return word
    .normalize('NFD')
    .replace(/[\u0300-\u036f\u064b-\u0652]/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/’/g, "'");
}
