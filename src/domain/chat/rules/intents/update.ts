import { takeTags } from '../fields/tags.ts';
import { find, groupOf, opening, rule, type Sentence, says } from '../text/sentence.ts';
import type { Calendar } from '../when/calendar.ts';
import { readMove } from './moves.ts';
import { patched, priorityOf, valueText } from './patches.ts';
import { ask, type Reader, type Reading } from './reading.ts';
import { addsDue, FIELD, patchValue, readRepeating, readSetting } from './settings.ts';

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

const namesTag = opening('add (?:the )?(?:tag|label) (?<value>[^ ]{1,50}) to (?<target>.+)');

/** Changes to an existing task. A sentence without such a change ("update the wiki") is not one. */
export const readUpdate: Reader = ({ sentence, cal }) =>
  readClearing(sentence, cal) ??
  readTagging(sentence, cal) ??
  readSimple(sentence, cal) ??
  readRepeating(sentence, cal) ??
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
  const named = find(sentence, namesTag);
  const name = named && valueText(sentence, named);
  if (named && name && !name.startsWith('#')) return patched(sentence, named, cal, { addTags: [name.toLowerCase()] });
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

function readVague(sentence: Sentence, cal: Calendar): Reading | null {
  const found =
    find(sentence, vague) ??
    (says(sentence, opening('stop (?:repeating|recurring)')) ? find(sentence, stopsRepeating) : null);
  if (!found) return null;
  return /^stop/.test(found.match[0])
    ? patched(sentence, found, cal, { recurrence: null })
    : patched(sentence, found, cal, {}, ask('patch'));
}
