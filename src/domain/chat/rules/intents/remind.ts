import type { Action, ReminderTime, Target } from '../../proposal.ts';
import { takeEntities } from '../fields/entities.ts';
import { readTarget, targetText } from '../fields/targets.ts';
import { claim, find, groupOf, opening, rule, type Sentence, take } from '../text/sentence.ts';
import { titleOf } from '../text/title.ts';
import type { Calendar } from '../when/calendar.ts';
import { takeOffsets } from '../when/reminders.ts';
import { ask, draftOf, type Reader, reading, withOtherDues } from './reading.ts';

const NOUN = '(?:reminders?|alarms?|alerts?|notifications?)';
const head = opening(
  `(?:(?:please )?(?:remind|notify|alert|ping|nudge) (?:me|us)(?: again)?|remindme|(?:i need |i want |i'd like )(?:a )?reminder|(?:set|create|add|make|schedule|give me|put|new|set up)(?: me)?(?: up)?(?: a| an| the)?(?: new| daily| weekly| monthly)?(?: 1)? ${NOUN}|${NOUN}(?= (?:to|for|about|:|-|of|at|on|in|me|\\d)))`,
);
const link = opening('(?:to|about|of|that|for|:|-|,|i (?:need|have) to|regarding)(?: (?:to|i (?:need|have) to))?');
const innerLink = rule('(?<=¦ )(?:to|about|of|that|for|:|regarding)(?= )');
const cancels = opening(
  `(?:cancel|delete|remove|clear|stop|turn off|disable|drop|dismiss|kill|get rid of) (?:(?:the|my|all|any|that|this|all my|all of my|all the) )?(?:[^ ]{1,30} )??(?<noun>${NOUN})(?: (?:for|about|on|of|from|to|set for) (?<target>.+))?`,
);
const cancelsNamed = opening(
  `(?:cancel|delete|remove|clear|turn off|disable|dismiss)(?! (?:the|my|all|any|that|this|all my|all the) ${NOUN} ) (?:the |my )?(?<target>.+?)(?: 's)? ${NOUN}(?= (?:[.!] )?$)`,
);
const stops = opening(
  "(?:stop|quit) (?:reminding|notifying|alerting|pinging|nagging|bugging) (?:me|us)(?: (?:about|to|of|for) (?<target>.+))?|(?:please )?don't remind me(?: (?:about|to|of) (?<target2>.+)| anymore| again)|no more reminders (?:for|about) (?<target3>.+)",
);

/** "Cancel my reminder for the dentist", "stop reminding me about the gym": the task stays. */
export const readCancelReminder: Reader = ({ sentence, cal }) => {
  const found = find(sentence, stops) ?? find(sentence, cancelsNamed) ?? find(sentence, cancels);
  if (!found) return null;
  const part = ['target', 'target2', 'target3']
    .map((name) => groupOf(sentence, found, name))
    .find((group) => group !== null);
  claim(sentence, found, 'intent', 'reminder.cancel');
  const target = part ? readTarget(part, cal, 'ACTIVE') : bulkOrNone(found.match[0]);
  return reading({ intent: 'cancel_reminder', target }, target ? 0.88 : 0.65, {
    clarification: target ? null : ask('target'),
    explanation: sentence.explanation,
  });
};

/** "Remind me …": of an existing task ("1 day before the deadline"), or of something new. */
export const readReminder: Reader = ({ sentence, cal }) => {
  if (!take(sentence, head, 'intent', 'reminder')) return null;
  take(sentence, link, 'intent', 'reminder.link');
  const before = takeOffsets(sentence);
  const entities = takeEntities(sentence, cal);
  const reminders = [...before, ...entities.reminders];
  dropInnerLink(sentence);
  const { explanation } = sentence;
  if (entities.recurrence) {
    const draft = draftOf({ ...entities, reminders: orAtDue(reminders) }, titleOf(sentence));
    const action: Action = { intent: 'create_recurring', recurrence: entities.recurrence, ...draft };
    return reading(action, 0.9, {
      clarification: draft.title === null ? ask('title') : null,
      unresolved: entities.unresolved,
      explanation,
    });
  }
  if (before.length > 0) return beforeSomething(sentence, cal, { ...entities, reminders });
  const title = titleOf(sentence);
  const draft = draftOf({ ...entities, reminders: entities.due ? orAtDue(reminders) : reminders }, title);
  const action = { intent: 'set_reminder', target: null, ...draft } satisfies Action;
  const clarification =
    title === null ? ask('title') : entities.due ? choose(entities) : ask('due', ['tomorrow at 9am', 'in an hour']);
  const alternatives = withOtherDues(action, entities.said?.alternatives ?? []);
  return reading(action, clarification ? 0.75 : 0.93, {
    clarification,
    unresolved: entities.unresolved,
    alternatives,
    explanation,
  });
};

/** With a date it is a new task ("before my flight on friday at 6pm"), without one an existing task. */
function beforeSomething(
  sentence: Sentence,
  cal: Calendar,
  entities: ReturnType<typeof takeEntities>,
): ReturnType<Reader> {
  const { explanation } = sentence;
  if (entities.due) {
    const title = targetText(sentence);
    const draft = draftOf(entities, title);
    const action: Action = { intent: 'create_task', ...draft };
    const existing: Action[] =
      title === null ? [] : [{ intent: 'set_reminder', target: { text: title }, ...draft, title: null, due: null }];
    const alternatives = existing.map((other) => ({ actions: [other], reason: 'a reminder for a task that exists' }));
    return reading(action, 0.8, {
      clarification: title === null ? ask('title') : null,
      alternatives,
      unresolved: entities.unresolved,
      explanation,
    });
  }
  const target = readTarget(sentence, cal, 'ACTIVE');
  const action: Action = { intent: 'set_reminder', target, ...draftOf(entities, null) };
  return reading(action, target ? 0.9 : 0.65, {
    clarification: target ? null : ask('target'),
    unresolved: entities.unresolved,
    explanation,
  });
}

function choose({ said }: ReturnType<typeof takeEntities>): ReturnType<typeof ask> | null {
  return said && said.choices.length > 0 ? ask('due', said.choices) : null;
}

function orAtDue(reminders: ReminderTime[]): ReminderTime[] {
  return reminders.length > 0 ? reminders : [{ offset: 'PT0S' }];
}

/** "remind me tomorrow at 9 to call": the linking word before the action. */
function dropInnerLink(sentence: Sentence): void {
  const found = find(sentence, innerLink);
  if (
    found &&
    sentence.tokens
      .slice(0, found.first)
      .every((token, index) => sentence.claimed[index] || token.kind === 'punctuation')
  )
    claim(sentence, found, 'intent', 'reminder.link');
}

function allTasks(): Target {
  return { filter: { status: 'ACTIVE' }, all: true };
}

function bulkOrNone(said: string): Target | null {
  return /\b(?:all|any)\b/.test(said) ? allTasks() : /\b(?:that|this)\b/.test(said) ? { ref: 'LAST_MENTIONED' } : null;
}
