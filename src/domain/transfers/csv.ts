/*
 * CSV as RFC 4180 has it. A spreadsheet takes a cell that begins with one of = + - @ TAB CR for a formula, which may
 * send what stands beside it elsewhere; so an apostrophe is put before it, which spreadsheets show as text. One more is
 * put before a cell that has apostrophes there already, so that what is read is what was written.
 */

/** The values as one row, without the end of its line. */
export function csvRow(values: readonly string[]): string {
  return values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',');
}

export function guard(value: string): string {
  return /^'*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

export function unguard(cell: string): string {
  return /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
