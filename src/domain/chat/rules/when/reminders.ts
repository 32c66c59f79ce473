import type { ReminderTime } from '../../proposal.ts';
import { claim, type Found, find, findAll, rule, type Sentence } from '../text/sentence.ts';
import { readDuration, SINGLE } from './durations.ts';

const REMIND =
  '(?:(?:and|with|then|please|also|but|,|;|\\() ){0,8}(?:(?:can you |could you )?(?:remind|notify|alert|ping|warn|nudge|tell|email) me|(?:set |add |include |with )?(?:a |an )?(?:reminders?|alerts?|notifications?|alarm)(?: for)?(?: :)?)';
const BEFORE = '(?:before(?:hand)?|prior(?: to)?|earlier|ahead(?: of)?|in advance(?: of)?|early)';
const AMOUNT = `(?:${SINGLE}|the (?:day|night|week|hour|evening))`;
const SEVERAL = `${AMOUNT}(?: ${BEFORE})?(?:(?: ,| and| &| , and)?(?: again)? ${AMOUNT}(?: ${BEFORE})?){0,5}`;

/** ", remind me 1 hour before": without a target, it refers to the task of this sentence. */
const trailing = rule(
  `${REMIND} (?<offsets>${SEVERAL})(?<= ${BEFORE})(?: it(?:'s due)?| that| then| the due date| due)?(?= (?:[.!)] )?$| [,;.] | ¦)`,
);
const bare = rule(`(?<offsets>${AMOUNT} ${BEFORE})(?= (?:[.!] )?$)`);
const atDue = rule(`${REMIND} (?:at (?:the |its )?(?:due )?time(?: of the event)?|when (?:it's|it is) due|on the day)`);
/** "remind me 15 minutes before my meeting": with a target. */
const leading = rule(`(?<offsets>${SEVERAL})(?<= ${BEFORE})(?= (?!(?:[.!] )?$))`);
/** "1 day and 1 hour" is two reminders, "1 hour and 30 minutes" one. */
const between = new RegExp(
  ` ?${BEFORE}(?: ,| and| &)* ?|(?<=day|week|month|night)(?: ,| and| &)+ |(?<=hour|minute)(?: , and| ,| and| &) (?=(?:\\d+|an?) (?:hour|day|week)|the )`,
  'u',
);

/** Extracts reminders for the task of the sentence (", remind me 1 hour before"). */
export function takeTrailingReminders(sentence: Sentence): ReminderTime[] {
  const reminders: ReminderTime[] = [];
  for (const found of findAll(sentence, trailing)) reminders.push(...claimOffsets(sentence, found, 'reminder.before'));
  const due = find(sentence, atDue);
  if (due) claim(sentence, due, 'reminders', 'reminder.atDue');
  return due ? [...reminders, { offset: 'PT0S' }] : reminders;
}

/** Extracts "15 minutes before" in a sentence about reminders. */
export function takeOffsets(sentence: Sentence): ReminderTime[] {
  const found = find(sentence, bare) ?? find(sentence, leading);
  return found ? claimOffsets(sentence, found, 'reminder.before') : [];
}

function claimOffsets(sentence: Sentence, found: Found, name: string): ReminderTime[] {
  const said = (found.match.groups?.offsets ?? '').split(between).filter((text) => text.trim() !== '');
  const offsets = said.flatMap((text) => readOffset(text) ?? []);
  if (offsets.length > 0) claim(sentence, found, 'reminders', name);
  return offsets.map((offset) => ({ offset }));
}

/** An ISO 8601 duration before the due date; weeks are written as days. */
function readOffset(text: string): string | null {
  const unit = /^the (\w+)/.exec(text)?.[1];
  if (unit) return unit === 'week' ? '-P7D' : unit === 'hour' ? '-PT1H' : '-P1D';
  const duration = readDuration(text);
  if (!duration) return null;
  return duration
    .with({ weeks: 0, days: duration.days + duration.weeks * 7 })
    .negated()
    .toString();
}
