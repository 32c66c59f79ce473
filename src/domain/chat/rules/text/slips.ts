import { words } from './dictionary.ts';
import { weekdayNames } from './names.ts';

/** Typing errors are corrected only in these words, never in words that change or delete tasks. */
const forgiven = [
  ...weekdayNames,
  ...words('tomorrow tonight january february september october november december'),
  ...words('remind reminder priority weekday weekend overdue'),
];

/** Corrects one swapped, missing or doubled letter; never a replaced one ("rewind" is not "remind"). */
export function forgive(word: string): string {
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
