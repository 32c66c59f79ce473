import type { Action, Proposal } from '../proposal.ts';
import { takeEntities } from './fields/entities.ts';
import { createReading, readExplicitCreate, readImplicitCreate } from './intents/create.ts';
import { readExecution } from './intents/executions.ts';
import { readComplete, readDelete } from './intents/existing.ts';
import { readQuery, readQuestion } from './intents/query.ts';
import { type Clause, outOfScope, type Reader, type Reading } from './intents/reading.ts';
import { readCancelReminder, readReminder } from './intents/remind.ts';
import { readNegation, readNeverMind, readRefusal, readSmallTalk, readUndo, readUnfit } from './intents/scope.ts';
import { readUpdate } from './intents/update.ts';
import { splitClauses } from './text/clauses.ts';
import { canonise } from './text/lexicon.ts';
import { takePoliteness } from './text/politeness.ts';
import { newSentence, type Sentence, unclaimed } from './text/sentence.ts';
import type { Token } from './text/token.ts';
import { tokenise } from './text/tokens.ts';
import { calendarAt } from './when/calendar.ts';

/** The time of the message and the time zone of the user. */
export type Context = { now: Date; timeZone: string };

/** Longer texts are not interpreted. */
export const MAX_LENGTH = 4000;
/** Nor texts of more words and signs: it is these that take time. Ordinary prose of the maximum length has half as many. */
const MAX_TOKENS = 1500;
/** Below this confidence, the proposal must be confirmed. */
const SURE = 0.5;

/**
 * The first reader that understands a clause decides. Explicit titles come first, so that no word in them is a command;
 * then everything that makes a clause harmless (refusals, negations, questions); then changes of tasks.
 */
const readers: Reader[] = [
  readExplicitCreate,
  readRefusal,
  readSmallTalk,
  readNeverMind,
  readUndo,
  readNegation,
  readExecution,
  readQuestion,
  readCancelReminder,
  readReminder,
  readUpdate,
  readComplete,
  readDelete,
  readUnfit,
  readQuery,
  readImplicitCreate,
];

/**
 * Interprets a text by rules. Pure: equal arguments give equal proposals. Never throws for any text. The time grows
 * with the length of the text and is limited by {@link MAX_LENGTH}. @throws RangeError if `timeZone` is not an IANA
 * time zone.
 */
export function interpret(text: string, { now, timeZone }: Context): Proposal {
  const cal = calendarAt(now, timeZone);
  if (text.length > MAX_LENGTH) return proposalOf([outOfScope('TOO_LONG', 1)]);
  const tokens = canonise(tokenise(text));
  if (tokens.length > MAX_TOKENS) return proposalOf([outOfScope('TOO_LONG', 1)]);
  if (tokens.length === 0) return proposalOf([outOfScope('EMPTY', 1)]);
  const { shared, ranges } = splitClauses(tokens, text);
  const sentences = ranges.map(([first, last]) => newSentence(text, tokens.slice(first, last + 1)));
  if (shared === 'create')
    return proposalOf(sentences.map((sentence) => createReading(sentence, takeEntities(sentence, cal), 0.9)));
  const spoken = sentences.filter(({ tokens: parts }) => parts.some(({ kind }) => kind !== 'punctuation'));
  const readings = (spoken.length > 0 ? spoken : sentences).map((sentence) => readClause(sentence, cal));
  return proposalOf(meant(readings, tokens) ? readings : [readClause(newSentence(text, tokens), cal)]);
}

function readClause(sentence: Sentence, cal: Clause['cal']): Reading {
  const politely = takePoliteness(sentence);
  const rest = politely.sentence;
  for (const reader of readers) {
    const result = reader({ sentence: unclaimed(rest), cal, politely: politely.asked });
    if (result) return politely.asked ? asked(result) : result;
  }
  return outOfScope('UNKNOWN', 0.5);
}

/** A question never completes or deletes: polite requests are executed after confirmation. */
function asked(reading: Reading): Reading {
  const confirm = reading.actions.some(({ intent }) => intent === 'complete_task' || intent === 'delete_task');
  return { ...reading, confidence: Math.min(reading.confidence, 0.85), confirm };
}

/** A split is used if every part has a meaning and none revokes the rest. */
function meant(readings: Reading[], tokens: readonly Token[]): boolean {
  if (readings.length < 2 || tokens.length === 0) return readings.length === 1;
  return readings.every(({ actions }) => actions.every((action) => action.intent !== 'out_of_scope'));
}

function proposalOf(readings: Reading[]): Proposal {
  const actions = readings.flatMap((reading) => reading.actions);
  const confidence = Math.round(Math.min(...readings.map((reading) => reading.confidence)) * 100) / 100;
  return {
    actions,
    confidence,
    engine: 'RULES',
    explanation: readings.flatMap((reading) => reading.explanation),
    alternatives: readings.length === 1 ? (readings[0]?.alternatives ?? []) : [],
    unresolved: readings.flatMap((reading) => reading.unresolved),
    requiresConfirmation:
      confidence < SURE || readings.some(({ confirm }) => confirm) || actions.some(needsConfirmation),
    clarification: readings.find((reading) => reading.clarification)?.clarification ?? null,
  };
}

/** Deletions, executions, and everything that affects more than one existing task. */
function needsConfirmation(action: Action): boolean {
  if (action.intent === 'delete_task' || action.intent === 'run_execution' || action.intent === 'cancel_execution')
    return true;
  return 'target' in action && action.target !== null && 'all' in action.target && action.target.all;
}
