import type { Explanation } from '../../proposal.ts';
import type { Token } from './token.ts';

/**
 * One clause as the rules see it. `line` has its canonical words separated by single spaces, so a rule is an ordinary
 * regular expression over plain English. `starts` maps a position in the line to the token and thus to the text.
 * Claimed words are blanked in the line; the words that no rule claimed are the title.
 */
export type Sentence = {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly starts: readonly number[];
  readonly claimed: boolean[];
  readonly explanation: Explanation[];
  line: string;
};

/** A match of a rule: tokens `first` to `last` (inclusive), and the regular expression's groups. */
export type Found = { first: number; last: number; match: RegExpMatchArray };

const BLANK = '¦';
const MOST_MATCHES = 40;
const compiled = new Map<string, RegExp>();

export function newSentence(text: string, tokens: readonly Token[]): Sentence {
  const starts: number[] = [];
  let line = ' ';
  for (const { canon } of tokens) {
    starts.push(line.length);
    if (canon !== '') line += `${canon} `;
  }
  return { text, tokens, starts, line, claimed: tokens.map(() => false), explanation: [] };
}

/** A copy of the sentence before anything was claimed, in which a reader or a probe can claim. */
export function unclaimed(sentence: Sentence): Sentence {
  return { ...sentence, claimed: sentence.claimed.map(() => false), explanation: [] };
}

/** A rule over whole canonical words. Sources must be bounded: no nested repetition. */
export function rule(source: string): RegExp {
  return compile(`(?<= )(?:${source})(?= )`, 'dgu');
}

/** A rule that must match at the start of the remaining sentence (sticky: only this position is tried). */
export function opening(source: string): RegExp {
  return compile(`(?:${source})(?= )`, 'dyu');
}

/** A rule that must match at the end of the sentence, except for punctuation. */
export function closing(source: string): RegExp {
  return compile(`(?<= )(?:${source})(?= (?:[.!?¦]+ )*$)`, 'dgu');
}

/** Each source is compiled once, even for inline rules. */
function compile(source: string, flags: string): RegExp {
  const key = `${flags}/${source}`;
  const known = compiled.get(key) ?? new RegExp(source, flags);
  compiled.set(key, known);
  return known;
}

export function find(sentence: Sentence, regex: RegExp): Found | null {
  regex.lastIndex = regex.sticky ? openStart(sentence) : 0;
  const match = regex.exec(sentence.line);
  return match && locate(sentence, match);
}

/** All matches, up to a limit that real messages never reach. */
export function findAll(sentence: Sentence, regex: RegExp): Found[] {
  if (regex.sticky) return [find(sentence, regex) ?? []].flat();
  const found: Found[] = [];
  for (const match of sentence.line.matchAll(regex)) if (found.push(locate(sentence, match)) === MOST_MATCHES) break;
  return found;
}

export function says(sentence: Sentence, regex: RegExp): boolean {
  regex.lastIndex = regex.sticky ? openStart(sentence) : 0;
  return regex.test(sentence.line);
}

/** Removes the matched words from the line and records their field and rule. */
export function claim(sentence: Sentence, found: Pick<Found, 'first' | 'last'>, field: string, ruleName: string): void {
  const { first, last } = found;
  const [from, to] = [sentence.tokens[first], sentence.tokens[last]];
  if (!from || !to) return;
  for (let index = first; index <= last; index++) sentence.claimed[index] = true;
  const start = sentence.starts[first] ?? 0;
  const end = (sentence.starts[last] ?? 0) + to.canon.length;
  const blanked = sentence.line.slice(start, end).replace(/[^ ]/g, BLANK);
  sentence.line = sentence.line.slice(0, start) + blanked + sentence.line.slice(end);
  sentence.explanation.push({ field, span: [from.start, to.end], rule: ruleName });
}

/** Finds and claims in one step. */
export function take(sentence: Sentence, regex: RegExp, field: string, ruleName: string): Found | null {
  const found = find(sentence, regex);
  if (found) claim(sentence, found, field, ruleName);
  return found;
}

/** Tokens `first` to `last` as a separate sentence (spans still refer to the whole text). */
function partOf(sentence: Sentence, first: number, last = sentence.tokens.length - 1): Sentence {
  return newSentence(sentence.text, sentence.tokens.slice(first, last + 1));
}

/** The named group of a match as a separate sentence; null if it did not match. */
export function groupOf(sentence: Sentence, found: Found, group: string): Sentence | null {
  const place = found.match.indices?.groups?.[group];
  if (!place || place[0] === place[1]) return null;
  return partOf(sentence, tokenAt(sentence, place[0]), tokenAt(sentence, place[1] - 1));
}

/** The original text of tokens `first` to `last`. */
export function textOf(sentence: Sentence, first: number, last: number): string {
  const [from, to] = [sentence.tokens[first], sentence.tokens[last]];
  return from && to ? sentence.text.slice(from.start, to.end) : '';
}

/** The position of the first unclaimed word in the line. */
function openStart(sentence: Sentence): number {
  return /[^ ¦]/u.exec(sentence.line)?.index ?? sentence.line.length;
}

function locate(sentence: Sentence, match: RegExpMatchArray): Found {
  const start = match.index ?? 0;
  return { first: tokenAt(sentence, start), last: tokenAt(sentence, start + Math.max(match[0].length - 1, 0)), match };
}

/** The last token that starts at or before a position in the line (binary search). */
function tokenAt(sentence: Sentence, place: number): number {
  let [low, high] = [0, sentence.starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sentence.starts[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
