import type { Action } from '../../proposal.ts';
import { type Entities, takeEntities } from '../fields/entities.ts';
import { claim, find, opening, rule, type Sentence, says, take } from '../text/sentence.ts';
import { titleOf } from '../text/title.ts';
import { actionVerbs } from '../text/vocabulary.ts';
import type { Calendar } from '../when/calendar.ts';
import { ask, type Clause, draftOf, type Reader, type Reading, reading, withOtherDues } from './reading.ts';

const NOUN = '(?:task|tasks|todo|todos|to do|to dos|item|items|todo item|chore|action item|entry)';
const ADJECTIVE =
  '(?:new|quick|simple|recurring|repeating|daily|weekly|biweekly|monthly|quarterly|yearly|annual|urgent|important|critical|high|medium|low|normal|top|hi|priority|p[1-4]|-|single|personal|work|following|[1-9])';
const LINK =
  '(?:to|for me to|for|called|named|titled|entitled|saying|that says|about|of|[:,-]|which is|with the title|with title|in order to|,? reminding me to)';
const MAKE =
  "(?:create|add|make|set up|set|put in|log|record|write down|jot down|enter|insert|schedule|i want|i need|i'd like|give me|new)";
const explicit = opening(
  `(?:${MAKE} (?:me |us )?(?:(?:a|an|the|another|some|these|this|my) )?(?:${ADJECTIVE} ){0,4}${NOUN}|(?:new|another|next) (?:${ADJECTIVE} ){0,3}${NOUN})(?: ${LINK}(?= ))?(?: :)?`,
);
const labelled = opening(`(?:${NOUN}|note to self|memo|my task|my todo) [:-]`);
const bareLabel = opening('todo(?= [^:¦])');
const listed = opening(
  '(?:add|put|place|stick|throw|include|append)(?= .+ (?:to|on|onto|in) (?:my|the|our)(?: [^ ]{1,20}){0,2} (?:list|tasks|todos|backlog|inbox) )',
);
const toList = rule(
  '(?:to|on|onto|in) (?:my|the|our)(?: (?:todo|task|to do|tasks))?(?: (?<name>[^ ]{1,20}))? (?:list|tasks|todos|backlog|inbox)',
);
const addQuoted = opening('(?:add|create|new|make)(?= ¤)');
const addVerb = opening(
  `(?:add|create)(?= (?:${[...actionVerbs].filter((verb) => !/^(?:test|report|plan|track|book|record|post|review|report|post|note|park|sort|design|list|order|call|request|research|backup|track|water|paint|iron|run|present)$/.test(verb)).join('|')}) )`,
);
const schedule = opening('(?:schedule|add)(?: an?)?');
const needs = opening(
  "(?:i (?:really |also |still )?(?:need|have|want|ought|got) to|i (?:must|should|gotta|have got to)|i've got to|i'd like to|need to|gotta|have to|got to|must|we (?:need|have) to|we (?:should|must)|(?:please )?don't (?:let me )?forget(?: to| about)?|do not (?:let me )?forget(?: to| about)?|remember to|make sure (?:to|i|that i|we)|be sure to|let's|time to|(?:i'll|i will|i'm going to|i am going to|we'll|we will)(?! be))",
);

/** Words that start a condition or a thought, not a task. */
const hesitant = new Set("if unless when maybe perhaps i i'm i've we he she they it".split(' '));

/** "Create a task to …", "todo: …", "add … to my list": the rest is a title, regardless of its words. */
export const readExplicitCreate: Reader = ({ sentence, cal }) => {
  const head = take(sentence, labelled, 'intent', 'create.label') ?? find(sentence, explicit);
  if (!head) return readListed(sentence, cal) ?? readQuoted(sentence, cal) ?? readBareLabel(sentence, cal);
  const entities = takeEntities(sentence, cal);
  claimHead(sentence, head.first, head.last);
  return createReading(sentence, entities, 0.97);
};

