import type { Token } from './token.ts';

const digits: Record<string, number> = {
  一: 1,
  二: 2,
  两: 2,
  兩: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
};
const weekdays: Record<string, string> = {
  月: 'monday',
  一: 'monday',
  월: 'monday',
  火: 'tuesday',
  二: 'tuesday',
  화: 'tuesday',
  水: 'wednesday',
  三: 'wednesday',
  수: 'wednesday',
  木: 'thursday',
  四: 'thursday',
  목: 'thursday',
  金: 'friday',
  五: 'friday',
  금: 'friday',
  土: 'saturday',
  六: 'saturday',
  토: 'saturday',
  日: 'sunday',
  天: 'sunday',
  일: 'sunday',
};
const days: Record<string, string> = {
  今日: 'today',
  今天: 'today',
  오늘: 'today',
  明日: 'tomorrow',
  あした: 'tomorrow',
  明天: 'tomorrow',
  내일: 'tomorrow',
  明後日: 'day after tomorrow',
  后天: 'day after tomorrow',
  後天: 'day after tomorrow',
  모레: 'day after tomorrow',
  毎日: 'every day',
  每天: 'every day',
  매일: 'every day',
  来週: 'next week',
  下周: 'next week',
  다음주: 'next week',
  今晚: 'tonight',
  今夜: 'tonight',
  오늘밤: 'tonight',
};

const number = '(\\d{1,2}|[一二两兩三四五六七八九十]{1,3})';
const pm = ['午後', '下午', '晚上', '夜', '오후', '저녁', '밤'];
const am = ['午前', '上午', '早上', '朝', '오전', '아침'];
const tail = '(?:の|に|、|까지|에)?';
const clock = new RegExp(
  `(${[...pm, ...am].join('|')})?\\s?${number}(?:時|时|点|點|시)(半|반|(\\d{1,2})[分분])?${tail}`,
  'uy',
);
const date = new RegExp(`${number}[月월]\\s?${number}[日号號일]${tail}`, 'uy');
const weekday = new RegExp(
  `(毎週|每周|每週|매주\\s?)?(?:([月火水木金土日])曜日?|(?:星期|周|週)([一二三四五六日天])|([월화수목금토일])요일)${tail}`,
  'uy',
);
const day = new RegExp(
  `(?:${Object.keys(days)
    .sort((a, b) => b.length - a.length)
    .join('|')})${tail}`,
  'uy',
);
const character = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/uy;

/** A token at `at` in Chinese, Japanese or Korean text: a date or time as English words, or one character. */
export function readCjk(text: string, at: number): Token | null {
  // Digits may start a time ("3時", "9시"); other characters below U+2E80 are not handled here.
  const code = text.charCodeAt(at);
  if (code < 0x2e80 && !(code >= 48 && code <= 57)) return null;
  const found =
    exec(clock, text, at) ??
    exec(date, text, at) ??
    exec(weekday, text, at) ??
    exec(day, text, at) ??
    exec(character, text, at);
  return found && { kind: 'word', start: at, end: at + found.raw.length, raw: found.raw, canon: found.canon };
}

function exec(regex: RegExp, text: string, at: number): { raw: string; canon: string } | null {
  regex.lastIndex = at;
  const match = regex.exec(text);
  return match && { raw: match[0], canon: meaning(regex, match) };
}

function meaning(regex: RegExp, match: RegExpExecArray): string {
  const [raw, a, b, c, d] = match;
  if (regex === clock) {
    const minute = c === undefined ? 0 : d === undefined ? 30 : Number(d);
    return `at ${hourOf(a, toNumber(b))}:${String(minute).padStart(2, '0')}`;
  }
  if (regex === date) return `@--${String(toNumber(a)).padStart(2, '0')}-${String(toNumber(b)).padStart(2, '0')}`;
  if (regex === weekday) return `${a ? 'every ' : ''}${weekdays[b ?? c ?? d ?? '']}`;
  return days[raw.replace(/[のに、에]$|까지$/u, '')] ?? days[raw] ?? raw;
}

function toNumber(text = ''): number {
  if (/^\d/.test(text)) return Number(text);
  const [first = 0, second = 0, third = 0] = [...text].map((character) => digits[character] ?? 0);
  if (text.length === 1) return first;
  return first === 10 ? 10 + second : first * 10 + third;
}

/** Always two digits, so that the hour is unambiguous. */
function hourOf(half: string | undefined, hour: number): string {
  if (half !== undefined && pm.includes(half) && hour < 12) return String(hour + 12);
  if (half !== undefined && am.includes(half)) return String(hour % 12).padStart(2, '0');
  return String(hour);
}
