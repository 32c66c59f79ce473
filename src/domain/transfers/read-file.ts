import { AppError } from '../../shared/errors.ts';
import { excerpt } from '../../shared/validate.ts';
import { unguard, unguardStart } from './csv.ts';
import type { CsvRow } from './csv-splitter.ts';
import { type Cells, type FieldName, fieldNames, fieldOf, fieldOfKey } from './fields.ts';
import type { ParseOptions, RawRow } from './parse-file.ts';
import { parseInThread } from './parse-in-thread.ts';
import type { JsonEntry } from './parse-json.ts';
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
  options: ParseOptions,
  ignored: Set<string>,
): AsyncGenerator<FileRow> {
  const rows = flat(parseInThread(content, options));
  return options.format === 'CSV' ? readCsv(rows, ignored) : readJson(rows, ignored);
}

async function* flat(batches: AsyncIterable<RawRow[]>): AsyncGenerator<RawRow> {
  for await (const batch of batches) yield* batch;
}

async function* readCsv(rows: AsyncIterable<RawRow>, ignored: Set<string>): AsyncGenerator<FileRow> {
  let header: Header | null = null;
  for await (const row of rows as AsyncIterable<CsvRow>) {
    if (header) yield readCsvRow(header, row);
    else header = readHeader(row, ignored);
  }
  if (!header) throw new AppError('INVALID_INPUT', 'The file is empty.');
}

function readCsvRow(header: Header, { line, values }: CsvRow): FileRow {
  if (values.length === header.fields.length) return { line, cells: toCells(header, values), names: header.names };
  return { line, fault: `The row has ${values.length} values, but there are ${header.fields.length} columns.` };
}

type Header = {
  fields: readonly (FieldName | null)[];
  names: ColumnNames;
  /** Restores the text of a cell. */
  textOf: (cell: string) => string;
};

/** If several columns match a field, the first one is used. @throws AppError for a duplicate name. */
function readHeader({ values: headers, isQuoted }: CsvRow, ignored: Set<string>): Header {
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
  const isOwn = isQuoted && headers.join() === fieldNames.join();
  return { fields, names, textOf: isOwn ? unguard : unguardStart };
}

function toCells({ fields, textOf }: Header, values: readonly string[]): Cells {
  const cells: Cells = {};
  fields.forEach((name, index) => {
    const value = values[index];
    if (name && value) cells[name] = textOf(value);
  });
  return cells;
}

async function* readJson(rows: AsyncIterable<RawRow>, ignored: Set<string>): AsyncGenerator<FileRow> {
  for await (const row of rows as AsyncIterable<JsonEntry>) {
    const { line } = row;
    if ('fault' in row) yield { line, fault: row.fault };
    else if (row.value instanceof Object && !Array.isArray(row.value)) yield { line, ...readEntry(row.value, ignored) };
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
