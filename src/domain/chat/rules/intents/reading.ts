import type {
  Action,
  Clarification,
  ClarificationSlot,
  Due,
  OutOfScopeReason,
  Proposal,
  TaskDraft,
} from '../../proposal.ts';
import type { Entities } from '../fields/entities.ts';
import type { Sentence } from '../text/sentence.ts';
import type { Calendar } from '../when/calendar.ts';

/** The interpretation of one clause, before it becomes (part of) a proposal. */
export type Reading = {
  actions: Action[];
  confidence: number;
  unresolved: string[];
  clarification: Clarification | null;
  alternatives: Proposal['alternatives'];
  explanation: Proposal['explanation'];
  /** Whether it always requires confirmation. */
  confirm?: boolean;
};

/** The input of a reader. `politely`: the command was phrased as a question ("can you …?"). */
export type Clause = { sentence: Sentence; cal: Calendar; politely: boolean };
/** Reads one kind of intent; null if the clause is something else. */
export type Reader = (clause: Clause) => Reading | null;

export function reading(action: Action, confidence: number, parts: Partial<Reading> = {}): Reading {
  return {
    actions: [action],
    confidence,
    unresolved: [],
    clarification: null,
    alternatives: [],
    explanation: [],
    ...parts,
  };
}

export function outOfScope(reason: OutOfScopeReason, confidence: number, parts: Partial<Reading> = {}): Reading {
  return reading({ intent: 'out_of_scope', reason }, confidence, parts);
}

const questions: Record<ClarificationSlot, string> = {
  title: 'What should the task be called?',
  due: 'When should it be?',
  target: 'Which task do you mean?',
  patch: 'What should change?',
  recurrence: 'On which days?',
  execution: 'Which execution do you mean?',
  command: 'What would you like to do?',
};

export function ask(missing: ClarificationSlot, choices: string[] = []): Clarification {
  return { missing, question: questions[missing], choices };
}

export function draftOf(entities: Entities, title: string | null): TaskDraft {
  const { notes, due, priority, tags, reminders, said } = entities;
  return { title, notes, due, durationMinutes: said?.durationMinutes ?? null, priority, tags, reminders };
}

/** Alternatives of an action with each of the other possible due dates. */
export function withOtherDues(action: Action & { due: Due | null }, dues: Due[]): Reading['alternatives'] {
  return dues.map((due) => ({ actions: [{ ...action, due }], reason: 'another reading of the date' }));
}
