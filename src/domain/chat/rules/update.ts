import type { Action, Priority, Target, TaskPatch } from '../proposal.ts';
import type { Calendar } from './calendar.ts';
import { takeDue } from './due.ts';
import { takePriority } from './priority.ts';
import { ask, type Reader, type Reading, reading } from './reading.ts';
import { firstDue, recurrenceOf, takeRecurrence } from './recurrence.ts';
import { closing, type Found, find, groupOf, opening, rule, type Sentence, says, take } from './sentence.ts';
import { takeShift } from './shift.ts';
import { takeTags } from './tags.ts';
import { readTarget } from './targets.ts';
import { titleOf } from './title.ts';

const FIELD =
  '(?:due date|due|deadline|date|time|priority|title|name|recurrence|repeat|schedule|frequency|tags?|assignee)';
const moves = opening(
  '(?<verb>reschedule|postpone|snooze|defer|delay|bump|push|move|shift|bring|extend|pull|advance|put off)(?<particle> (?:forward|back|up|out))?(?: the (?:deadline|due date|due|start) (?:of|for|on))? (?<rest>.+)',
);
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
const rename = opening('(?:rename|retitle|call) (?<target>.+?) (?:to|as|into) (?<value>.+)');
const marks = opening(
  '(?:mark|flag|tag|set|label) (?<target>.+?) (?:as )(?<value>(?:urgent|important|critical|(?:high|low|medium|top|normal)(?: priority)?|p[1-4]))(?: priority)?',
);
const reopens = opening(
  '(?:uncheck|untick|reopen|re-open|unmark|uncomplete|un-complete|reactivate|un-check) (?<target>.+)|mark (?<target2>.+?) (?:as )?(?:not (?:done|complete|completed|finished)|undone|incomplete|open|unfinished|todo|pending|active|uncompleted)',
);
const clears = opening(
  `(?:remove|clear|delete|drop|unset|erase|cancel|take off|strip|get rid of) (?:the |any |all )?(?<field>${FIELD}|tags? #|#(?: tag)?) (?:from|of|off|on|for) (?<target>.+)`,
);
const clearsOwn = opening(
  "(?:remove|clear|delete|drop|unset|erase) (?<target>.+?)'s (?<field>due date|deadline|due|priority|recurrence|tags?)",
);
const stopsRepeating = opening(
  "(?:stop (?:repeating|recurring)|don't repeat|make) (?<target>.+?)(?= (?:stop repeating|non-recurring|[.!] |$))",
);
const weighs = opening(
  '(?<verb>prioriti[sz]e|deprioriti[sz]e|de-prioriti[sz]e|(?:raise|increase|lower|decrease|reduce|bump up|bump)(?= (?:the )?priority (?:of|for|on) (?!.* to )))(?: (?:the )?priority (?:of|for|on))? (?<target>.+)',
);
const assigns = opening('(?:assign|reassign|delegate|hand over|give) (?<target>.+?) to (?<value>.+)');
const tags = opening(
  '(?:tag|label|add) (?<target>.+?) (?:with|as) (?<value>(?:the )?(?:tags? )?#(?:(?: ,| and|) #){0,9})|add (?:the )?(?:tags? |labels? )?(?<value2>#(?:(?: ,| and|) #){0,9})(?: tag)? to (?<target2>.+)',
);
const vague = opening(
  '(?:update|edit|modify|change|reschedule|postpone|rename) (?<target>.+ tasks?|it|that)(?= (?:[.!] )?$)',
);
const addsDue = opening(
  '(?:add|give|set a) (?:a |the )?(?:due date|deadline|due)(?: (?:of|on|for) (?<value>.+?))? (?:to|for) (?<target>.+)',
);
const strict = /^(?:reschedule|postpone|snooze|defer)$/;

/** Changes to a task that exists. A sentence that names no such change ("update the wiki") is not one. */
export const readUpdate: Reader = ({ sentence, cal }) =>
  readClearing(sentence, cal) ??
  readTagging(sentence, cal) ??
  readSimple(sentence, cal) ??
  readSetting(sentence, cal) ??
  readMove(sentence, cal) ??
  readVague(sentence, cal);

