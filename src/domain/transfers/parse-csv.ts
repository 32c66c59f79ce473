import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { AppError } from '../../shared/errors.ts';

/** Longer than any row of a task; a quote that is never closed is noticed there at the latest. */
const maxRowCharacters = 200_000;

/** A row, and the line on which it begins. */
export type CsvRow = { line: number; values: string[] };

/** The rows of a CSV; empty lines are passed over. @throws AppError `INVALID_INPUT` when it is none. */
export async function* parseCsv(text: AsyncGenerator<string>): AsyncGenerator<CsvRow> {
  const head = ((await text.next()).value as string | undefined) ?? '';
  const parser = parse({
    delimiter: delimiterOf(head),
    record_delimiter: ['\r\n', '\n'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: maxRowCharacters,
  });
  // Whatever goes wrong is thrown at who reads from the parser.
  pipeline(Readable.from(from(head, text)), parser, () => {});
  let line = 1;
  try {
    for await (const values of parser as AsyncIterable<string[]>) {
      const isEmpty = values.length === 1 && values[0] === '';
      if (!isEmpty) yield { line, values };
      line += 1 + values.reduce((lines, value) => lines + (value.match(/\r\n|\n/g)?.length ?? 0), 0);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new AppError('INVALID_INPUT', `The file is not CSV from line ${line} on: ${error.message}.`);
  }
}

async function* from(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

/** Where a comma is the decimal sign, spreadsheets write semicolons; the header tells. */
function delimiterOf(head: string): string {
  const header = (head.split('\n', 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}
