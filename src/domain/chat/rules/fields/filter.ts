import type { DueRange, Priority, TaskFilter } from '../../proposal.ts';
import { claim, findAll, groupOf, rule, type Sentence, says, take, textOf } from '../text/sentence.ts';
import { tidy, titleOf } from '../text/title.ts';
import { type Calendar, dateDue } from '../when/calendar.ts';
import { DATE, readDay } from '../when/dates.ts';
import { takeDue } from '../when/due.ts';
import { priorityLevels } from './priority.ts';
import { takeTags } from './tags.ts';

const noDue = rule(
  '(?:without|with no|that have no|having no|no|missing)(?: a| any)? (?:due dates?|due day|deadlines?|dates?|due)',
);
const withDue = rule('(?:with|having|that have) (?:a |any )?(?:due dates?|deadlines?)');
const overdue = rule(
  "(?:that are |i am |i'm |am i )?(?:overdue|past due|late(?= (?:tasks?|todos?|items?|on|[.?]|$))|behind(?: on| schedule)?)",
);
const open = rule(
  '(?:that are |are |still )?(?:not (?:yet )?(?:done|completed?|finished)|unfinished|incomplete|uncompleted|open|active|pending|outstanding|remaining|unchecked|undone|left(?: to do)?|in progress)',
);
const completed = rule(
  "(?:that (?:are|were|have been) |i have |i've |have i |did i |i )?(?:already )?(?:completed|finished|done|closed|checked off|ticked off|accomplished)|complete(?= (?:tasks|todos|items))|(?:did i|i did)(?: already)? (?:complete|finish|do|accomplish|get done)",
);
const assigned = rule(
  '(?:that are |which are )?(?:assigned|delegated|belonging) to (?<who>[^ ¦]{1,40}(?: (?!due|tagged|with|that|and|by|on|in|for|today|tomorrow|[?.!,])[^ ¦]{1,40}){0,2})',
);
const about = rule(
  '(?:about|regarding|concerning|containing|that contain|mentioning|that mention|matching|related to|called|named|titled|with the words?|including|relating to|re|like)(?: the| my)? (?<text>[^¦]+?)(?= (?:[?.!] )?$| ¦| due )',
);
const inTitle = rule('with (?<text>[^ ¦]{1,60}) in the (?:title|name)');
const between = rule(`(?:due )?(?:between|from) (?<from>${DATE}) (?:and|to|until|till|-) (?<to>${DATE})`);
const priorityWords = rule(
  '(?:with |of )?(?<level>p[1-4]|highest|high|top|medium|normal|low|lowest|urgent|critical|important)(?: -)?(?: priority)?(?:(?: ,| and| or) (?<level2>p[1-4]|highest|high|top|medium|normal|low|urgent|important)(?: priority)?)?|priority (?:is |of |= ?|: )?(?<level3>p?[1-4]|high|medium|low|urgent)',
);

/** Words without meaning in a query for tasks. */
const filler = new Set(
  (
    "a an the my our your i i'm i've me we us you it its it's is isn't are aren't am was were be been do does did don't have has had got get should would could can must need want will shall to of for on in at " +
    "with by and or that which who whom there there's here any anything all every everything each both something one ones thing things task tasks todo todos to-do item items list lists reminder reminders stuff " +
    "what what's which when when's where how's how many much why time show list find search display view see give tell look up check out pull fetch print count read filter query due deadline deadlines date " +
    "agenda schedule plate calendar today's tomorrow's tonight's week's currently right now next first please nothing yet ever still coming upcoming up happening planned left again just only also " +
    "work priority tag tagged status completing complete completed finish finished done doing accomplish am'i ok , . ? ! : ; ( ) - & / not no this these those everyone's " +
    "delete remove erase clear mark as ' as tell about if let know whether currently exist exists open number total off"
  ).split(' '),
);

