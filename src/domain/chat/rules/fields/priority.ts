import type { Priority } from '../../proposal.ts';
import { dictionary } from '../text/dictionary.ts';
import { claim, closing, type Found, findAll, opening, rule, type Sentence } from '../text/sentence.ts';

/** The priorities by their words. */
export const priorityLevels = dictionary(`
  URGENT: p1 1 urgent urgently critical highest top asap immediately emergency !!! !1 !urgent,
  HIGH: p2 2 high hi important !! !2 !high,
  MEDIUM: p3 3 medium normal !3 !medium,
  LOW: p4 4 low lowest unimportant rush hurry !4 !low
`) as Record<string, Priority>;

const LEVEL = 'urgent|critical|highest|top|high|hi|important|medium|normal|low|lowest|p?[1-4]';
const rules: [string, RegExp][] = [
  [
    'priority.named',
    rule(
      `(?:with |as |at |to |, |and |it's |its |set |make it |mark it |mark as )?(?:a |an )?(?<level>${LEVEL}|urgent)(?: -)? priority(?! of)(?: for)?(?: (?:task|:))?`,
    ),
  ],
  [
    'priority.named',
    rule(`(?:with |and |, )?(?:the |a )?priority(?: is| of| :| =| to| level| as)? (?<level>${LEVEL})`),
  ],
  ['priority.short', rule('(?:at |as |to |priority )?(?<level>p[1-4]|![1-4]|!high|!urgent|!low|!medium|!!!?)')],
  ['priority.word', rule('(?:as soon as possible|(?<level>asap))')],
  [
    'priority.word',
    rule(
      "(?:(?:as|is|are|marked|marked as|it's|its|this is|that's|very|super|really|is very) )(?<level>urgent|critical|important|low priority|high priority)(?= (?:[.!,;] )|(?= $)| ¦)",
    ),
  ],
  [
    'priority.task',
    rule('(?<level>urgent|critical|important)(?= (?:recurring |daily |weekly |monthly )?(?:task|todo|item) )'),
  ],
  [
    'priority.word',
    opening('(?<level>urgent|urgently)(?: :| ,| -| !)?|(?<level2>important|critical|emergency) [:,!-]'),
  ],
  [
    'priority.word',
    closing('(?:[,-] |\\( ?)?(?:very |super )?(?<level>urgent|urgently|important|critical|immediately)(?: \\))?'),
  ],
  ['priority.word', rule("(?:, |- )?no (?<level>rush|hurry)|(?:, |- )?(?:there's |there is )no (?<level2>rush|hurry)")],
];

/** Extracts all words of priority; the first one is used, the others are returned as `others`. */
export function takePriority(sentence: Sentence): { priority: Priority | null; others: Priority[] } {
  const said: { found: Found; priority: Priority }[] = [];
  for (const [name, regex] of rules) {
    for (const found of findAll(sentence, regex)) {
      const priority = priorityLevels[found.match.groups?.level ?? found.match.groups?.level2 ?? 'asap'];
      if (!priority || (name !== 'priority.task' && isAdjective(sentence, found))) continue;
      claim(sentence, found, 'priority', name);
      said.push({ found, priority });
    }
  }
  said.sort((a, b) => a.found.first - b.found.first);
  const [first, ...rest] = said.map(({ priority }) => priority);
  return { priority: first ?? null, others: rest.filter((other) => other !== first) };
}

/** "the urgent care bill", "a high priority lane": part of a name. */
function isAdjective(sentence: Sentence, found: Found): boolean {
  if (found.match[0].includes('priority') || /^[p!]/.test(found.match[0])) return false;
  const before = sentence.tokens[found.first - 1];
  return Boolean(
    before && !sentence.claimed[found.first - 1] && /^(?:the|an?|my|all|any|not|isn't|more|most)$/.test(before.canon),
  );
}
