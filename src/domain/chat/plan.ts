import type { Action, Proposal } from './proposal.ts';
import type { Understanding } from './understand.ts';

type CreateAction = Extract<Action, { intent: 'create_task' }>;
type QueryAction = Extract<Action, { intent: 'query_tasks' }>;

/** How a proposal is handled. */
export type Course =
  | { kind: 'CREATE'; actions: CreateAction[] }
  | { kind: 'CONFIRM'; actions: CreateAction[] }
  | { kind: 'QUERY'; action: QueryAction }
  | { kind: 'ASK'; question: string }
  | { kind: 'DROP' }
  /** Understood or not, but not supported. */
  | { kind: 'DECLINE'; reason: string };

/** Below this confidence, a proposal must be confirmed. */
const confident = 0.6;

const help =
  'I can create tasks ("buy milk tomorrow at 5pm, high priority #home") and find them ("what is overdue?", "show my high priority tasks").';

/** Decides how to handle a message: a safe and certain action runs immediately, any other must be confirmed. */
export function courseOf(understanding: Understanding): Course {
  if (understanding.kind === 'DROP') return { kind: 'DROP' };
  const isConfirmed = understanding.kind === 'CONFIRM';
  const proposal = isConfirmed ? (understanding.open.content as Proposal) : understanding.proposal.content;
  const { actions, clarification } = proposal;
  if (clarification) return { kind: 'ASK', question: clarification.question };
  const [first] = actions;
  if (!first || first.intent === 'out_of_scope') return { kind: 'DECLINE', reason: help };
  if (first.intent === 'query_tasks' && actions.length === 1) return { kind: 'QUERY', action: first };
  if (!actions.every(isRunnable)) return { kind: 'DECLINE', reason: decline(actions) };
  const waits = !isConfirmed && (proposal.requiresConfirmation || proposal.confidence < confident);
  return { kind: waits ? 'CONFIRM' : 'CREATE', actions };
}

function isRunnable(action: Action): action is CreateAction {
  return action.intent === 'create_task' && action.title !== null && action.reminders.length === 0;
}

function decline(actions: readonly Action[]): string {
  const intents = [...new Set(actions.map(({ intent }) => intent.replace('_', ' ')))].join(', ');
  return `I understood "${intents}", but I cannot do that from a message yet, so nothing was changed. ${help}`;
}
