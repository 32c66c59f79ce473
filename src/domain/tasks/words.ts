import { ByteCache } from '../../shared/byte-cache.ts';
import { isLongerThan } from '../../shared/maximum.ts';

/* The words of a text, for search. Stored texts and queries use the same code, and no database setting affects it. */

/** Scripts written without spaces between words. */
const unspaced = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{scx=${script}}`)
  .join('');
const character = '[\\p{L}\\p{M}\\p{N}]';
const isolated = `(?=[${unspaced}])${character}`;
const spaced = `(?![${unspaced}])${character}`;
/** A sequence of letters and digits, with inner apostrophes and the signs of names such as C# and C++; or an emoji. */
const run = new RegExp(
  [
    `(?:${isolated})+`,
    `(?!\\p{M})(?:${spaced})+(?:['’ʼ](?:${spaced})+)*(?:(?<=\\p{L})[#+]{1,2}(?!${character}))?`,
    '\\p{RI}\\p{RI}',
    '\\p{Extended_Pictographic}',
  ].join('|'),
  'gu',
);
const isUnspaced = new RegExp(`^[${unspaced}]`, 'u');

/** Accents of Latin, Greek and Cyrillic letters. The breve of й is kept: it is a separate letter. */
const accents = '(?<!и)\\u0306|[\\u0300-\\u0305\\u0307-\\u036f]';
const everyAccent = new RegExp(accents, 'gu');
/** Letters with two spellings that do not decompose. */
// biome-ignore format: a table
const variants: Record<string, string> = { ß: 'ss', ς: 'σ', ı: 'i', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe' };
const variant = new RegExp(`[${Object.keys(variants).join('')}]`, 'gu');

const maxWordLength = 64;
/** PostgreSQL stores at most 1 MB of words per row. */
const maxOwnBytes = 400_000;
const maxCommentBytes = 100_000;
/** Each word is an index lookup. */
const maxAskedWords = 100;
/** How long a text to search for can be, also in its compatibility form. */
export const searchLength = { max: 1_000, message: 'A text to search for can have at most 1,000 characters.' };

/** Letters decompose into at most three characters, but ligatures such as ﷺ into eighteen: the rest of these is left out. */
const maxDecomposed = 3 * 20_000;
const maxFolded = 2 * 20_000;
/** Marks beyond 30 on one letter are left out, as in the Stream-Safe Text Format (UAX 15): sorting them is quadratic. */
const endlessMarks = /(\p{M}{30})\p{M}+/gu;

/** Invisible characters within a word: soft hyphens, joiners, direction marks, emoji variants. */
const unseen = /\u200d|[\ufe00-\ufe0f]|[\u00ad\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/**
 * A text without the differences that search ignores: case, compatibility forms (NFKC), accents, spellings of a letter.
 */
export function folded(text: string): string {
  const decomposed = text.normalize('NFKD').slice(0, maxDecomposed).toLowerCase().normalize('NFKD');
  const plain = decomposed.replace(everyAccent, '').normalize('NFC');
  return plain.replace(variant, (letter) => variants[letter] ?? letter).slice(0, maxFolded);
}

/** The SQL form of `folded`. */
export function foldedSql(expression: string): string {
  const plain = `normalize(regexp_replace(normalize(lower(normalize(${expression}, NFKD)), NFKD), '${accents}', '', 'g'), NFC)`;
  return Object.entries(variants).reduce((sql, [from, to]) => `replace(${sql}, '${from}', '${to}')`, plain);
}

/** A word of a text, and its parts that a search can find. */
type Word = { word: string; parts: readonly string[] };

/**
 * The words of a text in order. In scripts without spaces, every two adjacent characters are a word, and so is the last
 * character: every part of a sequence is then found by the beginnings of its words.
 */
export function wordsOf(text: string): string[] {
  return readWords(text).map(({ word }) => word);
}

function readWords(text: string): Word[] {
  const runs = folded(text.replace(unseen, '').replace(endlessMarks, '$1')).match(run) ?? [];
  const words: Word[] = [];
  for (const found of runs) {
    if (isUnspaced.test(found)) addPairs(found, words);
    else words.push(isPlain.test(found) ? { word: found, parts: none } : spacedWord(found));
  }
  return words;
}

/** A word without parts, as most are. */
const isPlain = /^(?:[\p{L}\p{M}]{1,32}|\p{Extended_Pictographic}|\p{RI}{2})$/u;
const none: readonly string[] = [];

function addPairs(found: string, words: Word[]): void {
  let last = '';
  for (const character of found) {
    if (last) words.push({ word: last + character, parts: none });
    last = character;
  }
  words.push({ word: last, parts: none });
}

/** "don't" is "dont" and has the part "don", "v2" has "2", and "c++" has "c". */
function spacedWord(found: string): Word {
  const whole = [...found].slice(0, maxWordLength).join('');
  const word = whole.replace(/['’ʼ]/gu, '');
  const pieces = whole.replace(/[#+]+$/u, '').split(/['’ʼ]/u);
  const numbers = pieces.flatMap((piece) => [...piece.matchAll(beforeNumber)].map(({ index }) => piece.slice(index)));
  return { word, parts: [...new Set([...pieces, ...numbers])].filter((part) => part && part !== word) };
}
const beforeNumber = /(?<=[\p{L}\p{M}])(?=\p{N})/gu;

/** Why a text cannot be searched for; null if it can. */
export function searchFault(text: string): string | null {
  const isLong = isLongerThan(text, searchLength.max) || isLongerThan(text.normalize('NFKC'), searchLength.max);
  if (isLong) return searchLength.message;
  const words = askedWords(text);
  if (words.length === 0) return 'The text has no letter, digit or emoji to search for. Omit it to match any text.';
  return words.length > maxAskedWords
    ? `A search can have at most ${maxAskedWords} different words. This one has ${words.length}.`
    : null;
}

/** The tsquery of a search text: all its words, each as a prefix. Null if it has no word. */
export function searchQuery(text: string): string | null {
  return allOf(text, ':*');
}

/** A tsquery of whole words: the database has frequencies only for these. */
export function wholeWordQuery(text: string): string | null {
  return allOf(text, '');
}

function allOf(text: string, ending: ':*' | ''): string | null {
  return (
    askedWords(text)
      .map((word) => `'${word}'${ending}`)
      .join(' & ') || null
  );
}

/** A filter has the same text in many places, and each is read several times: checked, counted, explained, listed. */
const lastAsked = new ByteCache<string, readonly string[]>(1_000_000);

/** The different words of a text to search for. */
function askedWords(text: string): readonly string[] {
  const known = lastAsked.get(text);
  if (known) return known;
  const words = [...new Set(wordsOf(text))];
  // The strings, and what an engine adds to each.
  const bytes = [text, ...words].reduce((sum, one) => sum + 2 * one.length + 32, 0);
  lastAsked.set(text, words, bytes);
  return words;
}

/** The words of a task as a tsvector: words of the title have a higher weight (A) than words of the notes (B). */
export function taskWords({ title, notes }: { title: string; notes: string | null }): string {
  const inTitle = readWords(title);
  const all = [...lexemes(inTitle, 'A'), ...lexemes(readWords(notes ?? ''), 'B', inTitle.length)];
  return bounded(all, maxOwnBytes);
}

/**
 * The words of a comment as a tsvector, each as often as it counts for search: once. Without a place they have the lowest
 * weight (D), and the words of all comments of a task are put together without repetition.
 */
export function wordsOfComment(text: string): string {
  const words = readWords(text).flatMap(({ word, parts }) => [word, ...parts]);
  return bounded(
    [...new Set(words)].map((word) => `'${word}'`),
    maxCommentBytes,
  );
}

function bounded(all: readonly string[], maxBytes: number): string {
  let bytes = 0;
  const kept = all.filter((lexeme) => {
    bytes += Buffer.byteLength(lexeme);
    return bytes <= maxBytes;
  });
  return kept.join(' ');
}

/** Each word once, at its first position: ranking uses the distance between words. */
function lexemes(words: readonly Word[], weight: 'A' | 'B', offset = 0): string[] {
  const places = new Map<string, number>();
  for (const [index, { word, parts }] of words.entries()) {
    for (const lexeme of [word, ...parts]) if (!places.has(lexeme)) places.set(lexeme, offset + index + 1);
  }
  return [...places].map(([word, place]) => `'${word}':${place}${weight}`);
}
