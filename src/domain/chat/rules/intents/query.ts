import type { Action, TaskFilter } from '../../proposal.ts';
import { hasFilter, takeFilter } from '../fields/filter.ts';
import { opening, rule, type Sentence, says, take } from '../text/sentence.ts';
import { baseVerb } from '../text/verbs.ts';
import { type Clause, outOfScope, type Reader, type Reading, reading } from './reading.ts';

const QUESTION =
  "(?:what|what's|whats|which|when(?= (?:is|are|was|were|do|did|does|should|can|will|am|has|have) )|when's|who|who's|whose|why|where|where's|how|how's|is|isn't|are|aren't|am|was|were|do|does|did|didn't|have|haven't|has|hasn't|should|shall|can|could|may|might|would|will|any|anything|nothing|is there|are there)";
const asks = opening(QUESTION);
const taskWords = rule(
  "(?:tasks?|todos?|to dos?|to do|due|overdue|deadlines?|agenda|plate|reminders?|done|finished|finish|completed?|pending|priority|urgent|p[1-4]|checked off|today's|my list|my day|my week|my schedule)",
);
const personal = opening(
  "(?:what|which things|anything|something|nothing|is there anything|how much)(?:'s| is| do| did| have| should| am| must| can| could| else|)? (?:i|we|on|next|left|my|for|coming|happening|planned|going on|there)|(?:do|did|have|am|are) (?:i|we)|when(?:'s| is| are| was| do i| did i)|what time (?:is|are) (?:my|the)|have i|should i",
);
const smalltalk = rule(
  '(?:weather|news|score|game|joke|time is it|stock|meaning|capital|president|translate|recipe|your (?:name|system|prompt|rules|instructions)|system prompt)',
);
const destructiveQuestion = opening(
  '(?:should|shall|can|could|may|might|would|will|do|does|is|are|was|am) .*(?:delete|remove|erase|clear|cancel|drop|wipe|purge)',
);
const heads = opening(
  '(?:show|list|display|view|see|find|search|look up|look for|get|fetch|give me|pull up|print|count|filter|let me see|tell me|remind me of|remind me what|check|read|go through|review|query)(?: me| us| out| for| up| through)?',
);
const strongHeads = opening('(?:show me|show|search for|search|look up|list|display|view)');
const plainTasks = rule(
  '(?:tasks|todos|to dos|to do list|todo list|task list|agenda|items|my list|my day|my week|reminders|things|everything|deadlines|what)',
);
const overdueAlone = opening('(?:overdue|past due|due (?:today|tomorrow|this week|next week))(?= (?:[.!?] )*$)');
const anyTask = rule('(?:task|todo|due|overdue|stuff)');
const limit = rule(
  '(?:the |my )?(?:next|top|1st|last|latest|only|most (?:important|urgent)) (?<count>\\d{1,3})(?= (?:things|tasks|todos|items|¦|open|overdue|urgent|$|[.?]))|(?<count2>\\d{1,3}) (?=(?:things|tasks|todos|items) )',
);
const order = rule(
  '(?:,? ?(?:sorted|ordered|sort|order|arranged|ranked|grouped) )?by (?<by>priority|importance|urgency|due date|due|deadline|date|creation date|created|newest|age)',
);
const orders: Record<string, 'DUE' | 'PRIORITY' | 'CREATED'> = {
  priority: 'PRIORITY',
  importance: 'PRIORITY',
  urgency: 'PRIORITY',
  'creation date': 'CREATED',
  created: 'CREATED',
  newest: 'CREATED',
  age: 'CREATED',
};
const others = rule(
  "(?:tenants?|other (?:users?|people|tenants?|accounts?)(?:'s)?|someone else's|everyone's|all users)",
);

/** Questions: answered by a query, or not supported. A question never changes anything. */
export const readQuestion: Reader = (clause) => {
  const { sentence, politely } = clause;
  if (politely) return null;
  const marked = sentence.tokens.at(-1)?.canon === '?';
  const asked = says(sentence, asks);
  if (
    !asked &&
    !(
      marked &&
      (says(sentence, taskWords) || says(sentence, opening('(?:delete|remove|complete|mark|cancel|erase|clear)')))
    )
  )
    return null;
  if (says(sentence, smalltalk) || says(sentence, others)) return outOfScope('UNKNOWN', 0.9);
  if (asked && says(sentence, destructiveQuestion)) return outOfScope('UNKNOWN', 0.7);
  if (!asked || says(sentence, taskWords) || says(sentence, personal))
    return queryReading(clause, aboutOne(sentence) ? 'ANY' : 'ACTIVE');
  return says(sentence, rule('(?:i|my|our|we)')) || !says(sentence, opening('(?:is|are|have|has|am)'))
    ? outOfScope('UNKNOWN', 0.75)
    : outOfScope('UNKNOWN', 0.6);
};

