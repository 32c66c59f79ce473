import { expect, test } from 'vitest';
import { Momentary } from '../../src/shared/momentary.ts';

test('what is made for an object is given to all within the moment, and made anew afterwards', () => {
  let now = 0;
  let made = 0;
  const momentary = new Momentary<object, number>({ ms: 1_000, now: () => now });
  const make = () => {
    made += 1;
    return made;
  };
  const key = {};
  expect([momentary.of(key, make), momentary.of(key, make), momentary.of({}, make)]).toEqual([1, 1, 2]);
  now = 999;
  expect(momentary.of(key, make)).toBe(1);
  now = 1_000;
  expect([momentary.of(key, make), momentary.of(key, make)]).toEqual([3, 3]);
});
