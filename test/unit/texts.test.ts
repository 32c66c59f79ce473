import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createTaskSchema } from '../../src/domain/tasks/input.ts';
import { isLongerThan, textOf } from '../../src/shared/maximum.ts';
import { parsedBy, upTo, visibleText } from '../../src/shared/validate.ts';

describe('the length of a text', () => {
  test.each([
    ['a', 1],
    ['ä', 1],
    ['👍', 1],
    ['👩‍🚀', 3],
    ['x👍y👍z', 5],
  ])('%s has %i characters', (text, length) => {
    expect(isLongerThan(text, length)).toBe(false);
    expect(isLongerThan(text, length - 1)).toBe(true);
    expect([...text]).toHaveLength(length);
  });

  test('of a title is at most 500, in code points', () => {
    const titled = (title: string) => 'data' in parsedBy(createTaskSchema, { title });
    expect(titled('👍'.repeat(500))).toBe(true);
    expect(titled('👍'.repeat(501))).toBe(false);
  });
});

test.each([
  ['nothing', ''],
  ['spaces', ' \t\n '],
  ['zero-width spaces', '\u200b\u200b'],
  ['a byte order mark', '\ufeff'],
  ['a joiner', '\u200d'],
  ['marks of direction', '\u200e\u202e\u2069'],
  ['a soft hyphen', '\u00ad'],
  ['the Hangul filler', '\u3164'],
  ['an empty pattern of Braille', '\u2800'],
  ['a selector of variation', '\ufe0f'],
  ['a tag', '\u{e0041}'],
])('a title of %s is refused, with a reason', (_, title) => {
  expect(parsedBy(createTaskSchema, { title })).toEqual({
    faults: [{ path: ['title'], message: 'The title must have at least one visible character.' }],
  });
});

test.each(['a', '7', '.', '👍', '👩‍🚀', '任', '\u0627\u200c\u0628', '❤️', '|'])('a title of %s is accepted', (title) => {
  expect(parsedBy(createTaskSchema, { title })).toMatchObject({ data: { title } });
});

describe('a fault without words of its own is said in ours', () => {
  test.each<[z.ZodType, unknown, string]>([
    [z.string(), 1, 'This must be a text.'],
    [z.string(), undefined, 'This is required.'],
    [z.int(), 1.5, 'This must be a whole number.'],
    [z.int(), 'x', 'This must be a number.'],
    [z.array(z.string()), 'x', 'This must be a list.'],
    [z.object({}), [], 'This must be an object.'],
    [z.record(z.string(), z.string()), 7, 'This must be an object.'],
    [z.boolean(), 'x', 'This must be true or false.'],
    [z.email(), 'x', 'This is not an e-mail address.'],
    [z.uuid(), 'x', 'This is not an id.'],
    [z.enum(['A', 'B']), 'C', 'This must be one of A, B.'],
    [z.number().max(3), 4, 'This must be at most 3.'],
    [z.number().positive(), 0, 'This must be more than 0.'],
    [z.array(z.string()).min(1), [], 'This must have at least 1 entries.'],
    [z.string().regex(/^a$/), 'b', 'This text does not have the required form.'],
    [z.union([z.string(), z.number()]), true, 'This value is not valid.'],
  ])('%#: %o', (schema, value, message) => {
    expect(parsedBy(schema, value)).toEqual({ faults: [{ path: [], message }] });
  });

  test('and a field that there is not has its own path', () => {
    const schema = z.strictObject({ a: z.strictObject({ b: z.string().refine(...upTo(textOf(2, 'B'))) }) });
    expect(parsedBy(schema, { a: { b: 'long', c: 1, d: 1 } })).toEqual({
      faults: [
        { path: ['a', 'b'], message: 'B can have at most 2 characters.' },
        { path: ['a', 'c'], message: 'This field does not exist.' },
        { path: ['a', 'd'], message: 'This field does not exist.' },
      ],
    });
    expect(parsedBy(visibleText('It', textOf(2, 'It')), '')).toMatchObject({ faults: [{ path: [] }] });
  });
});
