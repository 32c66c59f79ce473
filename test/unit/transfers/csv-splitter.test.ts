import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CsvSplitter } from '../../../src/domain/transfers/csv-splitter.ts';

function split(parts: readonly string[], options: { delimiter?: string; isTrimmed?: boolean } = {}) {
  const splitter = new CsvSplitter({ delimiter: ',', ...options });
  return [...parts.flatMap((part) => [...splitter.write(part)]), ...splitter.end()];
}

const outcome = <T>(work: () => T) => {
  try {
    return work();
  } catch {
    return 'refused';
  }
};

/** Cuts a text at places that a property chooses. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

const text = fc.string({ unit: fc.constantFrom(...'a"",;\t\r\n ', '\r\n', '","', ' x'), maxLength: 40 });

describe('rows of CSV', () => {
  test.each([',', ';', '\t'])('are those of another parser, however the text arrives: %j', (delimiter) => {
    const options = { relax_quotes: true, relax_column_count: true, record_delimiter: ['\r\n', '\n'] };
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 4 }), (content, places) => {
        const rows = outcome(() => split(cut(content, places), { delimiter }).map(({ values }) => values));
        expect(rows).toEqual(outcome(() => parse(content, { ...options, delimiter })));
      }),
      { numRuns: 2_000 },
    );
  });

  test('say on which line they start, and whether all values are quoted', () => {
    const rows = split(['a,b\r\n"1\n2",', '"3"\r', '\n\n"x\ny"\n"z",1\n']);
    expect(rows.map(({ line, values, isQuoted }) => [line, values, isQuoted])).toEqual([
      [1, ['a', 'b'], false],
      [2, ['1\n2', '3'], true],
      [4, [''], false],
      [5, ['x\ny'], true],
      [7, ['z', '1'], false],
    ]);
  });

  test('may have spaces around quoted values', () => {
    expect(split([' a , "b, c" ,"d"'], { isTrimmed: true })).toMatchObject([{ values: ['a', 'b, c', 'd'] }]);
  });

  test.each([
    ['one value without an end', `title\n"${'x'.repeat(5_000_000)}`, 'on line 2 is longer than 200,000 characters'],
    ['five million empty values', `title\n${','.repeat(5_000_000)}`, 'on line 2 has more than 1,000 values'],
    ['a quote that is not closed', 'title\na\n"b\nc', 'on line 3 has a quote that is not closed'],
  ])('are refused: %s', (_, content, message) => {
    expect(() => split([content])).toThrow(message);
  });
});
