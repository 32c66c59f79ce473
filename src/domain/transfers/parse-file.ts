import type { TransferFormat } from '../../generated/prisma/enums.ts';
import { AppError } from '../../shared/errors.ts';
import type { CsvRow } from './csv-splitter.ts';
import { parseCsv } from './parse-csv.ts';
import { type JsonEntry, parseJsonArray } from './parse-json.ts';

/** A row before its columns are known: the values of a CSV row, or an entry of a JSON array. */
export type RawRow = CsvRow | JsonEntry;

export type ParseOptions = { format: TransferFormat; maxRows: number };

/**
 * The rows of a file, without empty lines. They are counted all the same. @throws AppError `INVALID_INPUT` if the file
 * cannot be parsed in the given format, or has too many rows.
 */
export async function* parseFile(
  content: AsyncIterable<Uint8Array>,
  { format, maxRows }: ParseOptions,
): AsyncGenerator<RawRow> {
  const text = decode(content);
  let count = 0;
  for await (const row of format === 'CSV' ? parseCsv(text) : parseJsonArray(text)) {
    count += 1;
    if (count > maxRows) throw tooMany(maxRows);
    if (!isEmptyLine(row)) yield row;
  }
}

async function* decode(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const read = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new AppError('INVALID_INPUT', 'The file is not UTF-8. Save it as UTF-8 and try again.', { cause });
    }
  };
  for await (const chunk of content) yield read(chunk);
  yield read();
}

function isEmptyLine(row: RawRow): boolean {
  return 'values' in row && row.values.length === 1 && row.values[0]?.trim() === '';
}

function tooMany(maxRows: number): AppError {
  const limit = maxRows.toLocaleString('en');
  return new AppError('INVALID_INPUT', `The file has more than ${limit} rows, which is the limit. Split it.`);
}
