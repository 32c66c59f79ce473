import type { TransferFormat } from '../../generated/prisma/enums.ts';
import { AppError } from '../../shared/errors.ts';
import { excerpt } from '../../shared/validate.ts';
import { unguard } from './csv.ts';
import { type FieldName, fieldNames, fieldOf } from './fields.ts';
import { parseCsv } from './parse-csv.ts';
import { parseJsonArray } from './parse-json.ts';

/** What a row says of a task, each value as it stands in the file; an absent one is not there. */
export type Cells = Partial<Record<FieldName, unknown>>;

/** A row of a file, or why it is none. */
export type FileRow = { line: number; cells: Cells } | { line: number; fault: string };

/** More unknown columns than this are not told one by one. */
const maxIgnored = 100;

/**
 * The rows of a file of tasks. Columns that mean nothing are added to `ignored`.
 * @throws AppError `INVALID_INPUT` when the file cannot be read as what it is said to be.
 */
export function readFile(
  content: AsyncIterable<Buffer>,
  format: TransferFormat,
  ignored: Set<string>,
): AsyncGenerator<FileRow> {
  const text = decode(content);
  return format === 'CSV' ? readCsv(text, ignored) : readJson(text, ignored);
}

async function* decode(content: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const read = (chunk?: Buffer) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new AppError('INVALID_INPUT', 'The file is not UTF-8. Save it as UTF-8 and try again.', { cause });
    }
  };
  for await (const chunk of content) yield read(chunk);
  yield read();
}

async function* readCsv(text: AsyncGenerator<string>, ignored: Set<string>): AsyncGenerator<FileRow> {
  let header: (FieldName | null)[] | null = null;
  for await (const { line, values } of parseCsv(text)) {
    if (!header) {
      header = readHeader(values, ignored);
      continue;
    }
    if (values.length === header.length) yield { line, cells: toCells(header, values) };
    else yield { line, fault: `The row has ${values.length} values, but there are ${header.length} columns.` };
  }
  if (!header) throw noTitle();
}

/** The first column of a field counts. */
function readHeader(headers: readonly string[], ignored: Set<string>): (FieldName | null)[] {
  const found = headers.map(fieldOf);
  const names = found.map((name, index) => (found.indexOf(name) === index ? name : null));
  if (!names.includes('title')) throw noTitle();
  headers.forEach((header, index) => {
    if (names[index] === null) ignore(ignored, header);
  });
  return names;
}

function toCells(header: readonly (FieldName | null)[], values: readonly string[]): Cells {
  const cells: Cells = {};
  header.forEach((name, index) => {
    const value = values[index];
    if (name && value) cells[name] = unguard(value);
  });
  return cells;
}

async function* readJson(text: AsyncGenerator<string>, ignored: Set<string>): AsyncGenerator<FileRow> {
  let line = 0;
  for await (const entry of parseJsonArray(text)) {
    line += 1;
    const isObject = entry instanceof Object && !Array.isArray(entry);
    if (isObject) yield { line, cells: entryCells(entry, ignored) };
    else yield { line, fault: 'The entry is no object.' };
  }
}

function entryCells(entry: object, ignored: Set<string>): Cells {
  const cells: Cells = {};
  for (const [key, value] of Object.entries(entry)) {
    const name = fieldOf(key);
    if (!name) ignore(ignored, key);
    else if (value !== null && value !== '') cells[name] ??= typeof value === 'number' ? String(value) : value;
  }
  return cells;
}

function ignore(ignored: Set<string>, header: string): void {
  if (ignored.size < maxIgnored) ignored.add(excerpt(header, 100));
}

function noTitle(): AppError {
  return new AppError(
    'INVALID_INPUT',
    `The first line must name the columns (${fieldNames.join(', ')}), title among them.`,
  );
}