/** The default if no other reader understands the sentence: users mostly tell a task list what to do. */
export const readImplicitCreate: Reader = (clause) => {
  const { sentence, cal } = clause;
  const needed = take(sentence, needs, 'intent', 'create.need') !== null;
  const verb = needed ? null : take(sentence, addVerb, 'intent', 'create.add');
  const entities = takeEntities(sentence, cal);
  if (!needed && !verb && (entities.due || !says(sentence, rule('to|into|in|on'))))
    take(sentence, schedule, 'intent', 'create.schedule');
  return createReading(sentence, entities, sureness(clause, needed || verb !== null, entities));
};

function readListed(sentence: Sentence, cal: Calendar): Reading | null {
  if (!take(sentence, listed, 'intent', 'create.list')) return null;
  const list = take(sentence, toList, 'intent', 'create.list');
  const name = list?.match.groups?.name;
  const result = createReading(sentence, takeEntities(sentence, cal), 0.93);
  return name ? { ...result, unresolved: [...result.unresolved, `${name} list`] } : result;
}

function readQuoted(sentence: Sentence, cal: Calendar): Reading | null {
  if (!take(sentence, addQuoted, 'intent', 'create.quoted')) return null;
  return createReading(sentence, takeEntities(sentence, cal), 0.93);
}

function readBareLabel(sentence: Sentence, cal: Calendar): Reading | null {
  if (!take(sentence, bareLabel, 'intent', 'create.label')) return null;
  return createReading(sentence, takeEntities(sentence, cal), 0.9);
}

/** The adjectives of the head ("a weekly task") were read as entities; the rest of it only means "create". */
function claimHead(sentence: Sentence, first: number, last: number): void {
  for (let index = first; index <= last; index++) {
    if (!sentence.claimed[index]) claim(sentence, { first: index, last: index }, 'intent', 'create.explicit');
  }
}

function sureness({ sentence }: Clause, commanded: boolean, entities: Entities): number {
  if (commanded) return 0.92;
  const first = sentence.tokens.find((_, index) => !sentence.claimed[index])?.canon ?? '';
  if (actionVerbs.has(first)) return 0.9;
  if (hesitant.has(first)) return 0.4;
  const open = sentence.tokens.filter(
    (token, index) => !sentence.claimed[index] && token.kind !== 'punctuation',
  ).length;
  if (entities.due || entities.recurrence || entities.priority || entities.tags.length > 0) return 0.85;
  return open > 1 ? 0.7 : sentence.tokens.some((token) => token.kind === 'quote') ? 0.8 : 0.45;
}

/** The action for a title and entities, with a question if something is missing. */
export function createReading(sentence: Sentence, entities: Entities, confidence: number): Reading {
  const title = titleOf(sentence);
  const draft = draftOf(entities, title);
  const { recurrence, repeats } = entities;
  const action =
    repeats && recurrence
      ? ({
          intent: 'create_recurring',
          recurrence: repeats.vague ? null : recurrence,
          ...draft,
          due: title === null && !entities.said ? null : vagueDue(entities),
        } satisfies Action)
      : ({ intent: 'create_task', ...draft } satisfies Action);
  const clarification = title === null ? ask('title') : questionAbout(entities);
  return reading(action, title === null ? Math.min(confidence, 0.6) : confidence - 0.1 * entities.unresolved.length, {
    clarification,
    unresolved: entities.unresolved,
    explanation: sentence.explanation,
    alternatives: [
      ...withOtherDues(action, entities.said?.alternatives ?? []),
      ...entities.otherPriorities.map((priority) => ({
        actions: [{ ...action, priority }],
        reason: 'another priority was said',
      })),
    ],
  });
}

function vagueDue({ repeats, said, due }: Entities): Entities['due'] {
  return repeats?.vague && !said ? null : due;
}

/** The open question of the entities: a date that does not exist, a choice of two, "twice a week". */
function questionAbout({ isImpossible, said, repeats }: Entities): Reading['clarification'] {
  if (isImpossible) return ask('due');
  if (said && said.choices.length > 0) return ask('due', said.choices);
  return repeats?.vague ? ask('recurrence', ['Monday and Thursday', 'any day']) : null;
}
