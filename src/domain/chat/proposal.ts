/**
 * What a sentence means, before anything is done about it. Both engines (rules and model) answer with these types;
 * everything is plain JSON, so that a proposal can be stored, hashed and shown as it is.
 */

export type Priority = 'LOW' | 'MEDIUM' | 'HIGH' | 'URGENT';

/** An all-day date (`YYYY-MM-DD`), or an instant (ISO 8601, UTC) with the zone it was meant in. */
export type Due = { date: string } | { at: string; timeZone: string };

/** An ISO 8601 duration relative to the due (zero or negative, `-PT15M`), or a moment of its own. */
export type ReminderTime = { offset: string } | { at: string; timeZone: string };

/** An RRULE (RFC 5545, without DTSTART: the task's due is its first occurrence). */
export type Recurrence = { rule: string; basis: 'SCHEDULE' | 'COMPLETION' };

/** A task to be created. A null was not said; only `title` must be known before the task can exist. */
export type TaskDraft = {
  title: string | null;
  notes: string | null;
  due: Due | null;
  durationMinutes: number | null;
  priority: Priority | null;
  tags: string[];
  reminders: ReminderTime[];
};

/** Bounds are inclusive but for `before` and `after`. */
export type DueRange = { from?: Due; to?: Due; before?: Due; after?: Due };

export type TaskFilter = {
  status: 'ACTIVE' | 'COMPLETED' | 'ANY';
  priorities?: Priority[];
  tags?: string[];
  due?: DueRange;
  /** When the task was completed; only with status COMPLETED. */
  completed?: DueRange;
  hasDue?: boolean;
  overdue?: true;
  text?: string;
  assignee?: string;
};

/** Which existing tasks are meant: by words of the title, by conversation, or by filter (one of them, or all). */
export type Target = { text: string } | { ref: 'LAST_MENTIONED' } | { filter: TaskFilter; all: boolean };

export type TaskPatch = {
  title?: string;
  due?: Due | null;
  /** Which half of `due` was said; the other half stays as the task has it. */
  dueSaid?: 'DATE' | 'TIME' | 'BOTH';
  /** ISO 8601 duration to move the due by. */
  dueShift?: string;
  priority?: Priority | null;
  addTags?: string[];
  removeTags?: string[];
  recurrence?: Recurrence | null;
  reminders?: ReminderTime[];
  status?: 'ACTIVE';
  assignee?: string;
};

/** Why nothing will be done. */
export type OutOfScopeReason =
  | 'EMPTY'
  | 'TOO_LONG'
  | 'GREETING'
  | 'HELP'
  /** "never mind": drops a pending question, if there is one. */
  | 'NEVER_MIND'
  /** "don't delete it": the speaker asked for nothing. */
  | 'NEGATED'
  /** Asks to break the rules, or for what belongs to others. */
  | 'REFUSED'
  /** A command in a language in which the rules do not take commands. */
  | 'OTHER_LANGUAGE'
  | 'UNKNOWN';

export type Action =
  | ({ intent: 'create_task' } & TaskDraft)
  | ({ intent: 'create_recurring'; recurrence: Recurrence | null } & TaskDraft)
  /** With a target: reminders for a task that exists. Without: a new task that reminds. */
  | ({ intent: 'set_reminder'; target: Target | null } & TaskDraft)
  | { intent: 'cancel_reminder'; target: Target | null }
  | { intent: 'update_task'; target: Target | null; patch: TaskPatch }
  | { intent: 'complete_task'; target: Target | null }
  | { intent: 'delete_task'; target: Target | null }
  | { intent: 'query_tasks'; filter: TaskFilter; limit: number | null; orderBy: 'DUE' | 'PRIORITY' | 'CREATED' | null }
  | { intent: 'undo' }
  | { intent: 'run_execution'; template: string | null; assets: string[] }
  | { intent: 'execution_status'; execution: string | null }
  | { intent: 'cancel_execution'; execution: string | null }
  | { intent: 'out_of_scope'; reason: OutOfScopeReason };

export type Intent = Action['intent'];

/** Where a field came from: `[start, end)` of the text in UTF-16 units, and the rule that read it. */
export type Explanation = { field: string; span: [number, number]; rule: string };

/** What has to be asked before the proposal can run. `choices` are texts to offer, possibly none. */
export type Clarification = { missing: ClarificationSlot; question: string; choices: string[] };
export type ClarificationSlot = 'title' | 'due' | 'target' | 'patch' | 'recurrence' | 'execution' | 'command';

export type Proposal = {
  actions: Action[];
  /** 0 … 1: how likely this is what the speaker meant. */
  confidence: number;
  engine: 'RULES' | 'MODEL';
  explanation: Explanation[];
  /** Other defensible readings, best first. */
  alternatives: { actions: Action[]; reason: string }[];
  /** Words of the text that were not understood: shown to the user, never silently dropped. */
  unresolved: string[];
  requiresConfirmation: boolean;
  clarification: Clarification | null;
};
