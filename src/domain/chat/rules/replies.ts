import type { Clarification, Due, Proposal } from '../proposal.ts';
import { takeEntities } from './fields/entities.ts';
import { type Context, interpret } from './interpret.ts';
import { canonise } from './text/lexicon.ts';
import { find, newSentence, opening, type Sentence, says } from './text/sentence.ts';
import { titleOf } from './text/title.ts';
import { tokenise } from './text/tokens.ts';
import { calendarAt } from './when/calendar.ts';

/** The meaning of a message while a question or a proposal is pending. */
type Reply =
  | { kind: 'DROP' }
  | { kind: 'CONFIRM' }
  /** One of the choices shown, counted from 0; -1 is the last. */
  | { kind: 'PICK'; index: number }
  | { kind: 'FILL_TITLE'; title: string }
  | { kind: 'FILL_DUE'; due: Due }
  | { kind: 'FILL_TARGET'; text: string }
  /** A new command, which replaces the pending proposal. */
  | { kind: 'COMMAND'; proposal: Proposal };

const END = '(?= (?:[.!,] )*$)';
const yes = opening(
  `(?:yes|yeah|yep|yup|sure|ok|okay|confirm(?:ed)?|do it|go ahead|please do|correct|right|exactly|proceed|absolutely|of course|y)(?:(?: ,)? (?:please|do it|go ahead|delete (?:it|them)|confirm))?${END}`,
);
const no = opening(
  `(?:no|nope|nah|n|don't|stop|cancel|no thanks|no thank you|discard)(?:(?: ,)? (?:don't|thanks|cancel|stop|never mind))?${END}`,
);
const pick = opening(
  `(?:the |number |option |task )*(?:(?<nth>\\d{1,2})(?:st|nd|rd|th)?|(?<last>last))(?: (?:one|1|option|task))?(?: please)?${END}`,
);

/**
 * Interprets a reply to a pending question (or, with null, to a proposal that must be confirmed). Pure. A clear new
 * command has priority over an answer; anything else is an answer.
 */
export function interpretReply(text: string, pending: Clarification | null, context: Context): Reply {
  const proposal = interpret(text, context);
  const sentence = newSentence(text, canonise(tokenise(text)));
  const [first] = proposal.actions;
  if (first?.intent === 'out_of_scope' && first.reason === 'NEVER_MIND') return { kind: 'DROP' };
  if (says(sentence, no)) return { kind: 'DROP' };
  if (says(sentence, yes)) return { kind: 'CONFIRM' };
  const picked = pending?.missing === 'due' ? null : find(sentence, pick);
  if (picked) return { kind: 'PICK', index: picked.match.groups?.last ? -1 : Number(picked.match.groups?.nth) - 1 };
  return isCommand(proposal)
    ? { kind: 'COMMAND', proposal }
    : (fill(sentence, pending, context) ?? { kind: 'COMMAND', proposal });
}

/** Anything except a bare phrase, which the parser turns into a task if nothing is pending. */
function isCommand({ actions, explanation }: Proposal): boolean {
  const [first] = actions;
  if (actions.length !== 1 || !first) return actions.length > 1;
  if (first.intent === 'out_of_scope') return first.reason !== 'UNKNOWN';
  const told = explanation.some(({ field }) => field === 'intent');
  return told || (first.intent !== 'create_task' && first.intent !== 'create_recurring');
}

function fill(sentence: Sentence, pending: Clarification | null, { now, timeZone }: Context): Reply | null {
  if (pending?.missing === 'due') {
    const { due } = takeEntities(sentence, calendarAt(now, timeZone));
    return due && titleOf(sentence) === null ? { kind: 'FILL_DUE', due } : null;
  }
  const words = titleOf(sentence);
  if (words === null) return null;
  if (pending?.missing === 'title') return { kind: 'FILL_TITLE', title: words };
  return pending?.missing === 'target' ? { kind: 'FILL_TARGET', text: words } : null;
}
