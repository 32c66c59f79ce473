import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from '../../src/server/json-bounds.ts';

/** The number of values of a JSON text, as the bounds count them: an empty list counts twice. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  const parts = Object.values(value);
  return (
    1 +
    Math.max(
      1,
      parts.map(countOf).reduce((sum, count) => sum + count, 0),
    )
  );
}

test('the values of any JSON are counted', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const count = countOf(JSON.parse(text));
      expect(jsonFault(text, count)).toBeNull();
      if (count > 1) expect(jsonFault(text, count - 1)?.message).toContain(`at most ${count - 1} values`);
    }),
  );
});

test.each(['"[[[,,,{{{"', '"\\""', '"\\\\"', '{"a\\\\\\"[":"]\\\\"}'])('strings are skipped: %s', (text) => {
  const { length } = Object.keys(Object(JSON.parse(text)));
  expect(length).toBeGreaterThan(0);
  expect(jsonFault(text, 3)).toBeNull();
});

test.each(['[', '{"a":'])('levels are limited: %s', (open) => {
  expect(jsonFault(open.repeat(110), 1_000)).toBeNull();
  expect(jsonFault(open.repeat(111), 1_000)?.message).toContain('at most 110 levels');
});

test('a string without an end is no reason to fail', () => {
  expect(jsonFault('{"query', 10)).toBeNull();
  expect(jsonFault('"\\', 10)).toBeNull();
});
