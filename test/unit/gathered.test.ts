import { expect, test } from 'vitest';
import { gathered } from '../../src/shared/gathered.ts';

const app = {};

test('what is asked for in one turn of the event loop is done by one run, and each caller gets its own result', async () => {
  const runs: number[][] = [];
  const double = gathered(async (_: object, items: readonly number[]) => {
    runs.push([...items]);
    return items.map((item) => item * 2);
  });
  expect(await Promise.all([1, 2, 3].map((item) => double(app, item)))).toEqual([2, 4, 6]);
  expect(runs).toEqual([[1, 2, 3]]);
});

test('what is asked for while a run is under way is done by the next one, at most a hundred at once', async () => {
  const runs: number[] = [];
  let open = () => {};
  const isOpen = new Promise<void>((resolve) => {
    open = resolve;
  });
  const count = gathered(async (_: object, items: readonly number[]) => {
    runs.push(items.length);
    await isOpen;
    return items;
  });
  const first = count(app, 0);
  while (runs.length === 0) await new Promise(setImmediate);
  const rest = Array.from({ length: 150 }, (_, n) => count(app, n));
  open();
  await Promise.all([first, ...rest]);
  expect(runs).toEqual([1, 100, 50]);
});

test('each scope has runs of its own', async () => {
  const runs: object[] = [];
  const run = gathered(async (scope: object, items: readonly number[]) => {
    runs.push(scope);
    return items;
  });
  const other = {};
  await Promise.all([run(app, 1), run(other, 2), run(app, 3)]);
  expect(runs).toEqual([app, other]);
});

test('a run that fails is repeated for each alone: only the one at fault fails', async () => {
  const run = gathered(async (_: object, items: readonly number[]) => {
    if (items.includes(2)) throw new Error('two');
    return items;
  });
  const ends = await Promise.allSettled([1, 2, 3].map((item) => run(app, item)));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await run(app, 4)).toBe(4);
});
