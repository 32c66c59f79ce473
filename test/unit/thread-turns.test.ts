import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ThreadTurns } from '../../src/shared/thread-turns.ts';
import { until } from '../support/until.ts';

/** Turns on a clock that only slices move, and who is under way. */
function openTurns() {
  let nowMs = 1_000;
  const underWay = new Set<string>();
  const turns = new ThreadTurns({ underWay: () => underWay, now: () => nowMs });
  /** The keys of the slices, in their order. */
  const slices: string[] = [];
  return {
    underWay,
    slices,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** Asks for a turn, and uses it for so long. */
    use: async (key: string, ms: number) => {
      await turns.turn(key);
      slices.push(key);
      nowMs += ms;
    },
  };
}

/** So much that a turn of the event loop gives no second such slice. */
const long = 3;

describe('turns on the main thread', () => {
  test('cost no turn of the event loop while slices are short', async () => {
    const { use, slices } = openTurns();
    let isLooped = false;
    void setImmediate().then(() => {
      isLooped = true;
    });
    for (let n = 0; n < 100; n += 1) await use('a', 0.01);
    expect([slices.length, isLooped]).toEqual([100, false]);
  });

  test('let others be heard after each long slice', async () => {
    const { use } = openTurns();
    let [loops, isOver] = [0, false];
    const count = async () => {
      for (; !isOver; loops += 1) await setImmediate();
    };
    void count();
    await Promise.all(Array.from({ length: 20 }, () => use('a', long)));
    isOver = true;
    expect(loops).toBeGreaterThanOrEqual(19);
  });

  test('go first to who used least, whoever came first', async () => {
    const { use, slices } = openTurns();
    await use('flood', 50);
    const flood = Array.from({ length: 10 }, () => use('flood', long));
    await Promise.all([use('other', 1), ...flood]);
    expect(slices.slice(0, 3)).toEqual(['flood', 'other', 'flood']);
  });

  test('are not given to who used more while who used less is under way', async () => {
    const { use, slices, underWay } = openTurns();
    await use('other', 0.1);
    underWay.add('other').add('flood');
    await use('flood', 50);
    const waiting = use('flood', 1);
    for (let n = 0; n < 50; n += 1) await setImmediate();
    expect(slices).toEqual(['other', 'flood']);
    await use('other', 0.1);
    underWay.delete('other');
    await waiting;
    expect(slices).toEqual(['other', 'flood', 'other', 'flood']);
  });

  test('are given to who used more after a pause of some slices', async () => {
    const { use, slices, underWay, pass } = openTurns();
    await use('other', 0.1);
    underWay.add('other');
    await use('flood', 10);
    const waiting = use('flood', 1);
    await use('other', 0.1);
    await setImmediate();
    expect(slices).toEqual(['other', 'flood', 'other']);
    pass(80);
    await waiting;
  });

  test('are not held for who waits long for the database, nor for who used as much', async () => {
    const { use, underWay, pass, slices } = openTurns();
    underWay.add('slow').add('alike');
    await use('slow', 0.1);
    await use('alike', 40);
    await use('flood', 50);
    pass(60);
    await use('flood', 50);
    await until(() => slices.length === 4);
  });
});
