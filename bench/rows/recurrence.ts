import { instantMoment, type Moment, occurrencesAfter, parseRule } from '../../src/domain/rrule/index.ts';
import type { Row } from '../row.ts';

const count = 1_000;

export const recurrence: Row = {
  name: 'recurrence',
  measures: 'the 1,000 next occurrences of a 16-year-old daily rule, the first time they are asked for',
  goal: { below: 1_000 },
  async run() {
    const series = { rule: parseRule('FREQ=DAILY'), start: '2010-01-01T09:00', timeZone: 'Europe/Berlin' };
    const today = instantMoment(new Date('2026-01-01T12:00:00Z'));
    const together = timeOf(() => occurrencesAfter({ ...series, after: today, limit: count }).at(-1));
    const oneByOne = timeOf(() => {
      let last: Moment | undefined = today;
      for (let n = 0; n < count && last; n += 1) [last] = occurrencesAfter({ ...series, after: last, limit: 1 });
      return last;
    });
    if (JSON.stringify(oneByOne.last) !== JSON.stringify(together.last)) throw new Error('The dates differ.');
    return {
      kind: 'value',
      value: together.ms,
      unit: 'ms',
      detail: `each by itself ${Math.round(oneByOne.ms)} ms in all`,
    };
  },
};

function timeOf(work: () => Moment | undefined): { last: Moment | undefined; ms: number } {
  const startedAt = performance.now();
  const last = work();
  return { last, ms: performance.now() - startedAt };
}
