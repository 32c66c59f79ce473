import type { TransferFormat } from '../../generated/prisma/enums.ts';
import { csvRow, guard } from './csv.ts';
import { fieldNames, type TaskRecord } from './fields.ts';

/** Where in the file the records stand. */
type Place = { isFirst: boolean; isLast: boolean };

type Encode = (records: readonly TaskRecord[], place: Place) => string;

/** How records become a part of a file. */
export const encodings: Record<TransferFormat, Encode> = { CSV: encodeCsv, JSON: encodeJson };

function encodeCsv(records: readonly TaskRecord[], { isFirst }: Place): string {
  const rows = records.map((record) => csvRow(fieldNames.map((name) => guard(cell(record[name])))));
  return (isFirst ? [csvRow(fieldNames), ...rows] : rows).map((row) => `${row}\r\n`).join('');
}

function cell(value: TaskRecord[keyof TaskRecord]): string {
  return Array.isArray(value) ? csvRow(value) : ((value as string | null) ?? '');
}

/** One record a line, so that a file can be looked at, and compared. */
function encodeJson(records: readonly TaskRecord[], { isFirst, isLast }: Place): string {
  const entries = records.map((record, index) => `${isFirst && index === 0 ? '\n' : ',\n'}${JSON.stringify(record)}`);
  return `${isFirst ? '[' : ''}${entries.join('')}${isLast ? '\n]\n' : ''}`;
}
