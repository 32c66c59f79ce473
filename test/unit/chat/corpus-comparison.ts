import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type {
  Action,
  Due,
  DueRange,
  Proposal,
  Recurrence,
  ReminderTime,
  TaskFilter,
  TaskPatch,
} from '../../../src/domain/chat/proposal.ts';

/** A line of test/corpora/language.jsonl; the meaning of its keys is in the corpus' own terms (priority 1–4, `open`, …). */
export type CorpusCase = {
  id: string;
  utterance: string;
  now: string;
  tz: string;
  expect: Expected;
  debatable: boolean;
};
export type Expected = Record<string, unknown> & { intent: string; alternatives?: Partial<Expected>[] };
type Zone = { tz: string };

const priorities = { URGENT: 1, HIGH: 2, MEDIUM: 3, LOW: 4 };
const statuses = { ACTIVE: 'open', COMPLETED: 'completed', ANY: 'any' };
/** Keys of a line that say nothing an interpreter answers. */
const remarks = new Set(['note', 'alternatives', 'lang', 'security', 'error', 'duration_minutes', 'future_intent']);

/** What a debatable line allows: its own keys, or those with one of the alternatives laid over them. */
export function readingsOf({ expect, debatable }: CorpusCase): Expected[] {
  const { alternatives = [], ...base } = expect;
  return debatable
    ? [base as Expected, ...alternatives.map((other) => overlay(base as Expected, other))]
    : [base as Expected];
}

/** The keys in which a proposal differs from what a line expects; none means a match. */
export function differences(proposal: Proposal, expected: Expected, zone: Zone): string[] {
  const actual = flat(proposal, zone);
  const failed = Object.entries(expected).flatMap(([key, value]) =>
    remarks.has(key) || matches(key, value, actual, proposal, zone) ? [] : [key],
  );
  const asksInVain =
    proposal.clarification !== null && expected.needs_clarification === undefined && expected.intent !== 'out_of_scope';
  return asksInVain ? [...failed, 'clarification'] : failed;
}

function overlay(base: Expected, other: Partial<Expected>): Expected {
  const changed = other.intent !== undefined && other.intent !== base.intent;
  const kept = changed ? { must_not: base.must_not } : base;
  const { needs_clarification: _, ...settled } = kept as Record<string, unknown>;
  return { ...(other.needs_clarification === undefined ? settled : kept), ...other } as Expected;
}

function matches(
  key: string,
  value: unknown,
  actual: Record<string, unknown>,
  proposal: Proposal,
  zone: Zone,
): boolean {
  if (key === 'intent') return intentMatches(value as string, actual.intent as string, proposal);
  if (key === 'must_not')
    return proposal.actions.every((action) => !(value as string[] | undefined)?.includes(action.intent));
  if (key === 'requires_confirmation') return proposal.requiresConfirmation === value;
  if (key === 'needs_clarification') return (proposal.clarification !== null) === value;
  if (key === 'unresolved') return same(proposal.unresolved, value);
  if (key === 'recurrence')
    return sameRule(actual.recurrence as string | null, value as string | null, actual.due as string | null, zone);
  if (key === 'tasks') return sameList(value as Expected[], proposal, zone);
  if (key === 'actions') return sameList(value as Expected[], proposal, zone);
  if (key === 'due') return sameDue(actual.due as string | null, value as string | null);
  if (key === 'title') return fold(actual.title) === fold(value);
  if (key === 'target') return foldAll(actual.target) === foldAll(value);
  if (key === 'filter') return samePatch(actual.filter, value, zone);
  if (key === 'patch') return samePatch(actual.patch, value, zone);
  return same(actual[key] ?? null, value);
}

/** The rules know undo and reminders by intents of their own; the corpus says them in other words. */
function intentMatches(expected: string, actual: string, proposal: Proposal): boolean {
  if (expected === 'out_of_scope' && actual === 'undo') return true;
  if (expected === 'update_task' && actual === 'cancel_reminder') return true;
  return expected === actual && proposal.actions.length > 0;
}

function sameList(expected: Expected[], proposal: Proposal, zone: Zone): boolean {
  if (expected.length !== proposal.actions.length) return false;
  return expected.every((part, index) => {
    const action = proposal.actions[index];
    const one = { ...proposal, actions: action ? [action] : [], clarification: null };
    return differences(one, { ...part, intent: part.intent ?? action?.intent ?? '' }, zone).length === 0;
  });
}

