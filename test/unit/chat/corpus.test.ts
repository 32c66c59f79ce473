import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../../src/domain/chat/rules/interpret.ts';
import { type CorpusCase, differences, readingsOf } from './corpus-comparison.ts';

const file = new URL('../../corpora/language.jsonl', import.meta.url);
const cases = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as CorpusCase);

/** Firm lines the rules do not meet, each with its reason. A line that passes again has to leave this list. */
const knownShortfalls: Record<string, string> = {};

describe('the language corpus', () => {
  it('is complete', () => {
    expect(cases.length).toBeGreaterThan(200);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });

  it.each(cases.map((line) => [line.id, line.utterance, line] as const))('%s: %s', (id, utterance, line) => {
    const proposal = interpret(utterance, { now: new Date(line.now), timeZone: line.tz });
    const failures = readingsOf(line).map((reading) => differences(proposal, reading, line));
    const isMet = failures.some((keys) => keys.length === 0);
    if (id in knownShortfalls) return expect(isMet, `${id} passes: take it off the list`).toBe(false);
    expect(isMet, `differs in ${failures[0]?.join(', ')}: ${JSON.stringify(proposal.actions)}`).toBe(true);
  });
});

describe('the comparison', () => {
  const line: CorpusCase = {
    id: 'x',
    utterance: '',
    now: '2026-03-11T10:00:00-04:00',
    tz: 'America/New_York',
    debatable: false,
    expect: { intent: 'create_task' },
  };
  const proposal = interpret('buy milk tomorrow p1 #home', { now: new Date(line.now), timeZone: line.tz });

  it.each([
    ['intent', { intent: 'delete_task' }],
    ['title', { intent: 'create_task', title: 'buy' }],
    ['due', { intent: 'create_task', due: '2026-03-13' }],
    ['due', { intent: 'create_task', due: '2026-03-12T09:00:00-04:00' }],
    ['priority', { intent: 'create_task', priority: 2 }],
    ['tags', { intent: 'create_task', tags: [] }],
    ['recurrence', { intent: 'create_task', recurrence: 'FREQ=DAILY' }],
    ['reminder_offset', { intent: 'create_task', reminder_offset: 'PT0S' }],
    ['must_not', { intent: 'create_task', must_not: ['create_task'] }],
    ['needs_clarification', { intent: 'create_task', needs_clarification: true }],
    ['requires_confirmation', { intent: 'create_task', requires_confirmation: true }],
    ['tasks', { intent: 'create_task', tasks: [{ intent: 'create_task', title: 'buy' }] }],
  ])('sees a difference in %s', (key, expected) => {
    expect(differences(proposal, expected, line)).toEqual([key]);
  });
});
