/*
 * CSV according to RFC 4180. A spreadsheet runs a cell as a formula if it begins with = + - @ or their fullwidth forms,
 * also after a tab or line break; the formula could send other cells elsewhere. Every cell is quoted, and an apostrophe
 * is put before what could begin a formula, which spreadsheets show as text. This is done within a cell too: a
 * spreadsheet with another separator than the comma splits `a;=1+1` in spite of the quotes.
 */

/** The cells of a file as one row, without a line break. */
export function csvRow(cells: readonly string[]): string {
  return cells.map((cell) => quoted(guard(cell))).join(',');
}

/** A list within a cell. */
export function csvList(values: readonly string[]): string {
  return values.map((value) => (/[",\r\n]/.test(value) ? quoted(value) : value)).join(',');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Where a formula could begin: after a separator, a quote or a line break, and the apostrophes before it. */
const formula = /(?<=^|[,;|"\t\r\n])'*(?=[=+\-@＝＋－＠\t\r\n])/g;

export function guard(value: string): string {
  return value.replace(formula, "'$&");
}

/** The inverse of `guard`. */
export function unguard(cell: string): string {
  return cell.replace(formula, (apostrophes) => apostrophes.slice(1));
}

/** Removes the apostrophe that other programs, and earlier exports of Errand, put before a cell that is a formula. */
export function unguardStart(cell: string): string {
  return /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
