/*
 * CSV according to RFC 4180. A spreadsheet interprets a cell that begins with = + - @ TAB or CR as a formula, which
 * could send other cells elsewhere. So an apostrophe is put before it, which spreadsheets show as text. A cell that
 * already begins with apostrophes gets one more, so that reading restores the original.
 */

/** The values as one row, without a line break. */
export function csvRow(values: readonly string[]): string {
  return values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',');
}

export function guard(value: string): string {
  return /^'*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

export function unguard(cell: string): string {
  return /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
