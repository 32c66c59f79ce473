import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonEntry, parseJsonArray } from '../../../src/domain/transfers/parse-json.ts';

async function entries(...parts: string[]): Promise<JsonEntry[]> {
  const all: JsonEntry[] = [];
  async function* text() {
    yield* parts;
  }
  for await (const entry of parseJsonArray(text())) all.push(entry);
  return all;
}

const values = async (...parts: string[]) =>
  (await entries(...parts)).map((entry) => ('value' in entry ? entry.value : entry.fault));

const millions = (text: string) => text.repeat(5_000_000 / text.length);

describe('the entries of a JSON array', () => {
  test('are those of JSON.parse, however the text arrives', async () => {
    const wanted = fc.array(fc.jsonValue(), { maxLength: 5 });
    const space = fc.constantFrom(undefined, 1, '\r\n\t');
    await fc.assert(
      fc.asyncProperty(wanted, space, fc.nat(), async (array, indent, place) => {
        const text = JSON.stringify(array, null, indent);
        const at = place % (text.length + 1);
        expect(await values(text.slice(0, at), text.slice(at))).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test('are refused exactly when JSON.parse refuses the array', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'[]{},:"\\a1 ', '{"a":1}', 'null'), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(text, async (inner) => {
        const array = `[${inner}]`;
        let wanted: unknown = 'refused';
        try {
          wanted = JSON.parse(array);
        } catch {}
        expect(await values(array).catch(() => 'refused')).toEqual(wanted);
      }),
      { numRuns: 5_000 },
    );
  });

  test('keep a byte order mark, a key that is __proto__, and the last of two values', async () => {
    const [entry] = await values('[{"title":"\ufeffa","__proto__":{"notes":"x"},"id":1,"id":2}]');
    expect(Object.entries(entry as object)).toEqual([
      ['title', '\ufeffa'],
      ['__proto__', { notes: 'x' }],
      ['id', 2],
    ]);
  });

  test.each([
    ['nested too deeply', `[${'['.repeat(17)}${']'.repeat(17)},1]`, /more than 16 levels/],
    ['5 MB of lists', `[${'['.repeat(2_500_000)}${']'.repeat(2_500_000)},1]`, /more than 16 levels/],
    ['too many values', `[[${millions('{},')}0],1]`, /more than 100,000 values/],
    ['too many keys', `[{${millions('"a":0,')}"b":0},1]`, /more than 100,000 values/],
    ['too long', `["${'x'.repeat(10_000_000)}",1]`, /longer than 10,000,000 characters/],
  ])('are refused one by one: %s', async (_, text, fault) => {
    expect(await values(text)).toEqual([expect.stringMatching(fault), 1]);
  });

  test.each(['[', '{"a":', '[{"a":'])('never end: 5 MB of %s', async (text) => {
    await expect(entries(millions(text))).rejects.toThrow(/not a JSON array/);
  });
});