/** The first action in the words of the corpus. */
function flat(proposal: Proposal, zone: Zone): Record<string, unknown> {
  const [action] = proposal.actions;
  if (!action) return {};
  const draft =
    'title' in action
      ? {
          title: action.title,
          due: dueText(action.due),
          priority: action.priority && priorities[action.priority],
          tags: action.tags,
        }
      : {};
  const reminders = 'reminders' in action ? offsets(action.reminders) : [];
  return {
    intent: action.intent,
    ...draft,
    reminder_offset: reminders[0] ?? null,
    reminder_offsets: reminders,
    duration_minutes: 'durationMinutes' in action ? action.durationMinutes : null,
    recurrence: 'recurrence' in action ? (action.recurrence?.rule ?? null) : null,
    recurrence_basis: 'recurrence' in action ? action.recurrence?.basis.toLowerCase() : undefined,
    target: targetOf(action, zone),
    patch:
      action.intent === 'cancel_reminder' ? { reminders: [] } : 'patch' in action ? patchOf(action.patch) : undefined,
    filter: 'filter' in action ? filterOf(action.filter) : undefined,
    limit: 'limit' in action ? action.limit : undefined,
  };
}

function targetOf(action: Action, _: Zone): unknown {
  if (!('target' in action) || action.target === null) return null;
  const { target } = action;
  if ('text' in target) return { text: target.text };
  if ('ref' in target) return { ref: 'last_mentioned' };
  return { filter: filterOf(target.filter), ...(target.all && { all: true }) };
}

function patchOf({
  due,
  dueShift,
  priority,
  recurrence,
  status,
  title,
  reminders,
  assignee,
  addTags,
  removeTags,
}: TaskPatch): Record<string, unknown> {
  return strip({
    title,
    assignee,
    reminders,
    add_tags: addTags,
    remove_tags: removeTags,
    due_shift: dueShift,
    due: due === undefined ? undefined : dueText(due),
    priority: priority ? priorities[priority] : priority,
    recurrence: recurrence === undefined ? undefined : ((recurrence as Recurrence | null)?.rule ?? null),
    status: status && statuses[status],
  });
}

function filterOf({
  status,
  priorities: levels,
  tags,
  due,
  hasDue,
  overdue,
  text,
  assignee,
  completed,
}: TaskFilter): Record<string, unknown> {
  return strip({
    status: statuses[status],
    tags,
    text,
    assignee,
    overdue,
    priority: levels?.map((level) => priorities[level]),
    no_due: hasDue === false ? true : undefined,
    ...range('due', due),
    ...range('completed', completed),
  });
}

function range(name: string, bounds: DueRange | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(bounds ?? {}).map(([edge, due]) => [`${name}_${edge}`, dueText(due)]));
}

function strip(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function dueText(due: Due | null): string | null {
  return due && ('date' in due ? due.date : due.at);
}

function offsets(reminders: ReminderTime[]): string[] {
  return reminders.map((reminder) => ('offset' in reminder ? reminder.offset : reminder.at));
}

function sameDue(actual: string | null | undefined, expected: string | null): boolean {
  if (actual === undefined || actual === null || expected === null) return (actual ?? null) === expected;
  if (!actual.includes('T') || !expected.includes('T')) return actual === expected;
  return Temporal.Instant.from(actual).equals(Temporal.Instant.from(expected));
}

function samePatch(actual: unknown, expected: unknown, zone: Zone): boolean {
  if (!isRecord(actual) || !isRecord(expected)) return false;
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...keys].every((key) => {
    const [a, b] = [actual[key], expected[key]];
    if (key === 'recurrence') return sameRule(a as string | null, b as string | null, null, zone);
    if (/^due(?:_from|_to|_before|_after)?$/.test(key))
      return sameDue(a as string | null, b as string | null) && key in actual === key in expected;
    return typeof a === 'string' && typeof b === 'string' ? fold(a) === fold(b) : same(a, b);
  });
}

/** Rules are compared by what they give from the due, never as strings. */
function sameRule(actual: string | null, expected: string | null, due: string | null, { tz }: Zone): boolean {
  if (actual === null || expected === null || actual === undefined) return (actual ?? null) === (expected ?? null);
  return same(expand(actual, due, tz), expand(expected, due, tz));
}

function expand(rule: string, due: string | null, tz: string): string[] {
  const dtstart = start(due ?? '2026-03-11', tz);
  const until = rule.replace(/UNTIL=(\d{8})(?!T)/, (_, day: string) => `UNTIL=${day}T235959Z`);
  const found = new RRuleTemporal({ rruleString: until, dtstart, maxIterations: 5000, includeDtstart: false } as never);
  return found.all((_: unknown, index: number) => index < 12).map((moment) => moment.toString());
}

function start(due: string, tz: string): Temporal.ZonedDateTime {
  if (!due.includes('T')) return Temporal.PlainDate.from(due).toZonedDateTime({ timeZone: 'UTC' });
  return Temporal.Instant.from(due).toZonedDateTimeISO(tz);
}

function fold(value: unknown): string | null {
  return typeof value === 'string' ? value.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim() : null;
}

function foldAll(value: unknown): string {
  return JSON.stringify(sorted(value)).toLowerCase();
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a ?? null)) === JSON.stringify(sorted(b ?? null));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
