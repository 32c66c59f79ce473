import { readCjk } from './cjk.ts';
import type { Token, TokenKind } from './token.ts';

type Pattern = { kind: TokenKind; regex: RegExp; onlyAfterGap?: boolean };

// Sticky and bounded: each is tried once per token, so no input makes the scan worse than linear.
const patterns: Pattern[] = [
  { kind: 'literal', regex: /(?:https?:\/\/|www\.)[^\s"'<>]{1,2000}/iuy },
  { kind: 'literal', regex: /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/uy },
  { kind: 'quote', regex: /"[^"\n]{1,600}"|“[^“”\n]{1,600}”|„[^„“”\n]{1,600}[“”]|«[^«»\n]{1,600}»|`[^`\n]{1,600}`/uy },
  { kind: 'quote', regex: /['‘][^'‘’\n]{1,600}['’](?![\p{L}\p{N}])/uy, onlyAfterGap: true },
  { kind: 'literal', regex: /\p{L}(?:#|\+\+)(?![\p{L}\p{N}])/uy, onlyAfterGap: true },
  { kind: 'tag', regex: /#\p{L}[\p{L}\p{M}\p{N}_-]{0,100}/uy, onlyAfterGap: true },
  { kind: 'literal', regex: /#[\p{N}][\p{L}\p{N}_-]{0,30}/uy },
  {
    kind: 'number',
    regex: /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\w)/uy,
  },
  { kind: 'number', regex: /\d{4}\/\d{1,2}\/\d{1,2}(?!\d)|\d{1,2}\/\d{1,2}(?:\/(?:\d{4}|\d{2}))?(?![\d/])/uy },
  { kind: 'number', regex: /\d{1,2}\.\d{1,2}\.(?:\d{4})?(?!\d)/uy, onlyAfterGap: true },
  { kind: 'literal', regex: /v?\d{1,9}(?:\.\d{1,9}){2,6}[\w.-]{0,30}|v\d{1,9}(?:\.\d{1,9}){0,6}(?![\p{L}\p{N}])/uy },
  { kind: 'number', regex: /\d{1,2}:\d{2}(?![\d:])/uy },
  { kind: 'number', regex: /\d{1,2}(?:st|nd|rd|th)(?![\p{L}\p{N}])/iuy },
  { kind: 'number', regex: /\d{1,9}(?:\.\d{1,4})?/uy },
  { kind: 'word', regex: /[ap]\.\s?m\b\.?/iuy },
  { kind: 'word', regex: /w\/o?(?![\p{L}\p{N}/])/iuy },
  { kind: 'word', regex: /!(?:[1-4]|high|urgent|low|medium)(?![\p{L}\p{N}])|!{1,3}(?!\S)/iuy, onlyAfterGap: true },
  { kind: 'word', regex: /[\p{L}_][\p{L}\p{M}\p{N}_]*(?:['’-][\p{L}\p{N}][\p{L}\p{M}\p{N}_]*)*/uy },
];

/** Any code point with the marks that follow it, as many as a reader can tell apart. */
const grapheme = /.\p{M}{0,20}/suy;
// Zero-width and bidirectional controls: invisible, never part of a word or title.
const skip = /[\s\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/uy;
const glued =
  /(am|pm|p|h|hrs?|hours?|m|mins?|minutes?|d|days?|w|wks?|weeks?|mo|months?|y|yrs?|years?|uhr|시)(?![\p{L}])/iuy;

/** Splits a text into tokens. Linear in its length; white space and invisible controls belong to no token. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = matchAt(skip, text, at);
    if (space) {
      at += space.length;
      continue;
    }
    const token = readCjk(text, at) ?? tokenAt(text, at, tokens.at(-1)?.end !== at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function tokenAt(text: string, at: number, afterGap: boolean): Token {
  const unit = /\d/.test(text[at - 1] ?? '') ? matchAt(glued, text, at) : null;
  if (unit) return newToken('word', at, unit);
  for (const { kind, regex, onlyAfterGap } of patterns) {
    if (onlyAfterGap && !afterGap && !/[([{,;:]/.test(text[at - 1] ?? '')) continue;
    const raw = matchAt(regex, text, at);
    if (raw && !(kind === 'number' && opensWord(text, at + raw.length))) return newToken(kind, at, raw);
  }
  const word = matchAt(/[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*/uy, text, at);
  if (word) return newToken('word', at, word);
  return newToken('punctuation', at, matchAt(grapheme, text, at) ?? '');
}

/** "3D" and "2moro" are words, "5pm" and "2h" a number and its unit. */
function opensWord(text: string, at: number): boolean {
  if (!/[\p{L}_]/u.test(text[at] ?? '')) return false;
  return !matchAt(glued, text, at);
}

function matchAt(regex: RegExp, text: string, at: number): string | null {
  regex.lastIndex = at;
  return regex.exec(text)?.[0] ?? null;
}

function newToken(kind: TokenKind, start: number, raw: string): Token {
  return { kind, start, end: start + raw.length, raw, canon: raw };
}
