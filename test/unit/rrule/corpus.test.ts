import { describe, expect, test } from 'vitest';
import { formatRule, type Moment, occurrencesAfter, parseRule } from '../../../src/domain/rrule/index.ts';
import { type CorpusCase, readCorpus } from './corpus.ts';

const all = readCorpus();
const isTooFine = ({ rule }: CorpusCase) => /FREQ=(MINUTELY|SECONDLY)/.test(rule);
const refused = all.filter((item) => item.expect_error || isTooFine(item));
const valid = all.filter((item) => !refused.includes(item));

describe('the corpus', () => {
  test('has both kinds of lines', () => {
    expect(valid.length).toBeGreaterThan(50);
    expect(refused.length).toBeGreaterThan(4);
  });

  test.each(valid)('$id: $rule', (item) => {
    const { dtstart, tz, after, limit } = item;
    const rule = parseRule(item.rule);
    const occurrences = occurrencesAfter({ rule, start: dtstart, timeZone: tz, after: readMoment(after, tz), limit });
    expect(occurrences.map(comparable)).toEqual((item.expect_shift_forward ?? item.expect).map(toComparable));
  });

  test.each(valid)('$id keeps its meaning when written and read again', (item) => {
    const rule = parseRule(item.rule);
    expect(parseRule(formatRule(rule))).toEqual(rule);
  });

  test.each(refused)('$id is refused: $rule', ({ rule }) => {
    expect(() => parseRule(rule)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});

function readMoment(text: string | null, timeZone: string | null): Moment | null {
  if (text === null) return null;
  return timeZone === null ? { kind: 'DATE', date: text } : { kind: 'INSTANT', instant: new Date(text) };
}

const comparable = (moment: Moment) => (moment.kind === 'DATE' ? moment.date : moment.instant.toISOString());
const toComparable = (text: string) => (text.includes('T') ? new Date(text).toISOString() : text);
