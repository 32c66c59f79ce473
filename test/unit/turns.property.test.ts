import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import { type Turn, type TurnLimits, Turns } from '../../src/shared/turns.ts';

const keys = ['a', 'b', 'c', 'd'];

/** What happens in a random run: somebody comes, the one who came n-th leaves, or the n-th slot in use becomes free. */
type Step = { kind: 'TAKE'; key: string } | { kind: 'ABORT'; nth: number } | { kind: 'FREE'; nth: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('TAKE' as const), key: fc.constantFrom(...keys) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ABORT' as const), nth: fc.nat(50) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('FREE' as const), nth: fc.nat(50) }) },
);
const limits = fc.record({ slots: fc.integer({ min: 1, max: 6 }), perKey: fc.integer({ min: 1, max: 6 }) });

/** Somebody who waits: how often each other key got a slot since its own key has waited without getting one. */
type Asker = { key: string; leave: AbortController };

/** Runs the steps and checks, after each, what is promised. */
async function play({ slots, perKey }: TurnLimits, steps: readonly Step[]) {
  const turns = new Turns({ slots, perKey });
  let waiting: Asker[] = [];
  const using: { key: string; turn: Turn }[] = [];
  /** For each key that waits: the keys that were given a slot since it has waited for its next one. */
  const overtakers = new Map<string, string[]>();
  const granted: Asker[] = [];

  const ask = (key: string) => {
    const asker = { key, leave: new AbortController() };
    waiting.push(asker);
    const isFirst = waiting.filter((other) => other.key === key).length === 1;
    if (isFirst) overtakers.set(key, []);
    turns.take(key, asker.leave.signal).then(
      (turn) => {
        granted.push(asker);
        using.push({ key, turn });
      },
      () => {},
    );
  };
  const settle = async () => {
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
    for (const asker of granted.splice(0)) {
      expect(waiting.find(({ key }) => key === asker.key)).toBe(asker);
      waiting = waiting.filter((other) => other !== asker);
      for (const [key, others] of overtakers) if (key !== asker.key) others.push(asker.key);
      if (waiting.some(({ key }) => key === asker.key)) overtakers.set(asker.key, []);
      else overtakers.delete(asker.key);
    }
    const usedBy = (key: string) => using.filter((one) => one.key === key).length;
    expect(turns.running).toBe(using.length);
    expect(turns.waiting).toBe(waiting.length);
    expect(using.length).toBeLessThanOrEqual(slots);
    for (const key of keys) expect(usedBy(key)).toBeLessThanOrEqual(perKey);
    // Work conserving: whoever waits could not run.
    for (const { key } of waiting) expect(using.length === slots || usedBy(key) === perKey).toBe(true);
    // Nobody waits behind more than one turn of each other key, except while its own share is in use.
    for (const [key, others] of overtakers) {
      if (usedBy(key) === perKey) overtakers.set(key, []);
      else expect(new Set(others).size).toBe(others.length);
    }
  };

  for (const one of steps) {
    if (one.kind === 'TAKE') ask(one.key);
    if (one.kind === 'ABORT' && waiting.length > 0) {
      const [asker] = waiting.splice(one.nth % waiting.length, 1);
      asker?.leave.abort(new Error('left'));
      if (asker && !waiting.some(({ key }) => key === asker.key)) overtakers.delete(asker.key);
    }
    if (one.kind === 'FREE' && using.length > 0) {
      const [freed] = using.splice(one.nth % using.length, 1);
      freed?.turn[Symbol.dispose]();
      freed?.turn[Symbol.dispose]();
    }
    await settle();
  }
  // Nothing leaks and nobody starves: when all give back what they use, everybody has had a turn.
  while (using.length > 0) {
    using.shift()?.turn[Symbol.dispose]();
    await settle();
  }
  expect([waiting.length, turns.waiting, turns.running]).toEqual([0, 0, 0]);
}

describe('slots that keys take in turns', () => {
  test('keep their promises in random runs', async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 60 }), (given, steps) => play(given, steps)),
      { numRuns: 500 },
    );
  });

  test('leave some for others while one key floods', async () => {
    const turns = new Turns({ slots: 4, perKey: 3 });
    const flood = Array.from({ length: 100 }, () => turns.take('flood'));
    await Promise.all(flood.slice(0, 3));
    expect(turns.running).toBe(3);
    using _ = await turns.take('other');
    expect([turns.running, turns.waiting]).toEqual([4, 97]);
  });

  test('refuse more waiters of a key than they may have, and nobody else', async () => {
    const turns = new Turns({ slots: 1, perKey: 1, maxWaiting: 2 });
    const held = await turns.take('a');
    const waiting = [turns.take('a'), turns.take('a')];
    await expect(turns.take('a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const other = turns.take('b');
    held[Symbol.dispose]();
    for (const turn of [waiting[0], other, waiting[1]]) (await turn)?.[Symbol.dispose]();
    expect([turns.running, turns.waiting]).toEqual([0, 0]);
  });

  test('end a wait that takes too long, with a true reason, and one that is aborted', async () => {
    const turns = new Turns({ slots: 1, perKey: 1, maxWaitMs: 1 });
    using _ = await turns.take('a');
    const late = await turns.take('b').catch((error: unknown) => error);
    expect(late).toBeInstanceOf(AppError);
    expect((late as AppError).message).toMatch(/^The server is busy: no turn came within/);
    const left = new AbortController();
    const taken = turns.take('b', left.signal);
    left.abort(new Error('left'));
    await expect(taken).rejects.toThrow('left');
    await expect(turns.take('b', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect([turns.running, turns.waiting]).toEqual([1, 0]);
  });
});
