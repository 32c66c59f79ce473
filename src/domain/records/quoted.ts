/** As SQL: a list of columns. */
export function quoted(fields: readonly string[]): string {
  return fields.map((field) => `"${field}"`).join(', ');
}
