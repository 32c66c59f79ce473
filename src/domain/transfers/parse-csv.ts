import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { AppError } from '../../shared/errors.ts';

/** Longer than any row of a task. An unclosed quote is detected here at the latest. */
const maxRowCharacters = 200_000;

/** A row, and the line on which it starts. */
export type CsvRow = { line: number; values: string[] };

/** The rows of a CSV file; empty lines are skipped. @throws AppError `INVALID_INPUT` if it is not valid CSV. */
export async function* parseCsv(text: AsyncGenerator<string>): AsyncGenerator<CsvRow> {
  const head = ((await text.next()).value as string | undefined) ?? '';
  const { delimiter, isLine } = separatorOf(head);
  let line = 1;
  // The parser waits until its rows are read.
  let parsedLines = 0;
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: maxRowCharacters,
    on_record: (values: string[], { lines }) => {
      parsedLines = lines;
      return values;
    },
  });
  // All errors are thrown to the reader of the parser.
  pipeline(Readable.from(from(head, text)), parser, () => {});
  try {
    for await (const values of parser as AsyncIterable<string[]>) {
      const isEmpty = values.length === 1 && values[0]?.trim() === '';
      if (!isEmpty && !(isLine && line === 1)) yield { line, values };
      line += 1 + values.reduce((lines, value) => lines + (value.match(/\r\n|\n/g)?.length ?? 0), 0);
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error, parsedLines + 1) : error;
  }
}

function unreadable({ code, message }: CsvError, line: number): AppError {
  const limit = maxRowCharacters.toLocaleString('en');
  const row = `The row that starts on line ${line}`;
  const reasons: Partial<Record<CsvError['code'], string>> = {
    CSV_MAX_RECORD_SIZE: `${row} is longer than ${limit} characters, or has a quote that is not closed.`,
    CSV_QUOTE_NOT_CLOSED: `${row} has a quote that is not closed.`,
  };
  return new AppError('INVALID_INPUT', reasons[code] ?? `${row} is not valid CSV: ${message}.`);
}

async function* from(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

type Separator = {
  delimiter: string;
  /** Whether the first line contains only the separator. */
  isLine: boolean;
};

/** Spreadsheets write semicolons in locales with a decimal comma. The header decides, or a line `sep=;` before it. */
function separatorOf(head: string): Separator {
  const said = /^sep=([^\r\n"])\r?\n/i.exec(head)?.[1];
  if (said) return { delimiter: said, isLine: true };
  const header = (head.trimStart().split('\n', 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => header.split(delimiter).length;
  const delimiter = [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
  return { delimiter, isLine: false };
}