/** Reads the conditions for tasks; remaining words become `text`. Claims everything that it understands. */
export function takeFilter(sentence: Sentence, cal: Calendar, status: TaskFilter['status']): TaskFilter {
  const text = takeText(sentence);
  const tags = takeTags(sentence);
  const assignee = takeAssignee(sentence);
  const hasDue = take(sentence, noDue, 'filter', 'filter.noDue')
    ? false
    : take(sentence, withDue, 'filter', 'filter.hasDue')
      ? true
      : undefined;
  const late = take(sentence, overdue, 'filter', 'filter.overdue') !== null;
  const priorities = takePriorities(sentence);
  const isOpen = take(sentence, open, 'filter', 'filter.open') !== null;
  const isDone = !isOpen && take(sentence, completed, 'filter', 'filter.completed') !== null;
  const due = takeRange(sentence, cal);
  const words = text ?? leftWords(sentence);
  return {
    status: isOpen || late ? 'ACTIVE' : isDone ? 'COMPLETED' : status,
    ...(priorities.length > 0 && { priorities }),
    ...(tags.length > 0 && { tags }),
    ...(due && (isDone && says(sentence, rule('¦+')) ? { completed: due } : { due })),
    ...(hasDue !== undefined && { hasDue }),
    ...(late && { overdue: true as const }),
    ...(words !== null && { text: words }),
    ...(assignee !== null && { assignee }),
  };
}

/** Whether there is any condition other than the status. */
export function hasFilter(filter: TaskFilter): boolean {
  return Object.keys(filter).length > 1;
}

function takeText(sentence: Sentence): string | null {
  const found = take(sentence, inTitle, 'filter', 'filter.text');
  if (found) return textIn(sentence, found);
  for (const candidate of findAll(sentence, about)) {
    const text = textIn(sentence, candidate);
    if (!text) continue;
    claim(sentence, candidate, 'filter', 'filter.text');
    return text;
  }
  return null;
}

function textIn(sentence: Sentence, found: NonNullable<ReturnType<typeof take>>): string | null {
  const part = groupOf(sentence, found, 'text');
  return part && (titleOf(part) ?? signsOf(part));
}

/**
 * A text without words, such as "%": the user is told that it cannot be searched for, instead of getting every task.
 */
function signsOf(part: Sentence): string | null {
  const text = textOf(part, 0, part.tokens.length - 1);
  return text && !/[\p{L}\p{N}]/u.test(text) ? text : null;
}

function takeAssignee(sentence: Sentence): string | null {
  const found = take(sentence, assigned, 'filter', 'filter.assignee');
  const who = found && groupOf(sentence, found, 'who');
  const [first, last] = [who?.tokens[0], who?.tokens.at(-1)];
  return first && last ? tidy(sentence.text.slice(first.start, last.end)) : null;
}

function takePriorities(sentence: Sentence): Priority[] {
  const said: Priority[] = [];
  for (const found of findAll(sentence, priorityWords)) {
    const { level, level2, level3 } = found.match.groups ?? {};
    for (const word of [level, level2, level3]) if (word && priorityLevels[word]) said.push(priorityLevels[word]);
    claim(sentence, found, 'filter', 'filter.priority');
  }
  return [...new Set(said)];
}

function takeRange(sentence: Sentence, cal: Calendar): DueRange | null {
  const found = take(sentence, between, 'filter', 'filter.between');
  const [from, to] = [found?.match.groups?.from, found?.match.groups?.to].map((phrase) =>
    phrase ? readDay(phrase, cal) : null,
  );
  if (from && to) return { from: dateDue(from.from), to: dateDue(to.to) };
  const day = take(sentence, rule("(?<day>today|tomorrow|yesterday)'s"), 'filter', 'filter.day')?.match.groups?.day;
  const named = day ? readDay(day, cal) : null;
  if (named) return { from: dateDue(named.from), to: dateDue(named.to) };
  return takeDue(sentence, cal, { allowPast: true })?.range ?? null;
}

/** The words that are not fillers: the content of the task. */
function leftWords(sentence: Sentence): string | null {
  sentence.tokens.forEach((token, index) => {
    if (!sentence.claimed[index] && token.kind !== 'quote' && filler.has(token.canon))
      claim(sentence, { first: index, last: index }, 'filter', 'filter.filler');
  });
  return titleOf(sentence);
}
