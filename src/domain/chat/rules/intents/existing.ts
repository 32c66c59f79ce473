import type { Target } from '../../proposal.ts';
import { dropTail, readTarget } from '../fields/targets.ts';
import {
  claim,
  closing,
  type Found,
  find,
  groupOf,
  opening,
  rule,
  type Sentence,
  says,
  take,
} from '../text/sentence.ts';
import { titleOf } from '../text/title.ts';
import { baseVerb } from '../text/verbs.ts';
import { takeDue } from '../when/due.ts';
import { ask, type Reader, type Reading, reading } from './reading.ts';

const DONE = '(?:done|complete|completed|finished|accomplished|closed|resolved)';
const marked = opening(
  `(?:mark|set|flag|put|tick|check|cross)(?: off)? (?<target>.+?) (?:as |to )?(?:being |all )?(?:${DONE}|off)(?: (?:please|now|off|off (?:my|the) list|from (?:my|the) list|on (?:my|the) list))?(?= (?:[.!] )?$)`,
);
const markedFirst = opening(`mark (?:as )?${DONE}(?: :)? (?<target>.+)`);
const checked = opening(
  '(?:check off|tick off|cross off|cross out|strike off|strike|tick|complete|finish(?= task )|close out|close(?= (?:.* )?tasks? ))(?: off)? (?<target>.+)',
);
const reported = opening(
  "(?:i'm |i am |im |we're )?(?:(?:all|just|finally) )*(?:done|finished|through|completed(?= (?:the|my) ))(?: with| doing)?(?: :)? (?<target>.+)",
);
const claimedDone = opening(
  "(?:i |we )(?:have |'ve |just |already |finally |now |also )*(?:finished|completed|done|did|got done with|wrapped up|took care of|checked off|knocked out)(?: with)? (?<target>.+)|i've (?:just |already |finally )*(?:finished|completed|done|wrapped up|taken care of)(?: with)? (?<target2>.+)",
);
const pastTense = opening(
  "(?:i|we|i've|we've) (?:(?:have|just|already|finally|now|also) )*(?<verb>\\p{L}{2,20}) (?<rest>.+)",
);
const isDone = closing(
  `(?:is|are|has been|have been|was|were|'s|got) (?:now |all |already |finally )*(?:${DONE}|taken care of)|${DONE}|✓|✅`,
);
const notDone = opening(
  '(?:get|have|make|want|need|check|see|ensure|verify|until|when|if|once|after|what|not|never|is|are|be|almost|nearly|half|well|to|add|create|show|list|find)',
);
const alone = opening(
  `(?:${DONE}|all done|that's ${DONE}|it's ${DONE}|i did it|did it|check it off|complete)(?= (?:[.!] )?$)`,
);
const hedged = rule(
  '(?:almost|nearly|not|half|unless|if|should|would|might|maybe|someone|when|once|after|before|will|going to|want to|yet)',
);

const certain = opening('(?:delete|erase|trash|remove|get rid of|purge|discard|scrap|bin) (?<target>.+)');
const doubtful = opening(
  '(?:clear(?: out| off)?|drop|wipe|cancel|kill|throw away|empty|clean up|clean out|dump|nuke) (?<target>.+)',
);
const taskish = rule(
  '(?:tasks?|todos?|todo items?|to dos?|list|everything|items?|it all|all of (?:it|them)|#|inbox|backlog|trash)',
);
const deleteAlone = opening('(?:delete|remove|erase|discard|trash)(?= (?:[.!] )?$)');

/** "Done with laundry", "mark it done", "I already called the bank", "check off everything due today". */
export const readComplete: Reader = ({ sentence, cal }) => {
  if (take(sentence, alone, 'intent', 'complete.alone'))
    return targeted('complete_task', sentence, { ref: 'LAST_MENTIONED' }, 0.85);
  if (says(sentence, hedged)) return null;
  const past = readPastTense(sentence);
  if (past) return targeted('complete_task', sentence, { text: past }, 0.8);
  const found =
    find(sentence, marked) ??
    find(sentence, markedFirst) ??
    find(sentence, checked) ??
    find(sentence, reported) ??
    find(sentence, claimedDone);
  if (found) return readCompleted(sentence, found, cal);
  const end = says(sentence, notDone) ? null : find(sentence, isDone);
  if (!end || end.first === 0) return null;
  claim(sentence, end, 'intent', 'complete.isDone');
  return targeted('complete_task', sentence, readTarget(sentence, cal, 'ACTIVE'), 0.85);
};

/** "Delete …", "get rid of …", "clear my list": always requires confirmation. */
export const readDelete: Reader = ({ sentence, cal }) => {
  if (take(sentence, deleteAlone, 'intent', 'delete')) return targeted('delete_task', sentence, null, 0.7);
  const found = find(sentence, certain) ?? (says(sentence, taskish) ? find(sentence, doubtful) : null);
  const part = found && groupOf(sentence, found, 'target');
  if (!found || !part) return null;
  // "remove the old wallpaper tomorrow" is a new task.
  if (/^(?:remove|discard|scrap|bin|get rid) /.test(found.match[0]) && !says(sentence, taskish) && planned(part, cal))
    return null;
  return targeted(
    'delete_task',
    part,
    readTarget(part, cal, found.match[0].startsWith('clear my list') ? 'ACTIVE' : 'ANY'),
    0.9,
  );
};

function readCompleted(sentence: Sentence, found: Found, cal: Parameters<Reader>[0]['cal']): Reading | null {
  const part = groupOf(sentence, found, 'target') ?? groupOf(sentence, found, 'target2');
  if (!part) return null;
  if (
    found.match[0].startsWith('complete ') &&
    !says(part, rule('(?:all|every|everything|tasks?)')) &&
    planned(part, cal)
  )
    return null;
  const gerund = baseVerb(part.tokens[0]?.canon ?? '', 'ing');
  const target = gerund === null ? readTarget(part, cal, 'ACTIVE') : { text: rebuilt(part, gerund) };
  return targeted('complete_task', part, target, 0.9);
}

/** With a future date it is a new task: "complete the form by friday". */
function planned(part: Sentence, cal: Parameters<Reader>[0]['cal']): boolean {
  const probe: Sentence = { ...part, claimed: [...part.claimed], explanation: [] };
  return takeDue(probe, cal) !== null;
}

/** "I already called the bank" completes "call the bank". */
function readPastTense(sentence: Sentence): string | null {
  const found = find(sentence, pastTense);
  const verb = found?.match.groups?.verb ?? '';
  if (/^(?:finished|completed|done|did|wrapped|took|checked|knocked|got|taken)$/.test(verb)) return null;
  const base = baseVerb(verb, 'ed');
  const rest = found && base !== null ? groupOf(sentence, found, 'rest') : null;
  if (!rest || base === null) return null;
  dropTail(rest);
  const words = titleOf(rest);
  return words && `${base} ${words}`;
}

function rebuilt(part: Sentence, verb: string): string {
  claim(part, { first: 0, last: 0 }, 'target', 'target.verb');
  const rest = titleOf(part);
  return rest === null ? verb : `${verb} ${rest}`;
}

function targeted(
  intent: 'complete_task' | 'delete_task',
  sentence: Sentence,
  target: Target | null,
  confidence: number,
): Reading {
  const first = sentence.tokens[0];
  const last = sentence.tokens.at(-1);
  const span =
    first && last ? [{ field: 'target', span: [first.start, last.end] as [number, number], rule: intent }] : [];
  return reading({ intent, target }, target === null ? 0.6 : confidence, {
    clarification: target === null ? ask('target') : null,
    explanation: [...sentence.explanation, ...span],
  });
}
