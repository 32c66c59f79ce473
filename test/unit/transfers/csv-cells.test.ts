import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRow, guard, unguard, unguardStart } from '../../../src/domain/transfers/csv.ts';

const text = fc.string({ unit: fc.constantFrom(...`=+-@＝＋－＠\t\r\n,;|"' a`, "''", ';"=', '\n='), maxLength: 30 });
const formula = /^[=+\-@＝＋－＠\t\r\n]/;

describe('a cell', () => {
  test.each([
    '=1+1',
    'a;=1+1',
    '\n=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(1)',
    'a;"=1+1";b',
    'a\n@SUM(1)',
    'a\t-1',
    "';=1",
  ])('is never a formula: %j', (cell) => {
    expect(guard(cell)).not.toBe(cell);
    expect(unguard(guard(cell))).toBe(cell);
  });

  test('is as it was when the guard is removed', () => {
    fc.assert(
      fc.property(text, (cell) => {
        expect(unguard(guard(cell))).toBe(cell);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is not a formula to a program that splits rows in another way', () => {
    const readings = [',', ';', '\t', '|'].flatMap((delimiter) => [
      { delimiter, quote: '"', relax_quotes: true },
      { delimiter, quote: null },
    ]);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (cells) => {
        const row = csvRow(['id', ...cells, 'end']);
        for (const reading of readings) {
          const rows = parse(row, { ...reading, relax_column_count: true }) as string[][];
          // What a program makes of quotes that it does not understand: they are text, or they are dropped.
          const seen = rows.flat().flatMap((cell) => [cell, cell.replace(/^"+/, '')]);
          expect(seen.filter((cell) => formula.test(cell))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('of another program loses only an apostrophe before a formula at its start', () => {
    expect(["'=1", "'＝1", "a;'=1", "''+1", "'a"].map(unguardStart)).toEqual(['=1', "'＝1", "a;'=1", "'+1", "'a"]);
  });
});
