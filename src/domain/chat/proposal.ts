/**
 * The interpretation of a message before anything is executed. Both engines (rules and model) return these types.
 * Everything is plain JSON, so that a proposal can be stored, hashed and shown.
 */

export type Priority = 'LOW' | 'MEDIUM' | 'HIGH' | 'URGENT';

/** A whole day (`YYYY-MM-DD`), or an instant (ISO 8601, UTC) with its time zone. */
export type Due = { date: string } | { at: string; timeZone: string };

/** An ISO 8601 duration relative to the due date (zero or negative, `-PT15M`), or a fixed time. */
export type ReminderTime = { offset: string } | { at: string; timeZone: string };

/** An RRULE (RFC 5545, without DTSTART: the due date of the task is its first occurrence). */
export type Recurrence = { rule: string; basis: 'SCHEDULE' | 'COMPLETION' };

/** A task to create. Null means not given; only `title` is required before the task can be created. */
export type TaskDraft = {
  title: string | null;
  notes: string | null;
  due: Due | null;
  durationMinutes: number | null;
  priority: Priority | null;
  tags: string[];
  reminders: ReminderTime[];
};

/** Bounds are inclusive, except `before` and `after`. */
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

/** Selects existing tasks: by words of the title, by conversation, or by filter (one of them, or all). */
export type Target = { text: string } | { ref: 'LAST_MENTIONED' } | { filter: TaskFilter; all: boolean };

export type TaskPatch = {
  title?: string;
  due?: Due | null;
  /** Which part of `due` was given; the other part of the task's due date is kept. */
  dueSaid?: 'DATE' | 'TIME' | 'BOTH';
  /** ISO 8601 duration to move the due date by. */
  dueShift?: string;
  priority?: Priority | null;
  addTags?: string[];
  removeTags?: string[];
  recurrence?: Recurrence | null;
  reminders?: ReminderTime[];
  status?: 'ACTIVE';
  assignee?: string;
};

/** Why nothing is executed. */
export type OutOfScopeReason =
  | 'EMPTY'
  | 'TOO_LONG'
  | 'GREETING'
  | 'HELP'
  /** "never mind": discards a pending question, if there is one. */
  | 'NEVER_MIND'
  /** "don't delete it": the user asked for nothing. */
  | 'NEGATED'
  /** A request to break the rules, or for data of others. */
  | 'REFUSED'
  /** A command in a language in which commands are not supported. */
  | 'OTHER_LANGUAGE'
  | 'UNKNOWN';

export type Action =
  | ({ intent: 'create_task' } & TaskDraft)
  | ({ intent: 'create_recurring'; recurrence: Recurrence | null } & TaskDraft)
  /** With a target: reminders for an existing task. Without: a new task with reminders. */
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

/** The source of a field: `[start, end)` in the text in UTF-16 units, and the rule that read it. */
export type Explanation = { field: string; span: [number, number]; rule: string };

/** The question to answer before the proposal can run. `choices` are suggested answers, possibly none. */
export type Clarification = { missing: ClarificationSlot; question: string; choices: string[] };
export type ClarificationSlot = 'title' | 'due' | 'target' | 'patch' | 'recurrence' | 'execution' | 'command';

export type Proposal = {
  actions: Action[];
  /** 0 … 1: the probability that this is what the user meant. */
  confidence: number;
  engine: 'RULES' | 'MODEL';
  explanation: Explanation[];
  /** Other possible interpretations, the best first. */
  alternatives: { actions: Action[]; reason: string }[];
  /** Words that were not understood. They are shown to the user and never dropped silently. */
  unresolved: string[];
  requiresConfirmation: boolean;
  clarification: Clarification | null;
};
