import { dictionary } from './dictionary.ts';
import type { Token } from './token.ts';

const digits = dictionary('1: 一, 2: 二 两 兩, 3: 三, 4: 四, 5: 五, 6: 六, 7: 七, 8: 八, 9: 九, 10: 十');
const weekdays = dictionary(`
  monday: 月 一 월, tuesday: 火 二 화, wednesday: 水 三 수, thursday: 木 四 목, friday: 金 五 금, saturday: 土 六 토,
  sunday: 日 天 일
`);
const days = dictionary(`
  today: 今日 今天 오늘, tomorrow: 明日 あした 明天 내일, day after tomorrow: 明後日 后天 後天 모레, every day: 毎日 每天 매일,
  next week: 来週 下周 다음주, tonight: 今晚 今夜 오늘밤
`);

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
  const [first = 0, second = 0, third = 0] = [...text].map((character) => Number(digits[character] ?? 0));
  if (text.length === 1) return first;
  return first === 10 ? 10 + second : first * 10 + third;
}

/** Always two digits, so that the hour is unambiguous. */
function hourOf(half: string | undefined, hour: number): string {
  if (half !== undefined && pm.includes(half) && hour < 12) return String(hour + 12);
  if (half !== undefined && am.includes(half)) return String(hour % 12).padStart(2, '0');
  return String(hour);
}