function readClearing(sentence: Sentence, cal: Calendar): Reading | null {
  const found = find(sentence, clears) ?? find(sentence, clearsOwn);
  if (!found) return null;
  const field = found.match.groups?.field ?? '';
  const part = groupOf(sentence, found, 'field');
  if (/#/.test(field)) return part && patched(sentence, found, cal, { removeTags: takeTags(part) });
  if (/^tag/.test(field)) return patched(sentence, found, cal, { removeTags: [] }, ask('patch'));
  if (field === 'priority') return patched(sentence, found, cal, { priority: null });
  return patched(
    sentence,
    found,
    cal,
    /recurrence|repeat|schedule|freq/.test(field) ? { recurrence: null } : { due: null },
  );
}

function readTagging(sentence: Sentence, cal: Calendar): Reading | null {
  const found = find(sentence, tags);
  const value = found && (groupOf(sentence, found, 'value') ?? groupOf(sentence, found, 'value2'));
  const added = value ? takeTags(value) : [];
  return found && added.length > 0 ? patched(sentence, found, cal, { addTags: added }) : null;
}

function readSimple(sentence: Sentence, cal: Calendar): Reading | null {
  const reopened = find(sentence, reopens);
  if (reopened) return patched(sentence, reopened, cal, { status: 'ACTIVE' });
  const weighed = find(sentence, weighs);
  if (weighed)
    return patched(sentence, weighed, cal, {
      priority: /^(?:de|lower|reduce)/.test(weighed.match[0]) ? 'LOW' : 'HIGH',
    });
  const renamed = find(sentence, rename);
  const title = renamed && valueText(sentence, renamed);
  if (renamed && title && !/^call /.test(renamed.match[0])) return patched(sentence, renamed, cal, { title });
  const assigned = /^ give /.test(sentence.line) && !says(sentence, rule('task')) ? null : find(sentence, assigns);
  const assignee = assigned && valueText(sentence, assigned);
  if (assigned && assignee) return patched(sentence, assigned, cal, { assignee });
  const marked = find(sentence, marks);
  if (marked) return patched(sentence, marked, cal, { priority: priorityOf(sentence, marked) });
  const due = find(sentence, addsDue);
  return due && patchValue(sentence, due, cal, 'due date');
}

function readSetting(sentence: Sentence, cal: Calendar): Reading | null {
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

/** Reads the new value as what it is: of the named field, or (no field) of the only one it can be. */
function patchValue(sentence: Sentence, found: Found, cal: Calendar, field: string): Reading | null {
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
  // "make dinner tomorrow": a date alone changes nothing, "due" was not said.
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

function levelOf(value: Sentence, field: string): Priority | null {
  const { priority } = takePriority(value);
  if (priority || (field !== 'priority' && field !== '' && field !== 'other')) return priority;
  const word = value.line.trim().split(' ')[0] ?? '';
  const levels: Record<string, Priority> = {
    high: 'HIGH',
    low: 'LOW',
    medium: 'MEDIUM',
    normal: 'MEDIUM',
    urgent: 'URGENT',
    highest: 'URGENT',
    critical: 'URGENT',
    important: 'HIGH',
    '1': 'URGENT',
    '2': 'HIGH',
    '3': 'MEDIUM',
    '4': 'LOW',
  };
  if (/^\d/.test(word) && field !== 'priority') return null;
  if (!Object.hasOwn(levels, word) || (field !== 'priority' && value.tokens.length > 2)) return null;
  take(value, opening(word), 'priority', 'priority.value');
  return levels[word] ?? null;
}

/** "Postpone X by two days", "move X to friday", "push it back a week". */
function readMove(sentence: Sentence, cal: Calendar): Reading | null {
  const found = find(sentence, moves);
  const rest = found && groupOf(sentence, found, 'rest');
  if (!found || !rest) return null;
  const { verb = '', particle = '' } = found.match.groups ?? {};
  const shift = takeShift(rest, verb + particle);
  if (shift) return readingFor(targetOf(rest, cal), { dueShift: shift }, rest);
  const split =
    find(rest, rule('(?<target>.+)(?: back| forward| up| out| off| over)? (?:to|until|till) (?<value>.+)')) ??
    (strict.test(verb) ? find(rest, rule('(?<target>.+?) (?:for|on) (?<value>.+)')) : null);
  const value = split && groupOf(rest, split, 'value');
  const said = value && takeDue(value, cal);
  if (split && said && titleOf(value) === null) return patched(rest, split, cal, { due: said.due, dueSaid: said.said });
  if (!strict.test(verb)) return null;
  const due = takeDue(rest, cal);
  return readingFor(targetOf(rest, cal), due ? { due: due.due, dueSaid: due.said } : {}, rest, due ? null : ask('due'));
}

function readVague(sentence: Sentence, cal: Calendar): Reading | null {
  const found =
    find(sentence, vague) ??
    (says(sentence, opening('stop (?:repeating|recurring)')) ? find(sentence, stopsRepeating) : null);
  if (!found) return null;
  return /^stop/.test(found.match[0])
    ? patched(sentence, found, cal, { recurrence: null })
    : patched(sentence, found, cal, {}, ask('patch'));
}

function patched(
  sentence: Sentence,
  found: Found,
  cal: Calendar,
  patch: TaskPatch,
  clarification: Reading['clarification'] = null,
): Reading {
  const part = groupOf(sentence, found, 'target') ?? groupOf(sentence, found, 'target2');
  return readingFor(part && targetOf(part, cal), patch, part ?? sentence, clarification);
}

function targetOf(part: Sentence, cal: Calendar): Target | null {
  take(part, closing('(?:back|forward|up|out|off|over)'), 'target', 'target.particle');
  return readTarget(part, cal, 'ACTIVE');
}

function readingFor(
  target: Target | null,
  patch: TaskPatch,
  part: Sentence,
  clarification: Reading['clarification'] = null,
): Reading {
  const action: Action = { intent: 'update_task', target, patch };
  const [first, last] = [part.tokens[0], part.tokens.at(-1)];
  const span =
    first && last
      ? [{ field: 'target', span: [first.start, last.end] as [number, number], rule: 'update.target' }]
      : [];
  return reading(action, target ? 0.88 : 0.6, {
    clarification: clarification ?? (target ? null : ask('target')),
    explanation: [...part.explanation, ...span],
  });
}

function valueText(sentence: Sentence, found: Found): string | null {
  const value = groupOf(sentence, found, 'value');
  return value && titleOf(value);
}

function priorityOf(sentence: Sentence, found: Found): Priority | null {
  const value = groupOf(sentence, found, 'value');
  return value && levelOf(value, 'priority');
}
