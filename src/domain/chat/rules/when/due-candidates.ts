import { claim, type Found, findAll, rule, type Sentence, textOf } from '../text/sentence.ts';
import { actionVerbs, connectors, determiners, topical } from '../text/vocabulary.ts';
import type { Calendar } from './calendar.ts';
import { ABSOLUTE, DATE, MONTH, ORDINAL, readDay } from './dates.ts';
import type { DayReading } from './periods.ts';
import { readTimes, type TimeReading } from './times.ts';

/** The relation of the date to the task: due on it, by it at the latest, or strictly before or after it. */
export type Relation = 'ON' | 'BY' | 'BEFORE' | 'AFTER' | 'FROM';
export type DateCandidate = {
  found: Found;
  days: DayReading;
  relation: Relation;
  phrase: string;
  weight: number;
  /** The part beyond one day ("june 12 - 14"), which a due date cannot contain. */
  beyond: string | null;
};
export type TimeCandidate = TimeReading & { relation: Relation };

const PREPOSITION =
  "(?:is |are |was |it's |its |that's )?(?:(?:due|deadline)(?: date)?(?: :| is| of)? ?)?(?:on|by|before|after|until|till|for|from|since|starting(?: on| from)?|beginning|as of|no later than|not later than|at|sometime|over|during|in|within|due|deadline)";
const dates = rule(`(?:(?<prep>${PREPOSITION}) )?(?<date>${DATE})`);
const negated = rule(`(?:, )?(?:but )?not (?:on )?${DATE}(?: but)?`);
const monthsAlone = rule(`(?<prep>in|by|until|till|before|after|during|starting|since|from) (?<date>${MONTH})(?! \\d)`);
const ranges = rule(
  `(?:(?<prep>${PREPOSITION}) )?(?:(?<date>${ABSOLUTE}) (?<end>(?:-|to|through) (?:${ABSOLUTE}|${ORDINAL}|\\d{1,2}))|(?<first>\\d{1,2}) (?:-|to) \\d{1,2}(?: of)? (?<month>${MONTH}))`,
);

/** Extracts excluded dates: "friday, not today". */
export function takeNegatedDates(sentence: Sentence): void {
  if (!sentence.line.includes(' not ')) return;
  for (const found of findAll(sentence, negated)) claim(sentence, found, 'due', 'date.negated');
}

/** The dates in the remaining sentence that can be a due date, not those in a name or topic. */
export function dateCandidates(sentence: Sentence, cal: Calendar, allowPast: boolean): DateCandidate[] {
  const candidates: DateCandidate[] = [];
  for (const regex of [ranges, dates, monthsAlone]) {
    for (const found of findAll(sentence, regex)) {
      if (candidates.some((other) => found.first <= other.found.last && other.found.first <= found.last)) continue;
      const candidate = weigh(sentence, found, cal);
      if (candidate && (allowPast || !isPast(candidate, cal))) candidates.push(candidate);
    }
  }
  return candidates;
}

/** The times of day that can be a due time: not "the 7pm show", not "look at 3 houses". */
export function timeCandidates(sentence: Sentence, dated: DateCandidate[]): TimeCandidate[] {
  return readTimes(sentence).flatMap((reading) => {
    const { found } = reading;
    const beside = dated.some((date) => date.found.last + 1 === found.first || found.last + 1 === date.found.first);
    if (!beside && isPartOfName(sentence, found)) return [];
    const follows = sentence.claimed[found.first - 1] === true;
    const bare = reading.rule === 'time.bareHour';
    if (bare && !beside && found.first > 0 && nounAfter(sentence, found.last)) return [];
    if (reading.rule === 'time.partOfDay' && !standsAlone(found) && !beside && !follows) return [];
    return [{ ...reading, relation: relationOf(/^(\w+)/.exec(found.match[0])?.[1] ?? '') }];
  });
}

export function claimDate(sentence: Sentence, candidate: DateCandidate): void {
  claim(sentence, candidate.found, 'due', 'date');
}

