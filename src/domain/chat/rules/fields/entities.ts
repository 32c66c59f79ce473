import type { Due, Priority, Recurrence, ReminderTime } from '../../proposal.ts';
import { claim, findAll, rule, type Sentence, textOf } from '../text/sentence.ts';
import type { Calendar } from '../when/calendar.ts';
import { ABSOLUTE, readDay } from '../when/dates.ts';
import { type DueReading, takeDue } from '../when/due.ts';
import { firstDue, type RecurrenceReading, recurrenceOf, takeRecurrence } from '../when/recurrence.ts';
import { takeTrailingReminders } from '../when/reminders.ts';
import { takePriority } from './priority.ts';
import { takeTags } from './tags.ts';

/** All properties of a task except its title. */
export type Entities = {
  notes: string | null;
  tags: string[];
  priority: Priority | null;
  otherPriorities: Priority[];
  reminders: ReminderTime[];
  repeats: RecurrenceReading | null;
  recurrence: Recurrence | null;
  said: DueReading | null;
  due: Due | null;
  unresolved: string[];
  /** The text has a date or time that does not exist ("feb 30"), so the user must be asked. */
  isImpossible: boolean;
};

const notes = rule('(?:[,;.-] )?(?:with )?(?:the )?notes?(?: that says?)? : (?<notes>.+)');
// Requests that no rule supports: they are reported and never dropped.
const unsupported = rule(
  "(?:, )?(?:skip|skipping|except|excluding|excl|but not)(?: on| for)?(?: (?:public|bank|national))? (?:holidays?|weekends?|vacations?)|(?:, )?when (?:i|we) (?:get|arrive|leave|reach|am|'m|go|come)(?: [^ ,;¦]{1,20}){0,4}?(?= (?:to|,|¦|[.!]|$))|(?:, )?when (?:i|we) (?:get|arrive|leave|reach|am|go|come)(?: (?!to )[^ ,;¦]{1,20}){0,4}",
);

const absolutes = rule(`(?:(?:on|by|before|due|for|until|due on|due by) )?(?<date>${ABSOLUTE})`);
const noClock = rule(
  '(?:at |by )?(?:1[3-9]|[2-9]\\d)(?::\\d\\d)? (?:am|pm)|(?:at|by) (?:2[5-9]|[3-9]\\d):\\d\\d|(?:at|by) \\d{1,2}:[6-9]\\d',
);

/** Extracts all entities of the sentence. The order prevents one rule from reading the words of another. */
export function takeEntities(sentence: Sentence, cal: Calendar): Entities {
  const noted = takeNotes(sentence);
  const unresolved = takeUnsupported(sentence);
  const tags = takeTags(sentence);
  const { priority, others } = takePriority(sentence);
  const reminders = takeTrailingReminders(sentence);
  const repeats = takeRecurrence(sentence, cal);
  const said = takeDue(sentence, cal);
  const impossible = takeImpossible(sentence, cal);
  const due = repeats ? firstDue(repeats, said, cal) : (said?.due ?? null);
  const recurrence = repeats && recurrenceOf(repeats, due);
  return {
    notes: noted,
    tags,
    priority,
    otherPriorities: others,
    reminders,
    repeats,
    recurrence,
    said,
    due,
    unresolved: [...unresolved, ...impossible, ...(said?.unresolved ?? [])],
    isImpossible: impossible.length > 0 && due === null,
  };
}

/** Extracts dates and times that do not exist. */
function takeImpossible(sentence: Sentence, cal: Calendar): string[] {
  const dates = findAll(sentence, absolutes).filter(({ match }) => readDay(match.groups?.date ?? '', cal) === null);
  return [...dates, ...findAll(sentence, noClock)].map((found) => {
    claim(sentence, found, 'unresolved', 'impossible');
    return textOf(sentence, found.first, found.last);
  });
}

function takeNotes(sentence: Sentence): string | null {
  const [found] = findAll(sentence, notes);
  if (!found || found.first === 0) return null;
  const colon = sentence.tokens.findIndex((token, index) => index > found.first && token.canon === ':');
  claim(sentence, found, 'notes', 'notes');
  return textOf(sentence, colon + 1, found.last);
}

function takeUnsupported(sentence: Sentence): string[] {
  return findAll(sentence, unsupported).map((found) => {
    claim(sentence, found, 'unresolved', 'unsupported');
    return textOf(sentence, found.first, found.last).replace(/^,\s*/, '');
  });
}
