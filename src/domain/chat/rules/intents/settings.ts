import type { TaskPatch } from '../../proposal.ts';
import { type Found, find, groupOf, opening, type Sentence, says } from '../text/sentence.ts';
import { titleOf } from '../text/title.ts';
import type { Calendar } from '../when/calendar.ts';
import { takeDue } from '../when/due.ts';
import { firstDue, recurrenceOf, takeRecurrence } from '../when/recurrence.ts';
import { takeShift } from '../when/shift.ts';
import { levelOf, patched } from './patches.ts';
import { ask, type Reading } from './reading.ts';

export const FIELD =
  '(?:due date|due|deadline|date|time|priority|title|name|recurrence|repeat|schedule|frequency|tags?|assignee)';

const setField = opening(
  `(?:change|set|update|edit|modify|switch|adjust|raise|lower|increase|decrease|bump|make|extend|move|push|correct|put) (?:the )?(?<field>${FIELD}) (?:of|for|on) (?<target>.+?) (?:to|as|for|at|=|be|:) (?<value>.+)`,
);

const setOwn = opening(
  `(?:change|set|update|edit|modify|switch|adjust|raise|lower|make|move|push|extend) (?<target>.+?)(?: 's)? (?<field>${FIELD}) (?:to|as|for|at|be|until|=|:) (?<value>.+)`,
);

const setTo = opening(
  '(?:change|set|update|edit|modify|switch|adjust|convert|turn) (?<target>.+?) (?:to|as|into) (?:be )?(?:repeat |recur |recurring |repeating )?(?<value>.+)',
);

const makes = opening(
  '(?:make|have|let|set) (?<target>.+?) (?<value>(?:repeat|recur|recurring|repeating|due|be due|a |an |high|low|medium|urgent|important|top|critical|p[1-4]|\\d{1,4} (?:minute|hour|day|week)|an hour|a (?:day|week)|half an hour).*)',
);

export const addsDue = opening(
  '(?:add|give|set a) (?:a |the )?(?:due date|deadline|due)(?: (?:of|on|for) (?<value>.+?))? (?:to|for) (?<target>.+)',
);

const repeating = opening(
  'make (?<target>(?:the|my|this|that|it)(?: .+?)?) (?<value>hourly|daily|weekly|biweekly|monthly|quarterly|yearly)(?= (?:[.!] )?$)|repeat (?<target2>.+?) (?<value2>(?:every|daily|weekly|monthly|yearly|hourly).*)',
);

/** "make the standup weekly", "repeat the report every month". */
export function readRepeating(sentence: Sentence, cal: Calendar): Reading | null {
  const found = find(sentence, repeating);
  const value = found && (groupOf(sentence, found, 'value') ?? groupOf(sentence, found, 'value2'));
  const recurrence = value && takeRecurrence(value, cal);
  return found && recurrence ? patched(sentence, found, cal, { recurrence: recurrenceOf(recurrence, null) }) : null;
}

export function readSetting(sentence: Sentence, cal: Calendar): Reading | null {
  const found = find(sentence, setField) ?? find(sentence, setOwn);
  if (found) return patchValue(sentence, found, cal, found.match.groups?.field ?? '');
  const changed = find(sentence, setTo);
  const reading = changed && patchValue(sentence, changed, cal, '');
  if (reading) return reading;
  const made = find(sentence, makes);
  const repeats = made && /^(?:repeat|recur)/.test(made.match.groups?.value ?? '');
  return made && !(says(sentence, opening('have|let')) && !repeats)
    ? patchValue(
        sentence,
        made,
        cal,
        repeats ? 'recurrence' : /due/.test(made.match.groups?.value ?? '') ? 'due' : 'other',
      )
    : null;
}

/** Reads the new value: of the given field, or (without a field) of the only field that it fits. */
export function patchValue(sentence: Sentence, found: Found, cal: Calendar, field: string): Reading | null {
  const value = groupOf(sentence, found, 'value');
  if (!value) return field === 'due date' ? patched(sentence, found, cal, {}, ask('due')) : null;
  if (/title|name/.test(field)) return patched(sentence, found, cal, { title: titleOf(value) ?? '' });
  if (field === 'assignee') return patched(sentence, found, cal, { assignee: titleOf(value) ?? '' });
  const shift = field === 'other' ? takeShift(value) : null;
  if (shift) return patched(sentence, found, cal, { dueShift: shift });
  const patch = patchFrom(value, cal, field);
  if (patch) return patched(sentence, found, cal, patch);
  return field !== '' && field !== 'other'
    ? patched(sentence, found, cal, {}, ask(/priority/.test(field) ? 'patch' : 'due'))
    : null;
}

function patchFrom(value: Sentence, cal: Calendar, field: string): TaskPatch | null {
  const priority = levelOf(value, field);
  const repeats = takeRecurrence(value, cal);
  const said = takeDue(value, cal);
  // "make dinner tomorrow": a date without "due" changes nothing.
  if (field === 'other') return priority ? { priority } : null;
  const rest = titleOf(value);
  if (field === '' && rest !== null && !/^(?:priority|recurring|repeating|repeat|task|the|of|month|a|an)$/i.test(rest))
    return null;
  const due = repeats && said ? firstDue(repeats, said, cal) : (said?.due ?? null);
  const patch: TaskPatch = {
    ...(priority && { priority }),
    ...(repeats && { recurrence: recurrenceOf(repeats, due) }),
    ...(due && said && { due, dueSaid: said.said }),
  };
  return Object.keys(patch).length > 0 ? patch : null;
}
