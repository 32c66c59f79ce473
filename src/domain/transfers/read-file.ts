import type { TransferFormat } from '../../generated/prisma/enums.ts';
import { AppError } from '../../shared/errors.ts';
import { excerpt } from '../../shared/validate.ts';
import { unguard } from './csv.ts';
import { type Cells, type FieldName, fieldNames, fieldOf, fieldOfKey } from './fields.ts';
import { parseCsv } from './parse-csv.ts';
import { parseJsonArray } from './parse-json.ts';
import type { ColumnNames } from './row-faults.ts';

/** A row of a file and its names of the fields, or why it is not a valid row. */
export type FileRow = { line: number; cells: Cells; names: ColumnNames } | { line: number; fault: string };

/** The maximum number of listed unknown columns. */
const maxIgnored = 100;
const maxNameLength = 100;

/**
 * The rows of a file of tasks. Unknown columns are added to `ignored`. @throws AppError `INVALID_INPUT` if the file
 * cannot be parsed in the given format.
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
  let header: Header | null = null;
  for await (const { line, values } of parseCsv(text)) {
    if (!header) header = readHeader(values, ignored);
    else if (values.length === header.fields.length)
      yield { line, cells: toCells(header, values), names: header.names };
    else yield { line, fault: `The row has ${values.length} values, but there are ${header.fields.length} columns.` };
  }
  if (!header) throw new AppError('INVALID_INPUT', 'The file is empty.');
}

type Header = { fields: readonly (FieldName | null)[]; names: ColumnNames };

/** If several columns match a field, the first one is used. @throws AppError for a duplicate name. */
function readHeader(headers: readonly string[], ignored: Set<string>): Header {
  const found = headers.map(fieldOf);
  const fields = found.map((name, index) => (found.indexOf(name) === index ? name : null));
  if (!fields.includes('title')) throw noTitle();
  const names: ColumnNames = {};
  headers.forEach((header, index) => {
    const field = fields[index];
    if (field) names[field] = excerpt(header, maxNameLength);
    else if (found[index] && headers.indexOf(header) < index) throw repeated(header);
    else ignore(ignored, header);
  });
  return { fields, names };
}

function toCells({ fields }: Header, values: readonly string[]): Cells {
  const cells: Cells = {};
  fields.forEach((name, index) => {
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
    if (isObject) yield { line, ...readEntry(entry, ignored) };
    else yield { line, fault: 'The entry must be an object.' };
  }
}

/** If several keys match a field, the first one with a value is used. */
function readEntry(entry: object, ignored: Set<string>): { cells: Cells; names: ColumnNames } {
  const cells: Cells = {};
  const names: ColumnNames = {};
  for (const [key, value] of Object.entries(entry)) {
    const field = fieldOfKey(key);
    if (!field) ignore(ignored, key);
    else if (value === null || value === '') names[field] ??= excerpt(key, maxNameLength);
    else if (cells[field] === undefined) {
      cells[field] = typeof value === 'number' ? String(value) : value;
      names[field] = excerpt(key, maxNameLength);
    }
  }
  return { cells, names };
}

function ignore(ignored: Set<string>, header: string): void {
  if (ignored.size < maxIgnored) ignored.add(excerpt(header, maxNameLength));
}

function repeated(header: string): AppError {
  const message = `The file has the column ${excerpt(header, maxNameLength)} twice. Rename or remove one of them.`;
  return new AppError('INVALID_INPUT', message);
}

function noTitle(): AppError {
  return new AppError(
    'INVALID_INPUT',
    `The first line must have the names of the columns (${fieldNames.join(', ')}). The column title is required.`,
  );
}
