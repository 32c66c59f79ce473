import type { Target, TaskFilter } from '../../proposal.ts';
import { closing, opening, rule, type Sentence, says, take } from '../text/sentence.ts';
import { titleOf } from '../text/title.ts';
import type { Calendar } from '../when/calendar.ts';
import { takeFilter } from './filter.ts';
import { takeTags } from './tags.ts';

const reference =
  /^(?:it|that|this|them|that one|this one|the last one|the last task|that task|this task|the task|the one|one)$/u;
const bulk = rule('(?:all|every|everything|each|both|any)');
const plural = rule('(?:tasks|todos|to dos|items|things|list|stuff)');
const THE = '(?:the|my|a|an|our|that|this|any|of)';
const NAMED =
  '(?:task|todo|item|one)(?: (?:about|called|named|titled|for|to|of|regarding|with the title|that says|:))?';
const lead = opening(
  `(?:${THE}(?: ${THE}){0,2}(?: ${NAMED}(?: ${THE})?(?= (?!$)))?|${NAMED}(?: ${THE})?|about(?: ${THE})?)(?= [^ ])`,
);
const fromList = closing('(?:from|off|on|in) (?:my|the|our) (?:todo |task |to do )?(?:list|tasks|todos)');
const tail = closing(
  '(?:task|todo|item|tasks|chore|reminder)|(?:is |are )?due|(?:yesterday|today|this (?:morning|afternoon|evening|week)|last (?:night|week)|earlier(?: today)?|just now|yet|now|already|please|today|finally|again|for me)',
);
const possessiveDay = opening("(?:today|tomorrow|yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day)'s");

/** The existing tasks that the sentence refers to; null if there are none. */
export function readTarget(sentence: Sentence, cal: Calendar, status: TaskFilter['status']): Target | null {
  const open = sentence.line.replace(/[¦.!? ]+/g, ' ').trim();
  if (open === '') return null;
  if (reference.test(open)) return { ref: 'LAST_MENTIONED' };
  take(sentence, fromList, 'target', 'target.list');
  if (says(sentence, bulk) || says(sentence, plural)) return readBulk(sentence, cal, status);
  const tags = takeTags(sentence);
  take(sentence, possessiveDay, 'target', 'target.day');
  const text = targetText(sentence);
  if (tags.length > 0) return { filter: { status, tags, ...(text === null ? {} : { text }) }, all: false };
  return text === null ? null : { text };
}

/** The words of a title without "the … task" around them. */
export function targetText(sentence: Sentence): string | null {
  const named = take(sentence, lead, 'target', 'target.lead');
  if (named && named.match[0] === '') return null;
  dropTail(sentence);
  const text = titleOf(sentence)?.replace(/['’]s$/u, '') ?? null;
  return text === null || /^(?:to|the|an?|for|on|of|my|by)$/iu.test(text) ? null : text;
}

/** Removes words such as "task", "yesterday" and "now" from the end. */
export function dropTail(sentence: Sentence): void {
  for (let round = 0; round < 2; round++) if (!take(sentence, tail, 'target', 'target.tail')) return;
}

function readBulk(sentence: Sentence, cal: Calendar, status: TaskFilter['status']): Target {
  return { filter: takeFilter(sentence, cal, status), all: true };
}