function weigh(sentence: Sentence, found: Found, cal: Calendar): DateCandidate | null {
  const { prep = '', date = '', first, month, end = '' } = found.match.groups ?? {};
  const phrase = first === undefined ? date : `${first} ${month}`;
  const days = readDay(phrase, cal);
  if (!days) return null;
  const word = prep.split(' ').at(-1) ?? '';
  if (
    isPartOfName(sentence, found, phrase) ||
    (nounAfter(sentence, found.last) && leansOn(word, phrase, found, sentence))
  )
    return null;
  const due = /due|deadline/.test(prep) ? 4 : 0;
  const weight = due + (word ? 2 : 0) + (atEdge(sentence, found) ? 1 : 0);
  const relation = word === 'from' && days.to.toString() < cal.today.toString() ? 'ON' : relationOf(word);
  return { found, days, relation, phrase, weight, beyond: beyondOf(sentence, found, end, first !== undefined) };
}

function beyondOf(sentence: Sentence, { first, last }: Found, end: string, endsBefore: boolean): string | null {
  if (endsBefore) return textOf(sentence, first, last);
  return end === '' ? null : textOf(sentence, last - end.split(' ').length + 1, last);
}

/** "for friday", "the 3rd", "3/4", "in may" followed by a noun belong to the noun. */
function leansOn(prep: string, phrase: string, found: Found, sentence: Sentence): boolean {
  if (prep === 'for' || prep === 'from' || prep === 'at') return true;
  const next = sentence.tokens[found.last + 1]?.canon ?? '';
  const slashed = sentence.tokens[found.last]?.raw.includes('/') ?? false;
  if (slashed || /^the \d/.test(phrase)) return !(found.first === 0 && actionVerbs.has(next));
  return false;
}

function isPartOfName(sentence: Sentence, found: Found, phrase = ''): boolean {
  const before = sentence.tokens[found.first - 1];
  const open = before && !sentence.claimed[found.first - 1];
  if (open && topical.has(before.canon)) return true;
  if (open && determiners.has(before.canon) && nounAfter(sentence, found.last)) return true;
  if (
    /^the (?!\d|day|weekend|end|start|beg|mid|next|last|very|following)/.test(phrase) &&
    nounAfter(sentence, found.last)
  )
    return true;
  return isTitled(sentence, found);
}

/** "Friday Night Lights": every word and the following noun are capitalized. */
function isTitled(sentence: Sentence, { first, last }: Found): boolean {
  const isPart = (index: number) => /^(?:morning|afternoon|evening|night)$/.test(sentence.tokens[index]?.canon ?? '');
  const end = isPart(last + 1) ? last + 1 : last;
  const after = sentence.tokens[end + 1];
  if (!after || !isTitle(after.raw) || actionVerbs.has(after.canon) || !nounAfter(sentence, end)) return false;
  return sentence.tokens.slice(first, end + 1).every((token) => isTitle(token.raw));
}

function isTitle(raw: string): boolean {
  return /^\p{Lu}[\p{Ll}]+$/u.test(raw);
}

/** Whether the next word is unclaimed and can be a noun. */
function nounAfter(sentence: Sentence, last: number): boolean {
  const token = sentence.tokens[last + 1];
  if (!token || sentence.claimed[last + 1] || token.kind === 'punctuation') return false;
  return (
    token.canon !== '' && !connectors.has(token.canon) && token.kind !== 'number' && !/^(?:at|every) /.test(token.canon)
  );
}

function atEdge(sentence: Sentence, found: Found): boolean {
  const open = (token: { kind: string }, index: number) => !sentence.claimed[index] && token.kind !== 'punctuation';
  const before = sentence.tokens.slice(0, found.first).some((token, index) => open(token, index));
  const after = sentence.tokens.slice(found.last + 1).some((token, index) => open(token, index + found.last + 1));
  return !before || !after;
}

/** A part of the day needs "this", "in the" or a date next to it. */
function standsAlone(found: Found): boolean {
  return / /.test(found.match[0]) || found.match[0] === 'tonight';
}

function isPast({ days }: DateCandidate, cal: Calendar): boolean {
  return !days.yearSaid && days.to.toString() < cal.today.toString() && days.to.year <= cal.today.year;
}

function relationOf(word: string): Relation {
  if (/^(?:by|until|till|than)$/.test(word)) return 'BY';
  if (word === 'before') return 'BEFORE';
  if (word === 'after') return 'AFTER';
  return /^(?:from|since|starting|beginning|of)$/.test(word) ? 'FROM' : 'ON';
}