/** "Show …", "find tasks about …", "tasks without a due date". */
export const readQuery: Reader = (clause) => {
  const { sentence } = clause;
  if (says(sentence, others) && says(sentence, rule('tasks?|todos?'))) return outOfScope('REFUSED', 0.8);
  if (says(sentence, overdueAlone)) return queryReading(clause, 'ACTIVE');
  const headed = says(sentence, heads);
  if (headed && (says(sentence, plainTasks) || says(sentence, anyTask) || namesFilter(clause)))
    return queryReading(clause, searches(sentence) ? 'ANY' : 'ACTIVE');
  return !headed && isListOfTasks(clause) ? queryReading(clause, 'ACTIVE') : null;
};

function queryReading(clause: Clause, status: TaskFilter['status']): Reading {
  const { sentence, cal } = clause;
  const all = says(sentence, rule('all')) && !says(sentence, rule('due'));
  const limited = take(sentence, limit, 'limit', 'query.limit');
  const ordered = take(sentence, order, 'orderBy', 'query.order');
  const yesNo = status === 'ANY' && says(sentence, opening("(?:is|are|was|were|did|have|has|when|when's)"));
  const found = takeFilter(sentence, cal, yesNo ? 'ANY' : 'ACTIVE');
  const base: TaskFilter = yesNo
    ? { ...found, status: 'ANY', ...(found.text && { text: presentOf(found.text) }) }
    : found;
  const widened =
    base.status === 'ACTIVE' && ((status === 'ANY' && base.text !== undefined) || (all && !hasFilter(base)))
      ? 'ANY'
      : base.status;
  const by = ordered?.match.groups?.by;
  const action: Action = {
    intent: 'query_tasks',
    filter: { ...base, status: base.overdue ? 'ACTIVE' : widened },
    limit: limited ? Number(limited.match.groups?.count ?? limited.match.groups?.count2) : null,
    orderBy: by === undefined ? null : (orders[by] ?? 'DUE'),
  };
  return reading(action, base.text === undefined ? 0.93 : 0.85, { explanation: sentence.explanation });
}

/** "Have I paid rent?" looks for "pay rent". */
function presentOf(text: string): string {
  return text.replace(/^\S+/u, (verb) => baseVerb(verb.toLowerCase(), 'ed') ?? verb);
}

/** "Is the report done?", "when is the dentist?": one task, in any state. */
function aboutOne(sentence: Sentence): boolean {
  return (
    says(
      sentence,
      opening("(?:is|are|was|were|did|have|has|when|when's)(?! (?:there|any|i (?:late|behind|overdue)))"),
    ) && !says(sentence, rule('(?:tasks|todos|anything|everything|reminders)'))
  );
}

function searches(sentence: Sentence): boolean {
  return says(sentence, opening('(?:find|search|look up|look for)'));
}

/** "show p1", "list #work": the verb is followed only by a filter. */
function namesFilter({ sentence, cal }: Clause): boolean {
  if (!says(sentence, strongHeads)) return false;
  const probe: Sentence = { ...sentence, claimed: [...sentence.claimed], explanation: [] };
  const filter = takeFilter(probe, cal, 'ACTIVE');
  return filter.text === undefined
    ? hasFilter(filter) || filter.status !== 'ACTIVE'
    : says(sentence, opening('(?:show me|search|look up)'));
}

/** "my overdue tasks", "tasks for today": only a noun phrase of tasks. */
function isListOfTasks({ sentence, cal }: Clause): boolean {
  if (!says(sentence, plainTasks)) return false;
  const probe: Sentence = { ...sentence, claimed: [...sentence.claimed], explanation: [] };
  const first = sentence.line.trim().split(' ')[0] ?? '';
  if (/^(?:add|create|new|delete|remove|clear|mark|complete|finish|update|get|do|buy)$/.test(first)) return false;
  const filter = takeFilter(probe, cal, 'ACTIVE');
  return filter.text === undefined || (/^(?:tasks|todos|my)$/.test(first) && sentence.tokens.length <= 6);
}
