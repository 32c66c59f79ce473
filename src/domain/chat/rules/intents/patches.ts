import type { Action, Priority, Target, TaskPatch } from '../../proposal.ts';
import { takePriority } from '../fields/priority.ts';
import { readTarget } from '../fields/targets.ts';
import { dictionary } from '../text/dictionary.ts';
import { closing, type Found, groupOf, opening, type Sentence, take } from '../text/sentence.ts';
import { titleOf } from '../text/title.ts';
import type { Calendar } from '../when/calendar.ts';
import { DATE } from '../when/dates.ts';
import { ask, type Reading, reading } from './reading.ts';

const fromDate = closing(`from ${DATE}`);

const particle = closing('(?:back|forward|up|out|off|over)');

const levels = dictionary(
  'HIGH: high important 2, LOW: low 4, MEDIUM: medium normal 3, URGENT: urgent highest critical 1',
) as Record<string, Priority>;

export function levelOf(value: Sentence, field: string): Priority | null {
  const { priority } = takePriority(value);
  if (priority || (field !== 'priority' && field !== '' && field !== 'other')) return priority;
  const word = value.line.trim().split(' ')[0] ?? '';
  if (/^\d/.test(word) && field !== 'priority') return null;
  if (!Object.hasOwn(levels, word) || (field !== 'priority' && value.tokens.length > 2)) return null;
  take(value, opening(word), 'priority', 'priority.value');
  return levels[word] ?? null;
}

export function patched(
  sentence: Sentence,
  found: Found,
  cal: Calendar,
  patch: TaskPatch,
  clarification: Reading['clarification'] = null,
): Reading {
  const part = groupOf(sentence, found, 'target') ?? groupOf(sentence, found, 'target2');
  return readingFor(part && targetOf(part, cal), patch, part ?? sentence, clarification);
}

export function targetOf(part: Sentence, cal: Calendar): Target | null {
  take(part, fromDate, 'target', 'target.from');
  take(part, particle, 'target', 'target.particle');
  return readTarget(part, cal, 'ACTIVE');
}

export function readingFor(
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

export function valueText(sentence: Sentence, found: Found): string | null {
  const value = groupOf(sentence, found, 'value');
  return value && titleOf(value);
}

export function priorityOf(sentence: Sentence, found: Found): Priority | null {
  const value = groupOf(sentence, found, 'value');
  return value && levelOf(value, 'priority');
}
