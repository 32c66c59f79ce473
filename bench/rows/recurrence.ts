import { instantMoment, type Moment, occurrencesAfter, parseRule } from '../../src/domain/recurrence/index.ts';
import type { Row } from '../row.ts';

const count = 1_000;

export const recurrence: Row = {
  name: 'recurrence',
  measures: '1,000 next occurrences of a 16-year-old daily rule, each asked for by itself',
  goal: { below: 1_000 },
  async run() {
    const series = { rule: parseRule('FREQ=DAILY'), start: '2010-01-01T09:00', timeZone: 'Europe/Berlin' };
    const today = instantMoment(new Date('2026-01-01T12:00:00Z'));
    // The first time, with code that nobody has compiled yet, is the one that counts.
    const oneByOne = timeOf(() => {
      let last: Moment | undefined = today;
      for (let n = 0; n < count && last; n += 1) [last] = occurrencesAfter({ ...series, after: last, limit: 1 });
      return last;
    });
    const together = timeOf(() => occurrencesAfter({ ...series, after: today, limit: count }).at(-1));
    if (JSON.stringify(oneByOne.last) !== JSON.stringify(together.last)) throw new Error('The dates differ.');
    return { kind: 'value', value: oneByOne.ms, unit: 'ms', detail: `asked for together ${together.ms.toFixed(1)} ms` };
  },
};

function timeOf(work: () => Moment | undefined): { last: Moment | undefined; ms: number } {
  const startedAt = performance.now();
  const last = work();
  return { last, ms: performance.now() - startedAt };
}
